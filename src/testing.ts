// What a test may import: a stack for as long as it runs. It loads nothing of devstack but a client.
import { fileURLToPath } from 'node:url';
import type { Failure } from './core/failure.ts';
import type { Trouble } from './core/trouble.ts';
import { holdStack, type Tether } from './tether/hold.ts';

export type { Failure } from './core/failure.ts';
export type { Trouble } from './core/trouble.ts';

/**
 * What a stack for a test is made of. Everything has a default.
 * @example
 * await up({ names: ['api'], timeout: 60_000, env: { FEATURE_X: 'on' } })
 */
export interface UpOptions {
  /** Folder of the config, or one below it. Default: that of the process. */
  cwd?: string;
  /** Config file, relative to `cwd`. Default: the one that is found. */
  config?: string;
  /** Resources and groups to start, with what they need. Default: what `devstack up` starts. */
  names?: readonly string[];
  /** An instance by its name, which keeps its data and, if it runs already, runs on. Default: one of its own, of which nothing stays. */
  instance?: 'throw-away' | (string & {});
  /** Milliseconds until it has to be ready. Default: 300,000. */
  timeout?: number;
  /** Variables for the config and what it starts, besides those of the process; undefined takes one away. Default: none. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Those that run another way, as `--use` has it: `{ api: 'container', pay: 'https://staging.example.com' }`. Default: none. */
  use?: Readonly<Record<string, string>>;
  /** Called with what is worth a warning: a port that moved, say. Default: nobody. */
  onNotice?: (text: string) => void;
}

/**
 * A stack that is up. It stops when it is disposed of or told to, and when this process is gone, however that ended.
 * `Name` are the names of its resources, as far as the caller says them: `up<'api' | 'db'>()`.
 * @example
 * await using stack = await up();
 * const answer = await fetch(stack.url('api'));
 */
export interface RunningStack<Name extends string = string> extends AsyncDisposable {
  /** Its name on this machine, as `devstack ls` shows it. */
  readonly instance: string;
  /**
   * Where a program of this machine finds a resource: an address, or the connection string of a server, with its
   * password. Throws `RangeError` for a name or a port that it does not have.
   */
  url(name: Name, port?: string): string;
  /** The number of its first port, or of one by its name. Throws `RangeError` as `url` does. */
  port(name: Name, port?: string): number;
  /** What the config adds to the environment of a resource, with secrets. Throws `RangeError` for an unknown name. */
  env(name: Name): Readonly<Record<string, string>>;
  /** Its output so far, a line each, without secrets. */
  logs(name: Name): Promise<readonly string[]>;
  /** Restarts it and waits until it is ready, for so many milliseconds (300,000). Throws `StackError` if it fails. */
  restart(name: Name, timeout?: number): Promise<void>;
  /** What failed since it was ready, also what was started again. */
  troubles(): Promise<readonly Trouble[]>;
  /** Stops it, and waits until nothing is left. May be called again. */
  down(): Promise<void>;
}

/**
 * A stack did not come up, or a resource did not come up again. `message` says why of each, with the end of its output.
 * @example
 * await expect(up({ names: ['broken'] })).rejects.toMatchObject({ code: 'exited' });
 */
export class StackError extends Error {
  /** Of the first failure, as in docs/errors.md; `bug` where devstack itself broke. */
  readonly code: Failure['code'] | 'bug';
  /** All of them. */
  readonly failures: readonly Failure[];
  /** Each resource that is not as it should be. */
  readonly troubles: readonly Trouble[];
  /** @internal */
  constructor(text: string, failures: readonly Failure[], troubles: readonly Trouble[]) {
    super([text, ...troubles.flatMap(({ name, lines }) => lines.map((line) => `${name} | ${line}`))].join('\n'));
    this.name = 'StackError';
    this.code = failures[0]?.code ?? 'bug';
    this.failures = failures;
    this.troubles = troubles;
  }
}

const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Brings a stack up and returns when all of it is ready. Throws `StackError` if it does not get there, and leaves
 * nothing behind then. Several at once do not disturb each other.
 * @example
 * const stack = await up();
 * try {
 *   const answer = await fetch(stack.url('api'));
 * } finally {
 *   await stack.down();
 * }
 */
export async function up<Name extends string = string>(options: UpOptions = {}): Promise<RunningStack<Name>> {
  const { cwd = process.cwd(), names = [], instance = 'throw-away', onNotice } = options;
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  const isThrowAway = instance === 'throw-away';
  if (!isThrowAway) env['DEVSTACK_INSTANCE'] = instance;
  const hold = holdStack({
    devstack: [process.execPath, fileURLToPath(new URL('../bin/devstack.js', import.meta.url))],
    args: [
      ...(options.config === undefined ? [] : ['--config', options.config]),
      ...(isThrowAway ? ['--throw-away'] : []),
      ...Object.entries(options.use ?? {}).flatMap(([name, instead]) => ['--use', `${name}=${instead}`]),
      '--timeout',
      `${options.timeout ?? DEFAULT_TIMEOUT_MS}ms`,
      '--',
      ...names,
    ],
    cwd,
    env,
    onNotice: (_, text) => onNotice?.(text),
  });
  const held = await hold.held;
  if (held.kind === 'failed') throw new StackError(held.text, held.failures, held.troubles);
  return stackOf(held.tether);
}

function stackOf(tether: Tether): RunningStack {
  const { resources, instance } = tether;
  const found = (name: string) => {
    const reached = resources[name];
    if (reached) return reached;
    throw new RangeError(`${instance} has no resource "${name}". It has: ${Object.keys(resources).join(', ')}.`);
  };
  const portOf = (name: string, port: string | undefined) => {
    const { ports } = found(name);
    const at = port === undefined ? Object.values(ports)[0] : ports[port];
    if (at) return at;
    const known = Object.keys(ports).join(', ');
    throw new RangeError(known === '' ? `${name} has no ports.` : `${name} has no port "${port}". It has: ${known}.`);
  };
  return {
    instance,
    url(name, port) {
      const { url } = portOf(name, port);
      if (url !== undefined) return url;
      throw new RangeError(`That port of ${name} has no URL; port('${name}') is its number.`);
    },
    port: (name, port) => portOf(name, port).port,
    env: (name) => found(name).env,
    logs: async (name) => (found(name), tether.logs(name)),
    async restart(name, timeout = DEFAULT_TIMEOUT_MS) {
      found(name);
      const failed = await tether.restart(name, timeout);
      if (failed) throw new StackError(failed.text, failed.failures, failed.troubles);
    },
    troubles: () => tether.troubles(),
    down: () => tether.close(),
    [Symbol.asyncDispose]: () => tether.close(),
  };
}
