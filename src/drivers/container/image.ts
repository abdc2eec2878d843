import type { Failure } from '../../core/failure.ts';
import { failureOf, isMissing } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { PullProgress } from './pull-progress.ts';
import { credentialsFor } from './registry.ts';
import type { Env } from './client.ts';

export interface ImageRequest {
  readonly resource: string;
  readonly image: string;
  /** Where the docker command keeps its log-ins. */
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** The image is on this machine afterwards, or the reason why not. Asks a registry only for what is missing. */
export async function ensureImage(engine: ReachedEngine, request: ImageRequest): Promise<Failure | undefined> {
  const { resource, image } = request;
  try {
    if (await hasImage(engine, image)) return undefined;
  } catch (error) {
    return failureOf(error, { resource, doing: `looking for image ${image}` });
  }
  try {
    await pull(engine, request);
    return undefined;
  } catch (error) {
    return failureOf(error, { resource, doing: `pulling ${image}`, image });
  }
}

export async function hasImage(engine: ReachedEngine, image: string): Promise<boolean> {
  try {
    await engine.docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function pull(engine: ReachedEngine, { image, env, signal, progress }: ImageRequest): Promise<void> {
  progress(`pulling ${image}`);
  const authconfig = await credentialsFor(image, env);
  const stream = await engine.docker.pull(image, { abortSignal: signal, ...(authconfig && { authconfig }) });
  const layers = new PullProgress();
  let shown = '';
  let rest = '';
  let failed: string | undefined;
  // Dropping the connection is how the engine is told to give up a pull; the signal does that.
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) failed ??= layers.note(parse(line));
    const text = `pulling ${image}${layers.words}`;
    if (text !== shown) progress((shown = text));
  }
  if (rest.trim() !== '') failed ??= layers.note(parse(rest));
  if (failed !== undefined) throw new Error(failed);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line end alone
  }
}
