import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instanceOf } from '../../src/project/instance.ts';
import { nothingLeft } from '../rig/devstack.ts';
import { until } from '../rig/until.ts';
import { cleanUp, engine } from './engine-rig.ts';
import { createKindRig, describeKind } from './kind-rig.ts';
import type { KindRig } from './kind-rig.ts';

const PASSWORD = 'of the cluster';

describeKind('devstack promote --to kind --with-data', () => {
  let rig: KindRig;
  let pods: string[];
  const used: string[] = [];
  cleanUp(() => used);

  beforeEach(async () => {
    rig = await createKindRig();
    pods = [];
    used.push(instanceOf(rig.name, rig.root, undefined));
  });
  afterEach(async () => {
    await rig.run('down').finished;
    await nothingLeft(rig.root);
    for (const pod of pods) await engine().docker.getContainer(pod).remove({ force: true, v: true });
    await rig[Symbol.asyncDispose]();
  });

  const config = (servers: string): void =>
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, mariadb, postgres, rabbitmq, redis, service } from 'devstack';
      ${servers}
      const web = service({ dev: 'node server.mjs', port: ${rig.port}, dependsOn: Object.values(servers), deploy: { ingress: true } });
      export default defineConfig({ name: '${rig.name}', resources: { ...servers, web } });`,
    );
  /** The server a pod has in it, under the same image, with the variables the pod has. */
  const pod = async (
    resource: string,
    image: string,
    env: Record<string, string>,
    asks: readonly string[],
    args: readonly string[] = [],
  ) => {
    const name = `${rig.name}-${resource}-pod`;
    const variables = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    docker('run', '-d', '--name', name, ...variables, image, ...args);
    pods.push(name);
    await until(() => succeeds(() => docker('exec', name, ...asks)));
    rig.cluster.standsFor(resource, name);
    return (...argv: readonly string[]) => docker('exec', name, ...argv).trim();
  };
  const postgresPod = async () => {
    const env = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: PASSWORD, POSTGRES_DB: 'db' };
    const inPod = await pod('db', 'postgres:17', env, ['pg_isready', '-q', '-h', '127.0.0.1', '-U', 'app']);
    return (sql: string, database = 'db') => inPod('psql', '-XqAt', '-U', 'app', '-d', database, '-c', sql);
  };
  const dev = async (resource: string, ...argv: readonly string[]) => {
    const { code, stdout, stderr } = await rig.run('exec', resource, '--', ...argv).finished;
    expect([stderr, code]).toEqual(['', 0]);
    return stdout;
  };
  const up = async () => expect((await rig.run('up', '-d', '--wait', 'db').finished).code).toBe(0);

  test('what Postgres has in dev is there before anybody else comes, once, and again where that is asked for', async () => {
    config("const db = postgres({ runtime: 'docker' }); db.addDatabase('more'); const servers = { db };");
    await up();
    const sql =
      "create table things (id int primary key, name text); insert into things select n, repeat('ä', 100) from generate_series(1, 20000) n;";
    await dev('db', 'psql', '-qc', `${sql} create schema own; create table own.empty ()`);
    await dev(
      'db',
      'psql',
      '-q',
      '-d',
      'more',
      '-c',
      "create table bytes (it bytea); insert into bytes values ('\\x00ff0a')",
    );
    const ask = await postgresPod();
    ask('create database more');
    ask('create table old (it int)');
    const first = await rig.promote('--with-data').finished;
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringMatching(/✔ data +db: db 1 table, 20000 rows, [\d.]+ MB; more 1 table, 1 row, \d+ B/),
    ]);
    expect(ask('select count(*), min(name), max(id) from things')).toBe(`20000|${'ä'.repeat(100)}|20000`);
    expect(
      ask(
        "select table_schema, table_name from information_schema.tables where table_schema in ('own', 'public') order by 2",
      ),
    ).toBe('own|empty\npublic|things');
    expect(ask('select it from bytes', 'more')).toBe('\\x00ff0a');
    const paths = rig.cluster.journal.map(({ method, path }) => `${method} ${path}`);
    const last = paths.findLastIndex((path) => /\/pods\/db-0\/exec\?/.test(path));
    expect(last).toBeLessThan(paths.findIndex((path) => /^PATCH .*\/deployments\/web/.test(path)));
    // It is in no argument, and in no file.
    expect(paths.filter((path) => path.includes(encodeURIComponent(PASSWORD)))).toEqual([]);

    await dev('db', 'psql', '-qc', 'delete from things where id > 5');
    const second = await rig.promote('--with-data').finished;
    expect([second.code, second.stderr]).toEqual([
      0,
      expect.stringContaining('--with-data=replace puts that of dev in its place'),
    ]);
    expect(ask('select count(*) from things')).toBe('20000');
    const asked = await rig.promote('--with-data=replace').finished;
    expect([asked.code, asked.stderr]).toEqual([
      2,
      expect.stringContaining(
        `This replaces the data of db in cluster ${rig.place().name} by that of dev. Nobody can be asked here`,
      ),
    ]);
    const third = await rig.promote('--with-data=replace', '--yes').finished;
    expect([third.code, ask('select count(*) from things')]).toEqual([0, '5']);
  });

  test('a copy that fails leaves nothing behind, nothing starts after it, and the same command goes on', async () => {
    config("const db = postgres({ runtime: 'docker' }); const servers = { db };");
    await up();
    const policy = 'create role reader; create policy own on things to reader';
    await dev('db', 'psql', '-qc', `create table things (id int); insert into things values (1); ${policy}`);
    const ask = await postgresPod();
    ask('create table old ()');
    const failed = await rig.promote('--with-data').finished;
    expect([failed.code, failed.stderr]).toEqual([
      3,
      expect.stringMatching(/The data of db could not be written[^]*role "reader" does not exist\nWhen it is mended/),
    ]);
    expect(ask("select table_name from information_schema.tables where table_schema = 'public'")).toBe('old');
    expect(rig.cluster.objects('Deployment')).toEqual([]);
    ask('create role reader');
    expect((await rig.promote('--with-data').finished).code).toBe(0);
    expect(ask('select polname, id from pg_policy, things')).toBe('own|1');
  });

  test('MariaDB and Redis are copied by their own clients, and what cannot be copied is said', async () => {
    config(
      "const sql = mariadb({ runtime: 'docker' }); const cache = redis({ runtime: 'docker' }); const mq = rabbitmq({ runtime: 'docker' }); const servers = { sql, cache, mq };",
    );
    expect((await rig.run('up', '-d', '--wait', 'sql', 'cache').finished).code).toBe(0);
    await dev(
      'sql',
      'mariadb',
      '-e',
      "create table things (id int, name blob); insert into things values (1, x'00ff0a'), (2, 'b')",
    );
    for (const words of ['set plain value', 'rpush list a b', 'set gone soon EX 1000'])
      await dev('cache', 'redis-cli', ...words.split(' '));
    const inSql = await pod(
      'sql',
      'mariadb:11.8',
      { MARIADB_ROOT_PASSWORD: PASSWORD, MARIADB_USER: 'app', MARIADB_PASSWORD: PASSWORD, MARIADB_DATABASE: 'sql' },
      ['mariadb-admin', 'ping', '--silent', '--host=127.0.0.1'],
    );
    const inCache = await pod(
      'cache',
      'redis:8',
      { REDISCLI_AUTH: PASSWORD },
      ['redis-cli', 'ping'],
      ['redis-server', '--requirepass', PASSWORD],
    );
    const { code, stderr } = await rig.promote('--with-data').finished;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/✔ data +sql: 1 table, 2 rows, [\d.]+ kB/)]);
    expect(stderr).toMatch(/✔ data +cache: 1 database, 3 keys, \d+ B/);
    expect(stderr).toContain('mq begins empty: nothing is known that copies what rabbitmq keeps');
    const sql = ['-uroot', `-p${PASSWORD}`, '-N', 'sql', '-e', 'select id, hex(name) from things order by 1'];
    expect(inSql('mariadb', ...sql)).toBe('1\t00FF0A\n2\t62');
    expect(inCache('redis-cli', 'lrange', 'list', '0', '-1')).toBe('a\nb');
    expect(Number(inCache('redis-cli', 'ttl', 'gone'))).toBeGreaterThan(0);
  });

  test('a copy whose program was killed is begun again, and nothing starts on a part of it', async () => {
    config("const sql = mariadb({ runtime: 'docker' }); const servers = { sql };");
    expect((await rig.run('up', '-d', '--wait', 'sql').finished).code).toBe(0);
    const rows = "select seq, repeat('b', 1000) from seq_1_to_4000";
    await dev('sql', 'mariadb', '-e', `create table a select 1 as id; create table b ${rows}; create table c like a`);
    // Whoever reads all waits for who has locked the last one.
    const locking = rig.run('exec', 'sql', '--', 'mariadb', '-e', 'lock tables c write; select sleep(1000)');
    const sleeps = "from information_schema.processlist where info like 'select sleep%'";
    const ask = (sql: string) => dev('sql', 'mariadb', '-N', '-e', sql);
    await until(async () => (await ask(`select id ${sleeps}`)) !== '');
    const root = ['mariadb', '-uroot', `-p${PASSWORD}`, '-N', 'sql', '-e'] as const;
    const env = { MARIADB_ROOT_PASSWORD: PASSWORD, MARIADB_USER: 'app', MARIADB_PASSWORD: PASSWORD };
    const inSql = await pod('sql', 'mariadb:11.8', { ...env, MARIADB_DATABASE: 'sql' }, [...root, 'select 1']);
    const count = () => inSql(...root, 'set lock_wait_timeout = 1; select count(*) from a');
    const copying = rig.promote('--with-data');
    await until(() => succeeds(count) && count() === '1');
    copying.process.kill('SIGKILL');
    await copying.finished;
    await ask((await ask(`select concat('kill ', id) ${sleeps}`)).trim());
    await locking.finished;
    const without = await rig.promote().finished;
    expect([without.code, without.stderr]).toEqual([
      3,
      expect.stringMatching(/The data of sql could not be taken for whole[^]*Copy it again: --with-data/),
    ]);
    expect(rig.cluster.objects('Deployment')).toEqual([]);
    const again = await rig.promote('--with-data').finished;
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('sql: 2 tables, 4001 rows')]);
    expect((await rig.promote().finished).code).toBe(0);
  });

  test('a server that does not run in dev is named before anything is made', async () => {
    config('const db = postgres(); const cache = redis(); const servers = { db, cache };');
    const { code, stderr } = await rig.promote('--with-data').finished;
    expect([code, stderr]).toEqual([2, expect.stringContaining('devstack up -d db cache')]);
    expect(rig.calls('create')).toEqual([]);
  });
});

function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
