import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { dataFolder } from '../../src/drivers/data/folder.ts';
import { writeMarker } from '../../src/drivers/data/marker.ts';
import { hasShared, sharedInstanceOf } from '../../src/project/shared.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Finished, type Running } from '../rig/devstack.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { describeDocker, engine } from './engine-rig.ts';

const STACK = 'shared-test';
const NOTHING = { containers: [], networks: [], volumes: [], images: [] };
let rig: Rig;
const folders: string[] = [];
const running: Running[] = [];

const run = (folder: string, ...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: folder, env: rig.env }).finished;

/** A checkout of the stack, whose service is called like it. */
function checkout(name: string, server = `postgres({ init: './schema.sql' })`, more = ''): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `devstack-${name}-`)));
  folders.push(folder);
  writeFileSync(path.join(folder, 'schema.sql'), 'create table item (name text);');
  writeFileSync(
    path.join(folder, 'devstack.config.mjs'),
    `import { container, defineConfig, mariadb, postgres, service } from 'devstack';
const db = ${server};
const reports = db.addDatabase('reports');
const api = service({ dev: ${JSON.stringify(rig.command(name))}, env: { URL: db.url, REPORTS: reports.url } });
${more}
export default defineConfig({ name: '${STACK}', infra: 'shared', resources: { db, api${more === '' ? '' : ', job'} } });`,
  );
  return folder;
}

function up(folder: string, ...argv: readonly string[]): Running {
  const stack = devstack(['up', ...argv], { cwd: folder, env: rig.env });
  running.push(stack);
  return stack;
}

/** Ready, and the service as it sees the world. */
async function ready(stack: Running, name: string): Promise<Child> {
  const [child] = await Promise.all([rig.next(name), stack.seen(/all \d ready in/)]);
  return child;
}

async function stop(stack: Running): Promise<void> {
  stack.process.kill('SIGINT');
  await stack.finished;
}

async function query(url: string | undefined, sql: string): Promise<readonly unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows }: pg.QueryArrayResult<unknown[]> = await client.query({ text: sql, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}

const servers = async (): Promise<readonly string[]> =>
  (await listInstance(engine(), sharedInstanceOf(STACK))).containers.map(({ name, state }) => `${name} ${state}`);
const theServer = (state: string): readonly string[] => [`${sharedInstanceOf(STACK)}-db ${state}`];
const instanceOf = (folder: string): string => readSession(projectPaths(folder))?.instance ?? '';

describeDocker('servers that instances share', () => {
  beforeEach(async () => {
    rig = await createRig();
  });
  afterEach(async () => {
    for (const stack of running.splice(0)) await stop(stack);
    const doomed = folders.splice(0);
    for (const folder of doomed) {
      const { code, stderr } = await run(folder, 'down', '--volumes', '--yes');
      if (code !== 0) throw new Error(stderr);
    }
    for (const folder of doomed) {
      await nothingLeft(folder);
      rmSync(folder, { recursive: true, force: true });
    }
    // The last one took the server with it, to its network; what was made up for it goes when everything does.
    const left = await listInstance(engine(), sharedInstanceOf(STACK));
    if (JSON.stringify(left) !== JSON.stringify(NOTHING)) throw new Error(JSON.stringify(left));
    await run(tmpdir(), 'down', '--all', '--volumes', '--yes');
    if (hasShared(STACK, process.env)) throw new Error('notes of shared servers are left');
    await rig[Symbol.asyncDispose]();
  });

  test('two checkouts that start at the same moment have one server, and each sees its own rows only', async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    const stacks = [up(one), up(other)] as const;
    const [first, second] = await Promise.all([ready(stacks[0], 'one'), ready(stacks[1], 'other')]);
    expect(await servers()).toEqual(theServer('running'));
    const urls = [first, second].map(({ env }) => new URL(env['URL'] ?? ''));
    expect(urls.map(({ pathname }) => pathname)).toEqual(
      [one, other].map((folder) => `/db_${instanceOf(folder).slice(STACK.length + 1)}`),
    );
    expect(urls[0]?.host).toBe(urls[1]?.host);
    await query(first.env['URL'], `insert into item values ('of one')`);
    await query(second.env['URL'], `insert into item values ('of the other')`);
    await query(first.env['REPORTS'], 'create table only_here ()');
    expect(await query(first.env['URL'], 'select name from item')).toEqual([['of one']]);
    expect(await query(second.env['URL'], 'select name from item')).toEqual([['of the other']]);
    expect(await query(second.env['REPORTS'], `select to_regclass('only_here')`)).toEqual([[null]]);
    const psql = await run(other, 'exec', 'db', '--', 'psql', '-Atc', 'select name from item');
    expect(psql.stdout).toBe('of the other\n');

    const { stdout } = await run(other, 'ps');
    expect(stdout).toMatch(
      new RegExp(`^db +ready +container postgres:17 .*: shared by the instances of ${STACK}, database db_`, 'm'),
    );
    const ls = await run(one, 'ls');
    expect(ls.stdout).toMatch(
      new RegExp(`^${sharedInstanceOf(STACK)} +shared: 1 server running, used by 2 instances `, 'm'),
    );

    await stop(stacks[0]);
    expect(await servers()).toEqual(theServer('running'));
    expect(await query(second.env['URL'], 'select name from item')).toEqual([['of the other']]);
    await stop(stacks[1]);
    expect(await servers()).toEqual(theServer('exited'));

    const again = await ready(up(one), 'one');
    expect(await query(again.env['URL'], 'select name from item')).toEqual([['of one']]);
  });

  test('a server outlives the instance that started it, and ends with the last one, however they are killed', async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    const starter = up(one);
    await ready(starter, 'one');
    const last = up(other);
    const { env } = await ready(last, 'other');
    starter.process.kill('SIGKILL');
    await nothingLeft(one);
    expect(await query(env['URL'], 'select 1')).toEqual([[1]]);
    last.process.kill('SIGKILL');
    await until(async () => (await servers()).join() === theServer('exited').join());
    await nothingLeft(other);
  });

  test('down --volumes removes what one instance has in it; a named one is such an instance', async () => {
    const one = checkout('one');
    const kept = await ready(up(one), 'one');
    await query(kept.env['URL'], `insert into item values ('kept')`);
    const named = up(one, '--instance', 'e2e');
    const gone = await ready(named, 'one');
    expect(new URL(gone.env['URL'] ?? '').pathname).toMatch(/^\/db_e2e_[0-9a-f]{6}$/);
    await stop(named);
    const down = await run(one, 'down', '--volumes', '--yes', '--instance', 'e2e');
    expect(down.stderr).toMatch(/: removed database db_e2e_\w{6} of .*\n.*: removed database reports_e2e_\w{6} of /);
    await expect(query(gone.env['URL'], 'select 1')).rejects.toThrow(/does not exist/);
    expect(await query(kept.env['URL'], 'select name from item')).toEqual([['kept']]);
  });

  test('down --volumes of the last one leaves password and port to whoever has been given them by then', async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    const first = up(one);
    const before = await ready(first, 'one');
    await stop(first);
    const down = await run(one, 'down', '--volumes', '--yes');
    expect(down.stderr).toContain(`: removed container ${sharedInstanceOf(STACK)}-db\n`);
    const after = await ready(up(other), 'other');
    const given = [before, after].map(({ env }) => new URL(env['URL'] ?? ''));
    expect(new Set(given.map(({ password, port }) => `${password} ${port}`)).size).toBe(1);
  });

  test('down --volumes of the last to run keeps a server in which another has databases', async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    const first = up(one);
    await query((await ready(first, 'one')).env['URL'], `insert into item values ('kept')`);
    await stop(first);
    const second = up(other);
    await ready(second, 'other');
    await stop(second);
    const down = await run(other, 'down', '--volumes', '--yes');
    expect(down.stderr).toContain(
      `kept ${sharedInstanceOf(STACK)}-db, stopped: ${instanceOf(one)} has databases in it\n`,
    );
    expect(await servers()).toEqual(theServer('exited'));
    expect(await query((await ready(up(one), 'one')).env['URL'], 'select name from item')).toEqual([['kept']]);
  });

  test('down --volumes without an engine does not pass over what the instance has in a server', async () => {
    const one = checkout('one');
    const first = up(one);
    const { env } = await ready(first, 'one');
    await stop(first);
    const away = { ...rig.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const down = await devstack(['down', '--volumes', '--yes'], { cwd: one, env: away }).finished;
    expect([down.code, down.stderr]).toEqual([1, expect.stringMatching(/^no Docker engine answers /m)]);
    const again = await run(one, 'down', '--volumes', '--yes');
    expect(again.stderr).toContain(`: removed database ${new URL(env['URL'] ?? '').pathname.slice(1)} of `);
  });

  test("reset begins anew with what is the instance's own, and snapshot refuses", async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    const first = await ready(up(one), 'one');
    const second = await ready(up(other), 'other');
    for (const { env } of [first, second]) await query(env['URL'], `insert into item values ('kept')`);
    expect((await run(one, 'reset', 'db', '--yes')).code).toBe(0);
    expect(await query(first.env['URL'], 'select name from item')).toEqual([]);
    expect(await query(second.env['URL'], 'select name from item')).toEqual([['kept']]);
    const snapshot = await run(one, 'snapshot', 'save', 'db');
    expect([snapshot.code, snapshot.stderr.split('\n')[0]]).toEqual([
      1,
      'db is shared with other instances: snapshot would be about the data of all of them',
    ]);
  });

  test('reset leaves a server that nobody uses stopped, and data of before it was shared where it is', async () => {
    const one = checkout('one');
    const first = up(one);
    await query((await ready(first, 'one')).env['URL'], `insert into item values ('gone')`);
    await stop(first);
    // What it had before it was shared.
    const own = dataFolder(projectPaths(one).folder, 'db');
    await writeMarker(own, {
      runtime: 'embedded',
      engine: 'postgres',
      major: 17,
      data: path.join(own, 'pg'),
      login: '',
    });
    const { code, stderr } = await run(one, 'reset', 'db', '--yes');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^removed database db_\w{6}, database reports_\w{6}$/m)]);
    expect([await servers(), existsSync(own)]).toEqual([theServer('exited'), true]);
    expect(await query((await ready(up(one), 'one')).env['URL'], 'select name from item')).toEqual([]);
  });

  test('a server that somebody uses is not replaced by another version or other settings', async () => {
    const [one, args] = [checkout('one'), checkout('args', `postgres({ args: ['-c', 'max_connections=19'] })`)];
    const version = checkout('version', `postgres({ version: '16', image: 'postgres:17' })`);
    const { env } = await ready(up(one), 'one');
    const container = `container ${sharedInstanceOf(STACK)}-db`;
    await up(args).seen(
      new RegExp(
        `failed: the instances of this stack share ${container}, and one with other settings is asked for here`,
      ),
    );
    await up(version).seen(/failed: the instances of this stack share data of postgres 17, and .* is asked for here/);
    expect(await query(env['URL'], 'show max_connections')).toEqual([['100']]);
  });

  test('a container of an instance reaches the server by its name', async () => {
    const job = `const job = container({ image: 'postgres:17', env: { URL: db.url },
  command: ['sh', '-c', 'psql "$URL" -Atc "select current_database()" && exec tail -f /dev/null'] });`;
    const folder = checkout('one', undefined, job);
    const stack = up(folder);
    await stack.seen(new RegExp(`job .*db_${instanceOf(folder).slice(STACK.length + 1)}`));
    await ready(stack, 'one');
    expect((await run(folder, 'down')).code).toBe(0);
    expect(await listInstance(engine(), instanceOf(folder))).toEqual(NOTHING);
  });

  test('down --all ends those who use a server before the server, which then stops once, or goes with all data', async () => {
    const [one, other] = [checkout('one'), checkout('other')];
    await Promise.all([ready(up(one), 'one'), ready(up(other), 'other')]);
    const down = await run(tmpdir(), 'down', '--all', '--yes');
    expect([down.code, await servers()]).toEqual([0, theServer('exited')]);
    const all = await run(tmpdir(), 'down', '--all', '--volumes', '--yes');
    expect([all.code, await servers(), (await run(tmpdir(), 'ls')).stdout]).toEqual([0, [], '']);
  });

  test('without an engine a throw-away instance has servers of its own, and they go with it', async () => {
    const folder = checkout('api', 'postgres()');
    const stack = up(folder);
    await ready(stack, 'api');
    await stop(stack);
    const env = { ...rig.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const testing = devstack(['test', '--', 'true'], { cwd: folder, env });
    running.push(testing);
    await rig.next('api');
    const { code, stderr } = await testing.finished;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/: ready after /)]);
    expect(existsSync(path.join(folder, '.devstack/instances'))).toBe(false);
    expect((await run(folder, 'down', '--volumes', '--yes')).code).toBe(0);
  });

  test('MariaDB is shared the same way', async () => {
    const server = `mariadb({ init: './schema.sql' })`;
    const [one, other] = [checkout('one', server), checkout('other', server)];
    const stacks = [up(one), up(other)] as const;
    const children = await Promise.all([ready(stacks[0], 'one'), ready(stacks[1], 'other')]);
    expect(await servers()).toEqual(theServer('running'));
    for (const { env, name } of children) {
      const client = await createConnection(env['URL'] ?? '');
      await client.query('insert into item values (?)', [name]);
      expect((await client.query('select name from item'))[0]).toEqual([{ name }]);
      await client.end();
    }
    await stop(stacks[0]);
    // Somebody looks at the data with a client that leaves its transactions open.
    const looking = await createConnection(children[0]?.env['URL'] ?? '');
    looking.on('error', () => undefined);
    await looking.query('start transaction');
    await looking.query('select name from item');
    const down = await run(one, 'down', '--volumes', '--yes');
    expect(down.stderr).toMatch(/removed database db_\w{6} of /);
    await expect(looking.query('select 1')).rejects.toThrow(/closed/);
    const client = await createConnection(children[1]?.env['URL'] ?? '');
    expect((await client.query('select name from item'))[0]).toEqual([{ name: 'other' }]);
    await client.end();
  });
});
