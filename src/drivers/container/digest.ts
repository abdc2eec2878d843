import { reasonOf } from './client.ts';
import type { Env, ReachedEngine } from './client.ts';
import { credentialsFor } from './registry.ts';

export type FoundDigest =
  { readonly kind: 'digest'; readonly digest: string } | { readonly kind: 'unknown'; readonly reason: string };

/** What its registry means by a tag now, for all platforms; nothing is pulled. */
export async function findDigest(engine: ReachedEngine, image: string, env: Env): Promise<FoundDigest> {
  try {
    const authconfig = await credentialsFor(image, env);
    const { Descriptor } = await engine.docker.getImage(image).distribution(authconfig && { authconfig });
    return { kind: 'digest', digest: Descriptor.digest };
  } catch (error) {
    return { kind: 'unknown', reason: reasonOf(error) };
  }
}
