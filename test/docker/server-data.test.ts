import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import type { InfraKind } from '../../src/kinds/index.ts';
import { infraEngines } from '../../src/kinds/index.ts';
import { majorOf } from '../../src/kinds/version.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { cleanUp, describeDocker, engine, foundHere } from './engine-rig.ts';

const used: string[] = [];

/** What a user does on the command line with servers and their data; the same whatever runs them. */
function commandLineRules(runtime: 'docker' | 'native', versionOf: (kind: InfraKind) => Promise<string>): void {
  let rig: Rig;
  let stack: Running;
  const data = runtime === 'docker' ? 'volume' : 'folder';
  const devstackRun = (...args: readonly string[]): Promise<Finished> => devstack(args, { cwd: rig.folder }).finished;
  const exec = async (name: string, ...argv: readonly string[]) => {
    const { code, stdout, stderr } = await devstackRun('exec', name, '--', ...argv);
    return code === 0 ? stdout.trim() : `${code}: ${stdout}${stderr}`;
  };
  const redis = (...words: readonly string[]) => exec('cache', 'redis-cli', ...words);
  const psql = (sql: string) => exec('db', 'psql', '-Atc', sql);

  /** A save that has begun to copy and cannot have ended. */
  async function savingHalf(folder: string, tag: string): Promise<Running> {
    const args = ['snapshot', 'save', 'cache', tag];
    if (runtime === 'docker') {
      // So much that copying takes its time.
      await exec('cache', 'sh', '-c', 'head -c 1000000000 /dev/zero >/data/big');
      const saving = devstack(args, { cwd: rig.folder });
      const archive = path.join(folder, `.${tag}.${saving.pid}`, 'volume-0.tar');
      await until(() => existsSync(archive) && statSync(archive).size > 0);
      return saving;
    }
    const gate = path.join(rig.folder, `gate-${tag}`);
    execFileSync('mkfifo', [gate]);
    const copied = path.join(rig.folder, `copied-${tag}`);
    chmodSync(rig.write('bin/cp', `#!/bin/sh\n/bin/cp "$@" && : >'${copied}' && read -r _ <'${gate}'\n`), 0o755);
    const PATH = `${path.join(rig.folder, 'bin')}:${process.env['PATH']}`;
    const saving = devstack(args, { cwd: rig.folder, env: { PATH } });
    await until(() => existsSync(copied));
    return saving;
  }

  beforeAll(async () => {
    rig = await createRig();
    const versions = await Promise.all((['redis', 'postgres', 'mariadb', 'nats', 'rabbitmq'] as const).map(versionOf));
    const [cache, db, shop, bus, mq] = versions.map((version) => `{ version: '${version}' }`);
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, mariadb, nats, postgres, rabbitmq, redis } from 'devstack';
      export default defineConfig({ name: 'data', resources: {
        cache: redis({ ...${cache}, password: 'it\\'s "secret"' }), db: postgres(${db}), shop: mariadb(${shop}), bus: nats(${bus}),
        mq: rabbitmq(${mq}) } });`,
    );
    stack = devstack(['up', '--runtime', runtime], { cwd: rig.folder });
    await stack.seen(/all 5 ready in/);
    used.push(readSession(projectPaths(rig.folder))?.instance ?? '');
  });

  afterAll(async () => {
    stack.process.kill('SIGTERM');
    await stack.finished;
    expect((await devstackRun('down', '--volumes', '--yes')).code).toBe(0);
    expect(existsSync(path.join(rig.folder, '.devstack', 'data'))).toBe(false);
    await nothingLeft(rig.folder);
    await rig[Symbol.asyncDispose]();
  });

  test('exec leads the ordinary client of each server to it, as its user, in its database', async () => {
    expect(await redis('ping')).toBe('PONG');
    expect(await redis('-n', '1', 'ping')).toBe('PONG');
    expect(await psql('select current_user || current_database()')).toBe('appdb');
    const asked = 'select concat(substring_index(current_user(), "@", 1), database())';
    expect(await exec('shop', 'mariadb', '-Ne', asked)).toBe('appshop');
    expect(await exec('shop', 'mysqladmin', 'ping')).toBe('mysqld is alive');
    expect(await exec('mq', 'rabbitmqctl', '-q', 'list_vhosts', '--silent')).toBe('/');
    // Variables for those that are not here.
    expect(await exec('bus', 'sh', '-c', 'echo $NATS_URL')).toMatch(/^nats:\/\/(localhost|127\.0\.0\.1):\d+$/);
    expect(await exec('shop', 'sh', '-c', 'echo $DATABASE_URL')).toMatch(/^mysql:\/\/app:\w+@/);
  });

  test('why shows what runs it, where its data is and how much that takes', async () => {
    const { stdout } = await devstackRun('why', 'db');
    const place = data === 'volume' ? 'Docker volume \\S+_db' : '/.*/\\.devstack/data/db';
    expect(stdout).toMatch(new RegExp(`^  data in ${place} \\([1-9][\\d.]* MB\\)$`, 'm'));
    expect(/^ {2}image sha256:[0-9a-f]{64}$/m.test(stdout)).toBe(runtime === 'docker');
    expect(stdout).toMatch(
      runtime === 'docker' ? /runs as container postgres:17 \(engine / : /runs as native PostgreSQL/,
    );
  });

  test('a snapshot is saved while the server is stopped, listed and put back', async () => {
    await psql("create table product (name text); insert into product values ('pen')");
    const saved = await devstackRun('snapshot', 'save', 'db', 'before');
    expect([saved.code, saved.stderr]).toEqual([
      0,
      expect.stringMatching(/^stopping db\nstarting db\nsaved db as before: [1-9][\d.]* MB in .*\n$/),
    ]);
    await psql('drop table product');
    const listed = await devstackRun('snapshot', 'list', 'db');
    expect(listed.stdout).toMatch(new RegExp(`^db +before +\\S.* MB +postgres \\S+ \\(${runtime}\\)$`, 'm'));
    const back = await devstackRun('snapshot', 'restore', 'db', 'before', '--yes');
    expect([back.code, back.stderr]).toEqual([0, expect.stringMatching(/restored db from before in/)]);
    // The server insists on the owner and the modes of its files.
    expect(await psql('select name from product')).toBe('pen');
  });

  test('an unknown tag is answered with those there are, a bad one with the rule', async () => {
    await devstackRun('snapshot', 'save', 'bus', 'one');
    const unknown = await devstackRun('snapshot', 'restore', 'bus', 'two', '--yes');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('bus has no snapshot "two": it has: one'),
    ]);
    const bad = await devstackRun('snapshot', 'save', 'bus', '../up');
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('a tag has letters, digits, _, . and -')]);
  });

  test('nothing is lost where nobody can be asked', async () => {
    await redis('set', 'kept', 'yes');
    for (const [what, ...args] of [
      ['This removes all data of cache', 'reset', 'cache'],
      ['This replaces the data of bus by snapshot one', 'snapshot', 'restore', 'bus'],
      ['This removes all data of data-', 'down', '--volumes'],
    ] as const) {
      const { code, stderr } = await devstackRun(...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(what)]);
      expect(stderr).toContain('Nobody can be asked here: say --yes if that is meant.');
    }
    expect(await redis('get', 'kept')).toBe('yes');
  });

  test('reset removes the data of one server, which begins anew', async () => {
    await redis('set', 'gone', 'soon');
    const { code, stderr } = await devstackRun('reset', 'cache', '--yes');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(data === 'volume' ? 'removed volume data-' : 'removed the data of cache'),
    ]);
    expect(await redis('get', 'gone')).toBe('');
    expect(await psql('select 1')).toBe('1');
  });

  test('Ctrl-C lets a save end and starts the server again', async () => {
    const folder = path.join(rig.folder, '.devstack/snapshots/cache');
    const saving = await savingHalf(folder, 'whole');
    saving.process.kill('SIGINT');
    await saving.seen(/finishing first, and starting cache again/);
    if (runtime === 'native') writeFileSync(path.join(rig.folder, 'gate-whole'), 'go\n');
    expect((await saving.finished).code).toBeNull();
    expect(saving.process.signalCode).toBe('SIGINT');
    expect(await readdir(folder)).toEqual(['whole']);
    expect(await redis('ping')).toBe('PONG');
    rmSync(path.join(folder, 'whole'), { recursive: true });
  });

  test('a killed save leaves no snapshot, and nothing in the way', async () => {
    const folder = path.join(rig.folder, '.devstack/snapshots/cache');
    const saving = await savingHalf(folder, 'half');
    saving.process.kill('SIGKILL');
    await saving.finished;
    if (runtime === 'native') writeFileSync(path.join(rig.folder, 'gate-half'), 'go\n');
    expect((await devstackRun('snapshot', 'list', 'cache')).stderr).toContain('There are no snapshots');
    expect((await devstackRun('reset', 'cache', '--yes')).code).toBe(0);
    expect((await devstackRun('start', 'cache', '--wait')).code).toBe(0);
    expect((await devstackRun('snapshot', 'save', 'cache', 'half')).code).toBe(0);
    expect(await readdir(folder)).toEqual(['half']);
    if (runtime === 'docker') {
      const { containers } = await listInstance(engine(), used.at(-1) ?? '');
      expect(containers.map(({ resource }) => resource).toSorted()).toEqual(['bus', 'cache', 'db', 'mq', 'shop']);
    }
  });
}

describeDocker('servers in containers on the command line', () => {
  cleanUp(() => used);
  commandLineRules('docker', async (kind) => infraEngines[kind].version);
});

const found = await Promise.all((['redis', 'postgres', 'mariadb', 'nats', 'rabbitmq'] as const).map(foundHere));
const missing = found.map(({ why }) => why).join('');
describe.skipIf(missing !== '')(`servers of this machine on the command line${missing}`, () => {
  commandLineRules('native', async (kind) => String(majorOf((await foundHere(kind)).version ?? '')));
});
