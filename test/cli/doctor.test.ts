import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { roomRow } from '../../src/cli/doctor/disk.ts';
import { devstack, type Finished } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

interface Row {
  readonly state: string;
  readonly what: string;
  readonly found: string;
  readonly hint?: string;
}

let rig: Rig;
const servers: Server[] = [];

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await rig[Symbol.asyncDispose]();
});

const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Finished> =>
  devstack(argv, { cwd: rig.folder, env: { ...rig.env, ...env } }).finished;

async function rowsOf(env: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const { stdout } = await run(env, 'doctor', '--json');
  const rows: readonly Row[] = JSON.parse(stdout);
  return rows;
}

/** What an engine says of itself, at a socket of its own. */
async function startEngine(name: string, dataFolder: string): Promise<string> {
  const socket = path.join(rig.folder, `${name}.sock`);
  const server = createServer(({ url = '' }, response) => {
    const answers: Readonly<Record<string, unknown>> = {
      '/version': { Version: `1.2.3-${name}`, ApiVersion: '1.41' },
      '/info': { DockerRootDir: dataFolder },
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[url] ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return socket;
}

/** A folder of the docker command, as `docker context create` and `docker context use` leave it. */
function useContext(name: string, host: string): string {
  const id = createHash('sha256').update(name).digest('hex');
  rig.write('docker/config.json', JSON.stringify({ currentContext: name }));
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
  rig.write(`docker/contexts/meta/${id}/meta.json`, JSON.stringify(meta));
  return path.join(rig.folder, 'docker');
}

test('doctor tells what this machine can do for the config, and changes nothing', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, worker } from 'devstack';
    const api = worker({ dev: 'true' });
    export default defineConfig({ name: 't', resources: { api } });`,
  );
  const { code, stdout } = await run({}, 'doctor', '--json');
  const rows: readonly Row[] = JSON.parse(stdout);
  expect(code).toBe(0);
  const isOfThisMachine = /^native |^docker disk$/;
  expect(rows.map(({ what }) => what).filter((what) => !isOfThisMachine.test(what))).toEqual([
    'devstack',
    'node',
    'platform',
    'docker',
    'embedded Postgres',
    'file watches',
    'sockets',
    'port table',
    'cache',
    'config',
    'project',
    'project disk',
    'ports',
  ]);
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, kafka } from 'devstack';
    export default defineConfig({ name: 't', resources: { events: kafka({ runtime: 'native' }) } });`,
  );
  const bad = await run({}, 'doctor');
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/^fail +events \(kafka\) +native: no distribution has Kafka among its packages/m);
  expect(existsSync(path.join(rig.folder, '.devstack/session.json'))).toBe(false);
});

test('the engine of the current docker context is taken, unless DOCKER_HOST names another', async () => {
  const there = await startEngine('there', rig.folder);
  const other = await startEngine('other', '/nowhere/docker');
  const env = { DOCKER_CONFIG: useContext('mine', `unix://${there}`), DOCKER_HOST: '', DOCKER_CONTEXT: '' };
  const about = async (more: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    (await rowsOf({ ...env, ...more })).filter(({ what }) => what.startsWith('docker')).map(({ found }) => found);
  const [engine, disk] = await about({});
  expect(engine).toBe(`engine 1.2.3-there with API 1.41 at ${there} (docker context mine)`);
  expect(disk).toMatch(new RegExp(`^${rig.folder}: .* free of `));
  expect(await about({ DOCKER_HOST: `unix://${other}` })).toEqual([
    `engine 1.2.3-other with API 1.41 at ${other} (DOCKER_HOST)`,
    '/nowhere/docker, not on this machine',
  ]);
  // Chosen for one shell only.
  const second = useContext('second', `unix://${other}`);
  useContext('mine', `unix://${there}`);
  expect((await about({ DOCKER_CONFIG: second, DOCKER_CONTEXT: 'second' }))[0]).toBe(
    `engine 1.2.3-other with API 1.41 at ${other} (docker context second)`,
  );
});

test('servers of this machine are listed with version and path, and where each server of the config would run', async () => {
  const program = rig.write('bin/redis-server', '#!/bin/sh\necho "Redis server v=8.9.1 sha=0 malloc=libc bits=64"\n');
  await chmod(program, 0o755);
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, redis } from 'devstack';
    export default defineConfig({ name: 't', resources: { cache: redis(), old: redis({ version: '1' }) } });`,
  );
  const env = {
    PATH: `${path.dirname(program)}:${process.env['PATH']}`,
    DOCKER_HOST: `unix://${path.join(rig.folder, 'none.sock')}`,
  };
  const rows = new Map((await rowsOf(env)).map((row) => [row.what, row]));
  expect(rows.get('native redis')?.found).toMatch(new RegExp(`^8\\.9\\.1 \\(${program}\\)`));
  const without = `no Docker engine: ${rig.folder}/none.sock does not exist`;
  expect(rows.get('docker')).toMatchObject({ state: 'warn', found: `${rig.folder}/none.sock does not exist` });
  expect(rows.get('cache (redis)')).toEqual({
    state: 'ok',
    what: 'cache (redis)',
    found: `native redis-server 8.9.1 (${program}): ${without}`,
  });
  expect(rows.get('old (redis)')?.state).toBe('fail');
});

test('little room on a disk is a warning', () => {
  expect(roomRow('docker disk', '/var/lib/docker', 1_500_000_000, 40_000_000_000)).toEqual({
    state: 'warn',
    what: 'docker disk',
    found: '/var/lib/docker: 1.5 GB free of 40 GB',
    hint: 'Servers stop when there is no room left for their data.',
  });
  expect(roomRow('project disk', '/work', 8_000_000_000, 40_000_000_000)).toEqual({
    state: 'ok',
    what: 'project disk',
    found: '/work: 8.0 GB free of 40 GB',
  });
});
