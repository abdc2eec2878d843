import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isRecord, readJson, writeAtomically } from './file.ts';
import { knownSessions } from './known.ts';
import { takeLock, type IsAlive, type LockTaker } from './lock.ts';
import { portTableFile } from './paths.ts';
import { isLive } from './session.ts';
import { userMark } from './user.ts';

// Servers that instances share belong to a stack's name and the user: what is noted of them is with the user's notes.

/** What the containers, volumes and network of servers that instances of a stack share are named after. */
export function sharedInstanceOf(stack: string, env: NodeJS.ProcessEnv = process.env): string {
  return `${stack}-shared-${userMark(env).slice(0, 6)}`;
}

/** Notes of their data, their passwords, locks, and who uses them. */
export function sharedFolder(stack: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.join(path.dirname(portTableFile(env)), 'shared', stack);
}

export function sharedSecretsFile(folder: string): string {
  return path.join(folder, 'secrets.json');
}

export function ensureSharedFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** As long as a name may be in Postgres; MySQL allows one more. */
const LONGEST = 63;

/** Its database of an instance: `shop_1f2e3d`, `shop_e2e_4c5b6a`. */
export function databaseOf(database: string, instance: string, stack: string): string {
  const suffix = `_${instance.slice(stack.length + 1).replaceAll('-', '_')}`;
  const whole = `${database}${suffix}`;
  if (whole.length <= LONGEST) return whole;
  const hash = createHash('sha256').update(database).digest('hex').slice(0, 6);
  return `${database.slice(0, LONGEST - suffix.length - hash.length - 1)}_${hash}${suffix}`;
}

export interface ServerUsersOptions extends LockTaker {
  readonly env: NodeJS.ProcessEnv;
  readonly stack: string;
  readonly instance: string;
  /** Absent for who ends an instance that nobody serves. */
  readonly sessionId?: string;
}

const LOOK_AGAIN_MS = 20;

/**
 * Who of the stack's instances uses a shared server: those with a note here whose session is alive. The own one is among
 * the others for who has no session: then it is another that uses it.
 */
export function createServerUsers({ env, stack, instance, sessionId, self, isAlive }: ServerUsersOptions) {
  const root = sharedFolder(stack, env);
  const folderOf = (resource: string): string => path.join(root, 'users', resource);
  const noteOf = (resource: string): string => path.join(folderOf(resource), `${instance}.json`);

  const others = (resource: string): readonly string[] => {
    const live = knownSessions(env).filter((session) => isLive(session, isAlive));
    return namesIn(folderOf(resource)).filter((name) => {
      // Whoever ends an instance that nobody serves may meet a new session of it.
      if (name === instance && sessionId !== undefined) return false;
      const note = readJson(path.join(folderOf(resource), `${name}.json`));
      return isRecord(note) && live.some((one) => one.instance === name && one.id === note['session']);
    });
  };

  type Work<T> = (others: readonly string[]) => Promise<T>;
  async function alone<T>(resource: string, work: Work<T>): Promise<T>;
  async function alone<T>(resource: string, work: Work<T>, unwanted: AbortSignal): Promise<T | undefined>;
  async function alone<T>(resource: string, work: Work<T>, unwanted?: AbortSignal): Promise<T | undefined> {
    ensureSharedFolder(root);
    const lock = path.join(root, `${resource}.lock`);
    while (takeLock(lock, { ...self, root }, isAlive)) {
      if (unwanted?.aborted) return undefined;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    try {
      return await work(others(resource));
    } finally {
      rmSync(lock, { force: true });
    }
  }

  return {
    /** The live instances that use it. */
    others,
    /**
     * Does it while no other starts, stops or leaves the server; `others` are the live instances that use it. Undefined
     * when it was not its turn before nobody wanted it any more.
     */
    alone,
    join(resource: string): void {
      mkdirSync(folderOf(resource), { recursive: true, mode: 0o700 });
      writeAtomically(noteOf(resource), JSON.stringify({ session: sessionId }));
    },
    leave(resource: string): void {
      rmSync(noteOf(resource), { force: true });
    },
  };
}

export type ServerUsers = ReturnType<typeof createServerUsers>;

/** The instances that use any shared server of a stack now. */
export function usersOfShared(stack: string, env: NodeJS.ProcessEnv, isAlive: IsAlive): readonly string[] {
  const live = knownSessions(env).filter((session) => isLive(session, isAlive));
  const users = path.join(sharedFolder(stack, env), 'users');
  const names = foldersIn(users).flatMap((resource) => namesIn(path.join(users, resource)));
  return [...new Set(names)].filter((name) => live.some((one) => one.instance === name)).toSorted();
}

/** Instances of the stack share servers, or did. */
export function hasShared(stack: string, env: NodeJS.ProcessEnv): boolean {
  return existsSync(sharedFolder(stack, env));
}

/** Stacks whose instances share servers, or did. */
export function sharedStacks(env: NodeJS.ProcessEnv): readonly string[] {
  return foldersIn(path.dirname(sharedFolder('any', env)));
}

/** Some instance of the stack is served now, and may be about to use what is shared. */
export function isServed(stack: string, env: NodeJS.ProcessEnv, isAlive: IsAlive): boolean {
  return knownSessions(env).some((session) => session.stack === stack && isLive(session, isAlive));
}

/** With the last of its data, once nobody is about to make more of it. */
export function forgetShared(stack: string, env: NodeJS.ProcessEnv): void {
  rmSync(sharedFolder(stack, env), { recursive: true, force: true });
}

function namesIn(folder: string): readonly string[] {
  return foldersIn(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // nobody has used it yet
  }
}
