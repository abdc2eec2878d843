import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';

/** Files of one instance of a checkout, all below `.devstack/`, which ignores itself in git. */
export interface ProjectPaths {
  readonly root: string;
  /** Undefined: the checkout's own. */
  readonly name: string | undefined;
  /** `.devstack`; what is in it but not in `folder` belongs to all instances of the checkout. */
  readonly home: string;
  readonly folder: string;
  /** Who runs this instance now, or ran it last. */
  readonly session: string;
  /** Of the project: data that one instance made has to open for the next. */
  readonly secrets: string;
  readonly logs: string;
  readonly data: string;
  /** There as long as containers may be. */
  readonly containers: string;
  /** What the inputs of tasks were when they last succeeded. */
  readonly tasks: string;
  /** What resources were seen to use. */
  readonly observed: string;
  /** There while the instance is for one test only: whoever cleans up after a kill removes all of it. */
  readonly throwAway: string;
}

/** `name`: of another instance of the checkout than its own. */
export function projectPaths(root: string, name?: string): ProjectPaths {
  const home = path.join(root, '.devstack');
  const folder = name === undefined ? home : path.join(home, 'instances', name);
  return {
    root,
    name,
    home,
    folder,
    session: path.join(folder, 'session.json'),
    secrets: path.join(home, 'secrets.json'),
    logs: path.join(folder, 'logs'),
    data: path.join(folder, 'data'),
    containers: path.join(folder, 'containers'),
    tasks: path.join(folder, 'tasks.json'),
    observed: path.join(folder, 'observed.json'),
    throwAway: path.join(folder, 'throw-away'),
  };
}

/** Makes `.devstack/`, owner-only and ignored by git, and the folder of the instance in it. */
export function ensureProjectFolder({ home, folder }: ProjectPaths): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The cache of the config may have made it before, for everybody to read.
    chmodSync(home, 0o700);
    writeFileSync(path.join(home, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw new FailureError(
      { code: 'state-unwritable', path: folder, reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

/** With all that a named instance had: the last trace of it. The checkout's own keeps its logs. */
export function removeInstanceFolder({ name, folder }: ProjectPaths): void {
  if (name === undefined) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(path.dirname(folder));
  } catch {
    // There are others.
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
