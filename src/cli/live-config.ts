import type { LoadedConfig } from '../config/load.ts';
import type { Outcome } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import type { LocalEngine } from '../engine/local.ts';
import { failureText } from './context.ts';

/** The config of a running stack, which is read again when it changed or somebody asks for that. */
export interface LiveConfig {
  latest(): LoadedConfig;
  /** Reads it again and applies it; a broken one changes nothing. Whoever asks meanwhile gets one more reading. */
  readonly reload: () => Promise<Outcome>;
  /** Called after each that was applied. */
  onApplied(listener: () => void): void;
}

export interface LiveConfigParts {
  readonly engine: LocalEngine;
  readonly config: LoadedConfig;
  /** As it is by now. */
  load(): Promise<LoadedConfig>;
}

export function createLiveConfig({ engine, config, load }: LiveConfigParts): LiveConfig {
  const listeners: (() => void)[] = [];
  let latest = config;
  let running: Promise<Outcome> | undefined;
  let next: Promise<Outcome> | undefined;

  async function apply(): Promise<Outcome> {
    try {
      const read = await load();
      const before = engine.world();
      const outcome = await engine.send({ kind: 'apply', stack: read.stack });
      if (outcome.kind === 'refused') return outcome;
      latest = read;
      for (const listener of listeners) listener();
      const added = latest.stack.default.filter((name) => !before.instances.has(name));
      if (added.length > 0) await engine.send({ kind: 'up', names: added, deps: true });
      engine.notify('info', 'the config was read again');
      return outcome;
    } catch (error) {
      const why = error instanceof FailureError ? failureText(error.failure) : String(error);
      engine.notify('error', `the config is broken; everything goes on as it was:\n${why}`);
      if (error instanceof FailureError) return { kind: 'refused', failure: error.failure };
      return { kind: 'refused', failure: { code: 'config-invalid', problems: [{ code: 'thrown', message: why }] } };
    }
  }

  function begin(): Promise<Outcome> {
    const reading = apply().finally(() => {
      if (running === reading) running = undefined;
    });
    running = reading;
    return reading;
  }

  return {
    latest: () => latest,
    reload() {
      if (!running) return begin();
      next ??= running.then(() => {
        next = undefined;
        return begin();
      });
      return next;
    },
    onApplied: (listener) => void listeners.push(listener),
  };
}
