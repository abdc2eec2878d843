import type Docker from 'dockerode';
import type { Failure } from '../../core/failure.ts';
import { failureOf, isMissing } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { jsonEvents } from './json-events.ts';
import { PullProgress } from './pull-progress.ts';
import { credentialsFor } from './registry.ts';
import type { Env } from './client.ts';

export interface ImageRequest {
  readonly resource: string;
  readonly image: string;
  /** Where the docker command keeps its log-ins. */
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string, share?: number) => void;
}

/** An image of this machine. */
export interface LocalImage {
  readonly id: string;
  /** What a registry calls it; one that was built here has only its id. */
  readonly digest: string;
}

export type EnsuredImage =
  { readonly kind: 'here'; readonly image: LocalImage } | { readonly kind: 'failure'; readonly failure: Failure };

/** The image is on this machine afterwards, or the reason why not. Asks a registry only for what is missing. */
export async function ensureImage(engine: ReachedEngine, request: ImageRequest): Promise<EnsuredImage> {
  const { resource, image } = request;
  try {
    const here = await findImage(engine, image);
    if (here) return { kind: 'here', image: here };
  } catch (error) {
    return { kind: 'failure', failure: failureOf(error, { resource, doing: `looking for image ${image}` }) };
  }
  try {
    await pull(engine, request);
    return { kind: 'here', image: localImage(await engine.docker.getImage(image).inspect()) };
  } catch (error) {
    return { kind: 'failure', failure: failureOf(error, { resource, doing: `pulling ${image}`, image }) };
  }
}

export async function hasImage(engine: ReachedEngine, image: string): Promise<boolean> {
  return (await findImage(engine, image)) !== undefined;
}

export async function findImage(engine: ReachedEngine, image: string): Promise<LocalImage | undefined> {
  try {
    return localImage(await engine.docker.getImage(image).inspect());
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function localImage({ Id, RepoDigests }: Docker.ImageInspectInfo): LocalImage {
  // Engines of images without any leave the list out.
  const digests: readonly string[] | undefined = RepoDigests;
  return { id: Id, digest: digests?.[0]?.split('@')[1] ?? Id };
}

async function pull(engine: ReachedEngine, { image, env, signal, progress }: ImageRequest): Promise<void> {
  progress(`pulling ${image}`);
  const authconfig = await credentialsFor(image, env);
  const stream = await engine.docker.pull(image, { abortSignal: signal, ...(authconfig && { authconfig }) });
  const layers = new PullProgress();
  let shown = '';
  let failed: string | undefined;
  // Dropping the connection is how the engine is told to give up a pull; the signal does that.
  for await (const events of jsonEvents(stream)) {
    for (const event of events) failed ??= layers.note(event);
    const text = `pulling ${image}${layers.words}`;
    if (text !== shown) progress((shown = text), layers.share);
  }
  if (failed !== undefined) throw new Error(failed);
}

/** `host/name` and its tag. */
export function nameParts(image: string): { readonly repo: string; readonly tag: string } {
  const [, repo = image, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  return { repo, tag };
}
