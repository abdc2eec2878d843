import type { Cause, Command } from '../core/command.ts';
import type { Failure } from '../core/failure.ts';
import type { ProcessResource, Stack } from '../core/stack.ts';
import type { Change } from '../watch/changes.ts';

/** Prefixes of the names under which files are watched by themselves. */
const ENV_FILE = 'env-file:';
const CONFIG = 'config';

/** What to watch for a stack: folders of resources, env files, the config with its imports. */
export function watchSetOf(stack: Stack, configFiles: readonly string[]) {
  return {
    targets: stack.resources.flatMap((resource) =>
      resource.kind === 'process' && resource.watch
        ? [
            {
              name: resource.name,
              base: resource.watch.base,
              paths: resource.watch.paths,
              ignore: resource.watch.ignore,
            },
          ]
        : [],
    ),
    files: [
      ...stack.resources.flatMap(({ name, envFiles }) =>
        envFiles.map((file) => ({ name: `${ENV_FILE}${name}`, file })),
      ),
      ...configFiles.map((file) => ({ name: CONFIG, file })),
    ],
  };
}

export interface ReloaderParts {
  readonly stack: () => Stack;
  /** Path as it is shown: relative to the project. */
  readonly show: (file: string) => string;
  readonly now: () => number;
  readonly isUp: (name: string) => boolean;
  /** False: what it watches changes nothing. */
  readonly isWatching: (name: string) => boolean;
  send(command: Command): void;
  /** Runs the dev build of a resource; its failure, or undefined. Its output goes to the log of the resource. */
  build(resource: ProcessResource): Promise<Failure | undefined>;
  trouble(name: string, failure: Failure | undefined): void;
  progress(name: string, text: string | undefined): void;
  /** Reads the config again and applies it; a broken one changes nothing. */
  reloadConfig(): void;
  timer(ms: number, callback: () => void): () => void;
}

export interface Reloader {
  onChanges(changes: readonly Change[]): void;
}

/** The old process stops at the first event; the new one starts when it is gone and this long was quiet. */
const QUIET_MS = 10;
/** So many files are no save by hand but a checkout or a generator, which pauses longer on a busy machine. */
const MANY_FILES = 10;
const MANY_QUIET_MS = 100;
/** A service that was restarted this often by its own writing is told apart from a busy editor. */
const LOOP_RESTARTS = 5;
const LOOP_WITHIN_MS = 4_000;

interface Watched {
  /** Restart times by the file that caused them, newest last. */
  readonly recent: Map<string, number[]>;
  readonly ignored: Set<string>;
  building: boolean;
  /** Set while the next run is held back. */
  cancelRelease?: () => void;
  /** Files that changed since it was. */
  held: number;
  again: boolean;
}

/** Turns batches of changes into restarts: one per burst, the build first, never for ever. */
export function createReloader(parts: ReloaderParts): Reloader {
  const states = new Map<string, Watched>();
  const stateOf = (name: string): Watched => {
    const known = states.get(name);
    if (known) return known;
    const fresh: Watched = { recent: new Map(), ignored: new Set(), held: 0, building: false, again: false };
    states.set(name, fresh);
    return fresh;
  };

  function onChanges(changes: readonly Change[]): void {
    const files = new Map<string, string[]>();
    for (const { names, file } of changes) {
      for (const name of names) {
        const list = files.get(name);
        if (list) list.push(file);
        else files.set(name, [file]);
      }
    }
    if (files.delete(CONFIG)) parts.reloadConfig();
    for (const [key, list] of files) {
      const isEnvFile = key.startsWith(ENV_FILE);
      const name = isEnvFile ? key.slice(ENV_FILE.length) : key;
      if (!parts.isWatching(name)) continue;
      if (isEnvFile) restart(name, { kind: 'env-file-changed', file: parts.show(list[0] ?? '') });
      else changed(name, list);
    }
  }

  function changed(name: string, files: readonly string[]): void {
    const resource = parts.stack().resources.find((one) => one.name === name);
    if (resource?.kind !== 'process') return;
    const state = stateOf(name);
    const counted = files.filter((file) => !state.ignored.has(file) && !isLoop(name, state, file));
    const first = counted[0];
    if (first === undefined) return;
    const cause: Cause = { kind: 'file-changed', file: parts.show(first), count: counted.length };
    if (resource.buildDev === undefined) restart(name, cause);
    else
      buildThenRestart(resource, state, cause).catch((error: unknown) =>
        parts.trouble(name, { code: 'spawn-failed', resource: name, reason: `dev build: ${String(error)}` }),
      );
  }

  /** Only a service that is up can have caused the change itself, again and again, right after its own start. */
  function isLoop(name: string, state: Watched, file: string): boolean {
    const now = parts.now();
    const times = (state.recent.get(file) ?? []).filter((time) => now - time < LOOP_WITHIN_MS);
    times.push(now);
    state.recent.set(file, times);
    if (times.length <= LOOP_RESTARTS || !parts.isUp(name)) return false;
    state.ignored.add(file);
    parts.trouble(name, {
      code: 'writes-what-it-watches',
      resource: name,
      file: parts.show(file),
      restarts: LOOP_RESTARTS,
    });
    return true;
  }

  /** The old run ends now; the new one waits until saving is over. */
  function restart(name: string, cause: Cause): void {
    const resource = parts.stack().resources.find((one) => one.name === name);
    const state = stateOf(name);
    state.cancelRelease?.();
    if (!state.cancelRelease) {
      state.held = 0;
      parts.send({ kind: 'restart', names: [name], cause, hold: true });
    }
    state.held += cause.kind === 'file-changed' ? cause.count : 1;
    const debounceMs = resource?.kind === 'process' ? (resource.watch?.debounceMs ?? 0) : 0;
    const quietMs = Math.max(state.held < MANY_FILES ? QUIET_MS : MANY_QUIET_MS, debounceMs);
    state.cancelRelease = parts.timer(quietMs, () => {
      delete state.cancelRelease;
      parts.send({ kind: 'release', names: [name] });
    });
  }

  async function buildThenRestart(resource: ProcessResource, state: Watched, cause: Cause): Promise<void> {
    state.again = true;
    if (state.building) return;
    state.building = true;
    try {
      while (state.again) {
        // A burst of saves is one build.
        do {
          state.again = false;
          await new Promise<void>(
            (resolve) => void parts.timer(Math.max(QUIET_MS, resource.watch?.debounceMs ?? 0), resolve),
          );
        } while (state.again);
        parts.progress(resource.name, `building: ${resource.buildDev ?? ''}`);
        const failure = await parts.build(resource);
        parts.progress(resource.name, undefined);
        parts.trouble(resource.name, failure);
        if (!failure && !state.again && parts.isWatching(resource.name)) restart(resource.name, cause);
      }
    } finally {
      state.building = false;
    }
  }

  return { onChanges };
}
