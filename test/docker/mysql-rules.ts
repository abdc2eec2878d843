import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { infraEngines } from '../../src/kinds/index.ts';
import { credentials, freePort, serverSpec } from './infra-rig.ts';
import type { InfraRig } from './infra-rig.ts';

/** What a MySQL or MariaDB resource is, whatever runs it; see postgres-rules.ts. */
export function mysqlRules(
  kind: 'mysql' | 'mariadb',
  runtime: 'docker' | 'native',
  version: string,
  rigOf: () => Promise<InfraRig>,
): void {
  const image = infraEngines[kind].image(infraEngines[kind].version);
  const specOf = (port: number, change: Parameters<typeof serverSpec>[2] = {}) =>
    serverSpec(kind, { mysql: port }, { runtime, version, image, ...change });

  test('more databases are the user’s too, and one added later is made on the next start', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port, { databases: ['billing'] }));
    first.run.stop();
    await first.sink.exit();
    await rig.up(specOf(port, { databases: ['billing', 'Stock-2', 'an_other'] }));
    for (const database of ['shop', 'billing', 'Stock-2', 'an_other']) {
      await query(port, 'create table mine (n int)', database);
      expect(await query(port, 'select database()', database)).toEqual([[database]]);
    }
    // In a grant, _ stands for any character.
    await expect(query(port, 'create database `anXother`')).rejects.toThrow('Access denied');
    await expect(query(port, 'select user from mysql.user')).rejects.toThrow('denied');
  });

  test('names with dashes are names', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const login = { user: 'shop-app', password: credentials.password, database: 'my-shop' };
    await rig.up({ ...specOf(port, { databases: ['other-1'] }), credentials: login });
    expect(await query(port, 'select substring_index(current_user(), "@", 1)', 'my-shop', login)).toEqual([
      ['shop-app'],
    ]);
    await query(port, 'create table mine (n int)', 'other-1', login);
  });

  test('init files run once, in the order written: SQL, packed SQL, scripts with the address', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const packed = join(rig.root, "2 it's.sql.gz");
    await writeFile(packed, gzipSync("insert into product values ('pen'); insert into product values ('Stift 🔑');"));
    const init = [
      await rig.file('9.sql', 'create table product (name varchar(50)) character set utf8mb4;\n-- the end'),
      packed,
      await rig.file(
        '1.sh',
        'echo "script sees $MYSQL_USER@$MYSQL_HOST:$MYSQL_TCP_PORT/$MYSQL_DATABASE ${MYSQL_PWD:+with a password}"\n',
      ),
    ];
    const first = await rig.up(specOf(port, { init }));
    await first.sink.untilText(`script sees root@127.0.0.1:${port}/shop with a password`);
    first.run.stop();
    await first.sink.exit();
    const second = await rig.up(specOf(port, { init }));
    expect(await query(port, 'select name from product order by name')).toEqual([['pen'], ['Stift 🔑']]);
    expect(second.sink.text).not.toContain('script sees');
  });

  test('a failed init file is named with its reason, and runs again; those before it do not', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const before = await rig.file('1.sql', 'create table once (n int);');
    const file = await rig.file('2.sql', 'create table if not exists a (n int);\nselekt 1;\n');
    const failed = rig.start(specOf(port, { init: [before, file] }));
    expect(await failed.sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'init-failed',
        resource: kind,
        file,
        reason: expect.stringMatching(/near 'selekt 1' at line \d/),
      },
    });
    expect(failed.sink.events.some((event) => event.kind === 'ready')).toBe(false);
    await rig.file('2.sql', 'create table if not exists a (n int);');
    await rig.up(specOf(port, { init: [before, file] }));
    expect(await query(port, 'select count(*) from a')).toEqual([[0]]);
  });

  test('a failed init script shows its exit code and its last words', async () => {
    const rig = await rigOf();
    const file = await rig.file('init.sh', '#!/bin/sh\necho no such luck >&2\nexit 3\n', 0o755);
    const failed = rig.start(specOf(await freePort(), { init: [file] }));
    expect(await failed.sink.exit()).toEqual({
      kind: 'not-started',
      failure: { code: 'init-failed', resource: kind, file, reason: 'exit code 3: no such luck' },
    });
  });

  test('a new password applies to data that is there already', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port));
    await query(port, 'create table kept (n int)');
    first.run.stop();
    await first.sink.exit();
    const login = { ...credentials, password: "another' \\one" };
    // A new database is made by root, whose password is the same.
    await rig.up({ ...specOf(port, { databases: ['more'] }), credentials: login });
    expect(await query(port, 'show tables', 'shop', login)).toEqual([['kept']]);
    await query(port, 'create table mine (n int)', 'more', login);
    await expect(query(port, 'select 1')).rejects.toThrow('Access denied');
  });

  test('a killed server is reported as killed, and comes back with its data', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(specOf(port));
    await query(port, 'create table kept (n int)');
    first.run.kill();
    expect(await first.sink.exit()).toEqual({ kind: 'signal', signal: 'SIGKILL', outOfMemory: false });
    await rig.up(specOf(port));
    expect(await query(port, 'show tables')).toEqual([['kept']]);
  });

  test('a stop at any moment of the start ends it', async () => {
    const rig = await rigOf();
    const port = await freePort();
    for (const moment of ['at once', 'first sign', 'started', 'output'] as const) {
      const started = rig.start(specOf(port));
      const { sink } = started;
      if (moment === 'output') await sink.until(() => sink.text || undefined);
      else if (moment === 'first sign') await sink.until(() => sink.events[0]);
      else if (moment === 'started') await sink.untilKind(moment);
      await rig.end(started);
      expect(sink.events.filter((event) => event.kind === 'exited')).toHaveLength(1);
      await expect(query(port, 'select 1')).rejects.toThrow('ECONNREFUSED');
    }
    await rig.up(specOf(port));
  });

  test('settings of the server are passed on', async () => {
    const rig = await rigOf();
    const port = await freePort();
    await rig.up(specOf(port, { args: ['--max-connections=17'] }));
    expect(await query(port, 'select @@max_connections')).toEqual([[17]]);
  });
}

/** The rows of a query, as arrays. */
async function query(port: number, sql: string, database = 'shop', login = credentials): Promise<unknown> {
  const { user, password } = login;
  const client = await createConnection({ host: '127.0.0.1', port, user, password, database, rowsAsArray: true });
  try {
    const [rows] = await client.query(sql);
    return rows;
  } finally {
    await client.end();
  }
}
