import { createReadStream } from 'node:fs';
import { request as sendRequest } from 'node:http';
import type { Failure } from '../../core/failure.ts';
import type { ServerSpec, SetUpStep } from '../../kinds/kind.ts';
import { portOf } from '../../kinds/native.ts';
import type { Attempt, Patience } from '../server/attempt.ts';
import { waitUntilReady } from '../server/attempt.ts';
import { converse } from '../server/converse.ts';

export interface SetUpOptions extends Patience {
  readonly progress: (text: string) => void;
  /** Inside its container; gives the exit code and what it printed. */
  readonly exec?: (argv: readonly string[]) => Promise<{ readonly code: number; readonly said: string }>;
}

/** Makes of a running server what the config says, step by step; the failure of the first that does not work out. */
export async function setUpServer(
  spec: ServerSpec,
  steps: readonly SetUpStep[],
  options: SetUpOptions,
): Promise<Failure | undefined> {
  for (const step of steps) {
    if (options.signal.aborted) return undefined;
    options.progress(step.doing);
    const result = await waitUntilReady(() => attemptStep(spec, step, options), options);
    if (result.kind === 'cancelled') return undefined;
    if (result.kind !== 'ready')
      return { code: 'container-failed', resource: spec.resource.name, doing: step.doing, reason: result.lastProbe };
  }
  return undefined;
}

async function attemptStep(spec: ServerSpec, step: SetUpStep, options: SetUpOptions): Promise<Attempt> {
  switch (step.kind) {
    case 'conversation':
      return converse(portOf(spec, step.port), step.conversation);
    case 'http':
      return attemptRequest(portOf(spec, step.port), step, options.signal);
    case 'exec': {
      if (!options.exec) return { kind: 'refused', text: 'it runs in no container' };
      const { code, said } = await options.exec(step.argv);
      return { kind: code === 0 ? 'ready' : 'refused', text: `exit code ${code}: ${said}` };
    }
  }
}

const SHOWN_CHARACTERS = 300;
/** Definitions of a whole broker take seconds to load. */
const SILENCE_MS = 30_000;

function attemptRequest(
  port: number,
  step: Extract<SetUpStep, { kind: 'http' }>,
  signal: AbortSignal,
): Promise<Attempt> {
  const { method, path, headers } = step.request(`127.0.0.1:${port}`, new Date());
  return new Promise((resolve) => {
    const broken = (error: Error) => resolve({ kind: 'not-yet', text: `${method} ${path}: ${error.message}` });
    const to = { host: '127.0.0.1', port, method, path, headers, agent: false, signal, timeout: SILENCE_MS };
    const outgoing = sendRequest(to, (response) => {
      let said = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (said = (said + chunk).slice(0, SHOWN_CHARACTERS)));
      // The connection may break off in the middle of the answer.
      response.once('error', broken);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const isFine = (status >= 200 && status < 300) || (step.accepts ?? []).includes(status);
        const text = `${method} ${path} answers ${status}: ${said.trim()}`;
        // A server that is still starting says so with 5xx.
        resolve({ kind: isFine ? 'ready' : status >= 500 ? 'not-yet' : 'refused', text });
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`silent for ${SILENCE_MS} ms`)));
    outgoing.once('error', broken);
    if (step.file === undefined) outgoing.end();
    else {
      const file = createReadStream(step.file);
      file.once('error', (error) => outgoing.destroy(error));
      file.pipe(outgoing);
    }
  });
}
