import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';

/** Files of one checkout, all below `.devstack/`, which ignores itself in git. */
export interface ProjectPaths {
  readonly root: string;
  readonly folder: string;
  /** Who runs this checkout now, or ran it last. */
  readonly session: string;
  readonly secrets: string;
  readonly logs: string;
  readonly data: string;
  /** There as long as containers may be. */
  readonly containers: string;
  /** What the inputs of tasks were when they last succeeded. */
  readonly tasks: string;
  /** What resources were seen to use. */
  readonly observed: string;
}

export function projectPaths(root: string): ProjectPaths {
  const folder = path.join(root, '.devstack');
  return {
    root,
    folder,
    session: path.join(folder, 'session.json'),
    secrets: path.join(folder, 'secrets.json'),
    logs: path.join(folder, 'logs'),
    data: path.join(folder, 'data'),
    containers: path.join(folder, 'containers'),
    tasks: path.join(folder, 'tasks.json'),
    observed: path.join(folder, 'observed.json'),
  };
}

/** An instance is a checkout: the stack's name and six characters of its real path. */
export function instanceOf(stack: string, root: string): string {
  return `${stack}-${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 6)}`;
}

/** Makes `.devstack/`, owner-only and ignored by git. */
export function ensureProjectFolder({ folder }: ProjectPaths): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The cache of the config may have made it before, for everybody to read.
    chmodSync(folder, 0o700);
    writeFileSync(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw new FailureError(
      { code: 'state-unwritable', path: folder, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

/** Sockets and FIFOs of an instance: a short path (108 characters at most for a socket), owner-only. */
export function runtimeFolder(instance: string, env: NodeJS.ProcessEnv = process.env): string {
  const base = runtimeBase(env);
  const folder = runtimePath(instance, env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new FailureError(
      { code: 'state-unwritable', path: folder, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  const { uid, mode } = lstatSync(base);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0 || !lstatSync(base).isDirectory()) {
    throw new FailureError({
      code: 'state-unwritable',
      path: base,
      reason: 'it belongs to somebody else or others may read it',
    });
  }
  return folder;
}

/** Where that is, without making it. */
export function runtimePath(instance: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.join(runtimeBase(env), instance);
}

/** Takes the folder of an instance away when nothing is left in it. For who holds the checkout, or ends what is left. */
export function removeRuntimeFolder(instance: string, env: NodeJS.ProcessEnv = process.env): void {
  try {
    rmdirSync(runtimePath(instance, env));
  } catch {
    // It is gone already, or somebody's files are in it.
  }
}

function runtimeBase(env: NodeJS.ProcessEnv): string {
  return path.join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), `devstack-${userInfo().uid}`);
}

/** Per-user table of ports, shared by all instances. */
export function portTableFile(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env['XDG_STATE_HOME'] ?? path.join(userInfo().homedir, '.local', 'state'), 'devstack', 'ports.json');
}

export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env['XDG_CACHE_HOME'] ?? path.join(userInfo().homedir, '.cache'), 'devstack');
}
