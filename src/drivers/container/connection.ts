import { connectEngine } from './client.ts';
import type { EngineResult, Env } from './client.ts';

/** Longer ago, and whether the engine still answers is a new question. */
const FRESH_MS = 2000;

/** One look for the engine serves all who ask at about the same time. */
export function createConnection(env: Env): () => Promise<EngineResult> {
  let last: Promise<EngineResult> | undefined;
  let until = Infinity;
  return () => {
    if (last && performance.now() < until) return last;
    until = Infinity;
    last = connectEngine(env).finally(() => (until = performance.now() + FRESH_MS));
    return last;
  };
}
