import type { RuntimeChoice, Stack } from '../../core/stack.ts';
import type { EngineResult } from '../../drivers/container/client.ts';
import { portTableFile } from '../../project/paths.ts';
import { madeUpOnce } from '../../project/secrets.ts';
import {
  databaseOf,
  ensureSharedFolder,
  sharedFolder,
  sharedInstanceOf,
  sharedSecretsFile,
} from '../../project/shared.ts';
import { createPortTable, type Reservation, type WantedPort } from '../../system/ports.ts';
import { lockTaker } from '../../system/processes.ts';

/** The servers an instance shares with the others of its stack, and what it has in them. */
export interface Sharing {
  /** Whose they are, in the engine. */
  readonly instance: string;
  /** Notes on them. */
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  /** What a database of the config is called in them. */
  databaseOf(database: string): string;
  /** A password that was made up for one of them; undefined for any other secret. */
  password(secret: string): string | undefined;
  reserve(wanted: readonly WantedPort[]): Promise<Reservation>;
  /** The port is taken, by one of them. */
  isOurs(port: number): Promise<boolean>;
}

export interface SharingOptions {
  readonly instance: string;
  readonly env: NodeJS.ProcessEnv;
  readonly runtime?: RuntimeChoice;
  readonly connect: () => Promise<EngineResult>;
  readonly onProblem: (text: string) => void;
}

/**
 * What of a stack is shared, and of what becomes of it when its config is read again: whether servers can be is found out
 * once, since those that run stay where they are when an engine goes away, or comes.
 */
export function createSharing(options: SharingOptions): (stack: Stack) => Promise<Sharing | undefined> {
  let asked: Promise<string | undefined> | undefined;
  return (stack) => sharingOf(stack, options, () => (asked ??= obstacleOf(options)));
}

/** Undefined when nothing is shared: nobody wants it, or it could not be in containers here. */
async function sharingOf(
  stack: Stack,
  options: SharingOptions,
  findObstacle: () => Promise<string | undefined>,
): Promise<Sharing | undefined> {
  const wanted = stack.resources.flatMap((one) =>
    one.kind === 'container' && one.infra?.kind === 'shared' ? [one] : [],
  );
  if (wanted.length === 0) return undefined;
  const names = new Set(wanted.map(({ name }) => name));
  const obstacle = await findObstacle();
  if (obstacle !== undefined) {
    options.onProblem(`${[...names].join(', ')}: not shared here, since ${obstacle}`);
    return undefined;
  }
  const { instance, env, connect } = options;
  const servers = sharedInstanceOf(stack.name, env);
  const folder = sharedFolder(stack.name, env);
  ensureSharedFolder(folder);
  const generated = new Map(
    wanted.flatMap(({ name, settings }) => {
      const [ref] = settings.password ?? [];
      const isMadeUp = typeof ref === 'object' && ref.kind === 'secret' && ref.name === `${name}.password`;
      return isMadeUp ? [[ref.name, ref.generateLength] as const] : [];
    }),
  );
  const isOurs = async (port: number): Promise<boolean> => {
    const [engine, { isPortOf }] = await Promise.all([connect(), import('../../drivers/container/shared-ports.ts')]);
    // An engine that fails now fails again when a container is wanted, and is told of then.
    return engine.kind === 'engine' && isPortOf(engine, servers, port).catch(() => false);
  };
  const table = createPortTable({ file: portTableFile(env), isOurs });
  return {
    instance: servers,
    folder,
    names,
    databaseOf: (database) => databaseOf(database, instance, stack.name),
    password(secret) {
      const length = generated.get(secret);
      return length === undefined ? undefined : madeUpOnce(sharedSecretsFile(folder), secret, length, lockTaker());
    },
    reserve: (ports) => table.reserve(servers, folder, ports),
    isOurs,
  };
}

async function obstacleOf({ runtime, connect }: SharingOptions): Promise<string | undefined> {
  if (runtime === 'native' || runtime === 'embedded') return `--runtime ${runtime} makes a server for each instance`;
  const engine = await connect();
  return engine.kind === 'engine' ? undefined : `no Docker engine answers (${engine.reason})`;
}
