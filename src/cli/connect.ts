import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { findConfig, findLocal } from '../config/find.ts';
import type * as Load from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Snapshot } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import type { Stack } from '../core/stack.ts';
import type { Use } from '../core/use.ts';
import type { EngineClient } from '../daemon/client.ts';
import { instanceOf, namedInstance } from '../project/instance.ts';
import { projectPaths, type ProjectPaths } from '../project/paths.ts';
import { sessionOf } from '../project/known.ts';
import { isLive, type Session } from '../project/session.ts';
import { livesOn } from '../system/processes.ts';
import { answering } from './answering.ts';
import type { CommonOptions, Context } from './context.ts';
import { resolveNames } from './names.ts';
import { snapshotOf } from './wait.ts';
import { within } from './within.ts';

/** The project a command is about, found without evaluating its config. */
export interface Checkout {
  readonly paths: ProjectPaths;
  /** Who runs it, or ran it last. */
  readonly session?: Session;
}

/** An engine that answers, and what it says of itself. */
export interface Connected {
  readonly client: EngineClient;
  readonly snapshot: Snapshot;
}

const RETRY_MS = 25;
/** A start that takes longer to listen has lost its socket; a process that takes longer to answer is stopped, or hangs. */
const ANSWER_WITHIN_MS = 10_000;

/** The folder of the config; where that is gone, the folder a stack was started in. */
export function findCheckout({ cwd, env }: Context, { config }: CommonOptions): Checkout {
  const name = namedInstance(env);
  const file = config === undefined ? findConfig(cwd) : path.resolve(cwd, config);
  const isThere = file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const folder = isThere ? path.dirname(realpathSync(file)) : config === undefined ? findStarted(cwd, name) : undefined;
  if (folder === undefined)
    throw new FailureError({
      code: 'config-not-found',
      from: path.resolve(cwd),
      ...(config !== undefined && { file: path.resolve(cwd, config) }),
    });
  const paths = projectPaths(folder, name);
  const session = sessionOf(paths, env);
  return { paths, ...(session && { session }) };
}

function findStarted(from: string, name: string | undefined): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(projectPaths(folder, name).session)) return realpathSync(folder);
    if (folder === path.dirname(folder)) return undefined;
  }
}

/**
 * The engine of the checkout; undefined when none runs. One that is about to listen is waited for. Throws `not-answering`
 * for one that runs and says nothing.
 */
export async function connectLive({ paths }: Checkout): Promise<Connected | undefined> {
  const begun = performance.now();
  const leftMs = (): number => ANSWER_WITHIN_MS - (performance.now() - begun);
  for (;;) {
    const session = sessionOf(paths);
    if (!isLive(session, livesOn)) return undefined;
    const client = await answering(session.socket, leftMs());
    const snapshot =
      client &&
      (await within(
        leftMs(),
        snapshotOf(client).catch(() => undefined),
      ));
    if (snapshot) return { client, snapshot };
    client?.close();
    const { instance, pid } = session;
    if (leftMs() <= 0) throw new FailureError({ code: 'not-answering', instance, pid, afterMs: ANSWER_WITHIN_MS });
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** The same for who needs no snapshot. */
export async function connect(checkout: Checkout): Promise<EngineClient | undefined> {
  return (await connectLive(checkout))?.client;
}

/** Throws `already-running` before anything is touched when somebody runs the checkout. */
export function refuseSecond({ session }: Checkout): void {
  if (isLive(session, livesOn))
    throw new FailureError({ code: 'already-running', instance: session.instance, pid: session.pid });
}

/** The engine of the checkout where nothing can be done without one. */
export async function connectOrFail(context: Context, options: CommonOptions): Promise<Connected> {
  const checkout = findCheckout(context, options);
  const connected = await connectLive(checkout);
  if (connected) return connected;
  throw new FailureError({ code: 'not-running', instance: await instanceName(context, options, checkout) });
}

/** Known from the last session, else from the config. */
export async function instanceName(context: Context, options: CommonOptions, { session }: Checkout): Promise<string> {
  if (session) return session.instance;
  const { stack } = await loadFor(context, options);
  return instanceFor(stack, context);
}

/** Where an instance of a stack is, for who chooses what would run its servers. */
export function placeOf(stack: Stack, { env }: Pick<Context, 'env'>) {
  const name = namedInstance(env);
  const { root } = stack;
  return { root, state: projectPaths(root, name).folder, instance: instanceOf(stack.name, root, name) };
}

/** The instance of a stack a command is about. */
export function instanceFor({ name, root }: Pick<Stack, 'name' | 'root'>, { env }: Pick<Context, 'env'>): string {
  return instanceOf(name, root, namedInstance(env));
}

/** What reads a config is loaded with the first that is read: a command that asks a running stack needs none. */
const loadConfig: typeof Load.loadConfig = async (options) => (await import('../config/load.ts')).loadConfig(options);

export function loadFor(
  { cwd }: Context,
  { config, use }: CommonOptions & { readonly use?: readonly Use[] },
): Promise<LoadedConfig> {
  return loadConfig({ cwd, ...(config !== undefined && { file: config }), ...(use && { use }) });
}

/** The config alone, without what one checkout has another way: for what leaves this machine. Says so where it matters. */
export async function loadShared(context: Context, { config }: CommonOptions): Promise<LoadedConfig> {
  const loaded = await loadConfig({ cwd: context.cwd, local: false, ...(config !== undefined && { file: config }) });
  const { file } = findLocal(loaded.stack.file);
  if (file !== undefined) context.say(`${path.basename(file)} is not read here: it is for dev in this checkout.`);
  return loaded;
}

/** As `loadFor`, for what can do without: undefined where the config is missing or broken. */
export async function loadIfFine(context: Context, options: CommonOptions): Promise<LoadedConfig | undefined> {
  return loadFor(context, options).catch((error: unknown) => {
    if (error instanceof FailureError) return undefined;
    throw error;
  });
}

/** Names of a command line as names of resources. Only what is no resource needs the config, for its groups. */
export async function resolveAsked(
  command: string,
  names: readonly string[],
  resources: readonly string[],
  config: () => Promise<LoadedConfig | undefined>,
): Promise<readonly string[]> {
  if (names.every((name) => resources.includes(name))) return [...new Set(names)];
  const stack = (await config())?.stack;
  const declared = stack?.resources.map(({ name }) => name) ?? [];
  return resolveNames(
    { resources: [...new Set([...resources, ...declared])], groups: stack?.groups ?? {} },
    command,
    names,
  );
}
