import type { Failure } from '../../core/failure.ts';
import { reasonOf } from './client.ts';
import type { Env, ReachedEngine } from './client.ts';
import { nameParts } from './image.ts';
import { jsonEvents } from './json-events.ts';
import { credentialsFor } from './registry.ts';

export interface PushRequest {
  readonly image: string;
  /** Where the docker command keeps its log-ins. */
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

export type Pushed =
  | { readonly kind: 'pushed'; /** What the registry calls it. */ readonly digest?: string }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Has the engine bring an image of this machine to its registry. */
export async function pushImage(engine: ReachedEngine, request: PushRequest): Promise<Pushed> {
  const { image, env, signal, progress } = request;
  progress(`pushing ${image}`);
  try {
    const { repo, tag } = nameParts(image);
    // The engine wants a log-in also where none is needed.
    const authconfig = (await credentialsFor(image, env)) ?? {};
    const stream = await engine.docker.getImage(repo).push({ tag, authconfig, abortSignal: signal });
    const layers = new Map<string, boolean>();
    let shown = '';
    let digest: string | undefined;
    let error: string | undefined;
    for await (const events of jsonEvents(stream)) {
      for (const event of events) {
        if (typeof event !== 'object' || event === null) continue;
        if ('error' in event && typeof event.error === 'string') error ??= event.error;
        if ('aux' in event) digest ??= digestOf(event.aux);
        if (!('id' in event) || typeof event.id !== 'string' || !('status' in event)) continue;
        if (LAYER.test(event.id)) layers.set(event.id, DONE.test(String(event.status)));
      }
      const done = [...layers.values()].filter(Boolean).length;
      const text = `pushing ${image} (${done} of ${layers.size} ${layers.size === 1 ? 'layer' : 'layers'})`;
      if (layers.size > 0 && text !== shown) progress((shown = text));
    }
    if (error !== undefined) return { kind: 'failure', failure: pushFailure(image, error) };
    return { kind: 'pushed', ...(digest !== undefined && { digest }) };
  } catch (error) {
    return { kind: 'failure', failure: pushFailure(image, reasonOf(error)) };
  }
}

const LAYER = /^[0-9a-f]{12}$/;
const DONE = /^(?:Pushed|Layer already exists|Mounted from)/;

function digestOf(aux: unknown): string | undefined {
  if (typeof aux !== 'object' || aux === null || !('Digest' in aux)) return undefined;
  return typeof aux.Digest === 'string' ? aux.Digest : undefined;
}

function pushFailure(image: string, reason: string): Failure {
  const isDenied = /unauthorized|authentication|credentials|denied|forbidden/i.test(reason);
  return { code: isDenied ? 'push-denied' : 'push-failed', image, reason };
}
