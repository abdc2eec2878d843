import { expect, test } from 'vitest';
import { credentials, freePort, postgresSpec, query } from './infra-rig.ts';
import type { InfraRig } from './infra-rig.ts';

/** What a Postgres resource is, whatever runs it. Each test gets a project of its own. */
export function postgresRules(
  runtime: 'docker' | 'native' | 'embedded',
  rigOf: () => Promise<InfraRig>,
  version = '17',
): void {
  const specOf = (port: number, change: Parameters<typeof postgresSpec>[1] = {}) =>
    postgresSpec(port, { runtime, version, ...change });

  test('ready means that a query works, as the user, in the database', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const { sink } = await rig.up(specOf(port));
    expect(await query(port, 'select current_user::text, current_database()::text')).toEqual([['app', 'shop']]);
    expect(sink.info?.runtime?.name).toBe(runtime);
    expect(sink.events.filter(({ kind }) => kind === 'ready')).toHaveLength(1);
  });

  test('a wrong password is refused', async () => {
    const rig = await rigOf();
    const port = await freePort();
    await rig.up(specOf(port));
    const wrong = query(port, 'select 1', 'shop', { ...credentials, password: 'wrong' });
    await expect(wrong).rejects.toThrow('password authentication failed');
  });

  test('more databases belong to the user, and one added later is made on the next start', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port, { databases: ['billing'] }));
    first.run.stop();
    await first.sink.exit();
    await rig.up(specOf(port, { databases: ['billing', 'Stock-2'] }));
    const owners = await query(
      port,
      `select datname::text, pg_get_userbyid(datdba)::text from pg_database where datname in ('billing', 'Stock-2') order by 1`,
    );
    expect(owners).toEqual([
      ['Stock-2', 'app'],
      ['billing', 'app'],
    ]);
    expect(await query(port, 'select 1', 'Stock-2')).toEqual([[1]]);
  });

  test('init files run once, in the order written, scripts with the address in their environment', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const init = [
      await rig.file('2 tables.sql', "create table product (name text);\ninsert into product values ('pen');"),
      await rig.file('1.sh', 'echo "script sees $PGUSER@$PGHOST:$PGPORT/$PGDATABASE"\n'),
    ];
    const first = await rig.up(specOf(port, { init }));
    await first.sink.untilText(`script sees app@127.0.0.1:${port}/shop`);
    first.run.stop();
    await first.sink.exit();
    const second = await rig.up(specOf(port, { init }));
    expect(await query(port, 'select name from product')).toEqual([['pen']]);
    expect(second.sink.text).not.toContain('script sees');
  });

  test('a failed init file names its line, leaves nothing of itself and runs again', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const file = await rig.file('init.sql', 'create table a (n int);\n-- Ü 🔑\nselect nonsense;\n');
    const failed = rig.start(specOf(port, { init: [file] }));
    expect(await failed.sink.exit()).toEqual({
      kind: 'not-started',
      failure: { code: 'init-failed', resource: 'db', file, reason: 'line 3: column "nonsense" does not exist' },
    });
    expect(failed.sink.events.some(({ kind }) => kind === 'ready')).toBe(false);
    await rig.file('init.sql', 'create table a (n int);');
    await rig.up(specOf(port, { init: [file] }));
    expect(await query(port, 'select count(*)::int from a')).toEqual([[0]]);
  });

  test('a failed init script shows its exit code and its last words', async () => {
    const rig = await rigOf();
    const file = await rig.file('init.sh', '#!/bin/sh\necho no such luck >&2\nexit 3\n', 0o755);
    const failed = rig.start(specOf(await freePort(), { init: [file] }));
    expect(await failed.sink.exit()).toEqual({
      kind: 'not-started',
      failure: { code: 'init-failed', resource: 'db', file, reason: 'exit code 3: no such luck' },
    });
  });

  test('data stays over a stop, and the server says goodbye by itself', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port));
    await query(port, 'create table kept as select 7 as n');
    first.run.stop();
    expect(await first.sink.exit()).toEqual({ kind: 'code', code: 0 });
    expect(first.sink.text).toContain('database system is shut down');
    const second = await rig.up(specOf(port));
    expect(await query(port, 'select n from kept')).toEqual([[7]]);
    expect(second.sink.text).not.toContain('is shut down\n');
  });

  test('data that is not to be kept is gone with the next start', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port, { persist: false }));
    await query(port, 'create table lost ()');
    first.run.stop();
    await first.sink.exit();
    await rig.up(specOf(port, { persist: false }));
    expect(await query(port, `select to_regclass('lost')::text`)).toEqual([[null]]);
  });

  test('a new password applies to data that is there already', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port));
    await query(port, 'create table kept ()');
    first.run.stop();
    await first.sink.exit();
    const login = { ...credentials, password: "another' \\one" };
    await rig.up({ ...specOf(port), credentials: login });
    expect(await query(port, `select to_regclass('kept')::text`, 'shop', login)).toEqual([['kept']]);
    await expect(query(port, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('a killed server is reported as killed, and comes back with its data', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port));
    await query(port, 'create table kept ()');
    first.run.kill();
    expect(await first.sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false });
    await rig.up(specOf(port));
    expect(await query(port, `select to_regclass('kept')::text`)).toEqual([['kept']]);
  });

  test('a stop at any moment of the start ends it', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const moments = ['at once', 'first sign', 'started', 'output'] as const;
    for (const moment of moments) {
      const { run, sink } = rig.start(specOf(port));
      if (moment === 'output') await sink.until(() => sink.text || undefined);
      else if (moment === 'first sign') await sink.until(() => sink.events[0]);
      else if (moment === 'started') await sink.untilKind(moment);
      run.stop();
      await sink.exit();
      expect(sink.events.filter(({ kind }) => kind === 'exited')).toHaveLength(1);
      await expect(query(port, 'select 1')).rejects.toThrow('ECONNREFUSED');
    }
    await rig.up(specOf(port));
  });

  test('a port somebody else listens on is named', async () => {
    const rig = await rigOf();
    const other = await rigOf();
    const port = await freePort();
    await other.up(postgresSpec(port, { runtime: 'embedded' }));
    const { sink } = rig.start(specOf(port));
    expect(await sink.exit()).toEqual({ kind: 'not-started', failure: { code: 'port-in-use', resource: 'db', port } });
  });

  test('settings of the server are passed on', async () => {
    const rig = await rigOf();
    const port = await freePort();
    await rig.up(specOf(port, { args: ['-c', 'max_connections=17'] }));
    expect(await query(port, 'show max_connections')).toEqual([['17']]);
    expect(await query(port, 'show timezone')).toEqual([[expect.stringMatching(/UTC$/)]]);
  });

  test('upper and lower case and sorting know more than ASCII', async () => {
    const rig = await rigOf();
    const port = await freePort();
    await rig.up(specOf(port));
    expect(await query(port, `select upper('é')`)).toEqual([['É']]);
  });
}
