import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run, StartSpec } from '../../src/core/driver.ts';
import type { ContainerResource, InfraSettings } from '../../src/core/stack.ts';
import type { InfraKind } from '../../src/kinds/index.ts';
import { infraEngines } from '../../src/kinds/index.ts';
import { removeData } from '../../src/drivers/data/remove.ts';
import type { SpawnServer } from '../../src/drivers/server/spawn.ts';
import type { ServerCommand } from '../../src/drivers/server/spawn.ts';
import { RUN_ID } from '../../src/drivers/process/run-id.ts';
import { processesOf } from '../../src/system/processes.ts';
import { createInfraDriver } from '../../src/drivers/infra/driver.ts';
import type { InfraDriverOptions } from '../../src/drivers/infra/driver.ts';
import type pg from 'pg';
import { withClient } from '../../src/drivers/postgres/client.ts';
import { Recorder } from './recorder.ts';

/** What a server is given to stop by itself. */
const GRACE_MS = 10_000;

/** A project folder with one instance of its own, and all the runs that were started in it. */
export class InfraRig {
  readonly root: string;
  /** Folder of the instance in it. */
  readonly state: string;
  readonly instance: string;
  readonly #options: InfraDriverOptions;
  readonly #started: { run: Run; sink: Recorder }[] = [];
  #isClosed = false;

  static async create(
    options: Omit<InfraDriverOptions, 'root' | 'state' | 'instance' | 'stackName' | 'spawnServer' | 'env'>,
  ) {
    const root = await mkdtemp(join(tmpdir(), 'devstack infra '));
    return new InfraRig(root, `test-${root.slice(-6).toLowerCase()}`, options);
  }

  private constructor(root: string, instance: string, options: Partial<InfraDriverOptions>) {
    this.root = root;
    this.state = join(root, '.devstack');
    this.instance = instance;
    const connect = options.connect ?? noEngine;
    const cacheDir = options.cacheDir ?? join(root, 'cache');
    const place = { root, state: this.state, instance, stackName: 'test' };
    this.#options = { spawnServer, env: process.env, ...options, connect, cacheDir, ...place };
  }

  start(spec: StartSpec<ContainerResource>, change: Partial<InfraDriverOptions> = {}): { run: Run; sink: Recorder } {
    // A test whose time is over goes on, and nobody would end what it begins then.
    if (this.#isClosed) throw new Error('the test has ended');
    const sink = new Recorder();
    const started = { run: createInfraDriver({ ...this.#options, ...change }).start(spec, sink), sink };
    this.#started.push(started);
    return started;
  }

  /** Starts it and waits until it is ready. */
  async up(spec: StartSpec<ContainerResource>, change: Partial<InfraDriverOptions> = {}) {
    const started = this.start(spec, change);
    await started.sink.untilKind('ready');
    return started;
  }

  /** A file below the root; gives its absolute path. */
  async file(name: string, text: string, mode = 0o644): Promise<string> {
    const path = join(this.root, name);
    await writeFile(path, text, { mode });
    return path;
  }

  /** As the engine does it: a MariaDB that is asked in its first moments may never hear of it. */
  async end({ run, sink }: { readonly run: Run; readonly sink: Recorder }): Promise<void> {
    run.stop();
    const patience = setTimeout(() => run.kill(), GRACE_MS);
    await sink.untilEnd();
    clearTimeout(patience);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const started of this.#started) await this.end(started);
    // Data may be outside of the project.
    await removeData(this.state);
    await rm(this.root, { recursive: true, force: true });
  }
}

export const credentials = { user: 'app', password: 'it\'s a p\\ss: "$word" 🔑', database: 'shop' };

type Change = Partial<ContainerResource> & {
  readonly init?: readonly string[];
  readonly databases?: readonly string[];
  readonly options?: InfraSettings['options'];
};

export function postgresSpec(port: number, change: Change = {}): StartSpec<ContainerResource> {
  return serverSpec('postgres', { postgres: port }, { name: 'db', version: '17', image: 'postgres:17', ...change });
}

/** A server of a kind as the config makes it, with the credentials above where it has any. */
export function serverSpec(
  kind: InfraKind,
  ports: { readonly [name: string]: number },
  change: Change = {},
): StartSpec<ContainerResource> {
  const engine = infraEngines[kind];
  const { init = [], databases = [], options = {}, ...rest } = change;
  const version = rest.version ?? engine.version;
  const settings: InfraSettings = { databases, init, options, user: 'app', database: 'shop' };
  const resource: ContainerResource = {
    kind: 'container',
    name: kind,
    at: 'devstack.config.ts:1',
    autostart: true,
    dependencies: [],
    companions: [],
    env: {},
    ports: engine.ports.map(({ name, number, protocol }) => ({
      name,
      port: 'auto',
      env: 'PORT',
      protocol,
      containerPort: number,
    })),
    health: {},
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
    links: {},
    engine: kind,
    runtime: 'auto',
    version,
    image: engine.image(version),
    persist: true,
    files: {},
    volumes: {},
    args: [],
    envFiles: [],
    restart: 'on-failure',
    restartWith: [],
    settings,
    ...rest,
  };
  return { resource, run: 1, env: {}, ports, ...(engine.login.kind !== 'none' && { credentials }) };
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The rows of a query, as arrays. */
export async function query(port: number, sql: string, database = 'shop', login = credentials): Promise<unknown[][]> {
  const { user, password } = login;
  return withClient({ port, user, password }, database, async (client) => {
    const result: pg.QueryArrayResult<unknown[]> = await client.query({ text: sql, rowMode: 'array' });
    return result.rows;
  });
}

export const noEngine = async () =>
  ({ kind: 'unreachable', tried: ['/nowhere/docker.sock'], reason: '/nowhere/docker.sock does not exist' }) as const;

let servers = 0;

/** As the process driver does it, as far as one server needs: what it left behind ends with it. */
export const spawnServer: SpawnServer = (command: ServerCommand, sink) => {
  const runId = `infra-rig-${process.pid}.${(servers += 1)}.`;
  const child = spawn(command.file, [...command.args], {
    cwd: command.cwd,
    env: { ...command.env, [RUN_ID]: runId },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => sink.output(chunk));
  child.stderr.on('data', (chunk: Buffer) => sink.output(chunk));
  child.once('spawn', () => sink.started({ ...(child.pid !== undefined && { pid: child.pid }) }));
  child.once('close', (code, signal) => {
    for (const { pid } of processesOf({ runId })) process.kill(pid, 'SIGKILL');
    sink.exited(code === null ? { kind: 'signal', signal: signal ?? '', outOfMemory: false } : { kind: 'code', code });
  });
  return { stop: () => void child.kill(command.stopSignal), kill: () => void child.kill('SIGKILL') };
};
