import { failureOf } from '../client.ts';
import type { ReachedEngine } from '../client.ts';
import { findImage } from '../image.ts';
import type { EnsuredImage } from '../image.ts';
import { contextFor, dockerfileText, readContext } from './context.ts';
import type { GeneratedDockerfile } from './context.ts';
import { buildFailure, dockerfileOf } from './failure.ts';
import { buildImage } from './image-build.ts';
import type { BuildRequest } from './image-build.ts';

export type PromotedBuildRequest = BuildRequest & { readonly generated?: GeneratedDockerfile };

/** Makes an image that belongs to no checkout: nothing that is cleaned up has its name, and what is the same is in the cache. */
export async function buildPromoted(engine: ReachedEngine, request: PromotedBuildRequest): Promise<EnsuredImage> {
  const { resource, image, build, generated } = request;
  try {
    const context = generated
      ? await contextFor(build.context, generated)
      : await readContext(build.context, build.dockerfile);
    if (!context)
      return { kind: 'failure', failure: { code: 'dockerfile-missing', resource, file: dockerfileOf(build) } };
    const error = await buildImage(engine, context, request, {});
    if (error) {
      const dockerfile = { file: generated?.file ?? dockerfileOf(build), text: await dockerfileText(context) };
      return { kind: 'failure', failure: { ...buildFailure(resource, dockerfile, error), isShown: true } };
    }
    const built = await findImage(engine, image);
    if (!built) throw new Error(`the engine has built ${image} and does not have it`);
    return { kind: 'here', image: built };
  } catch (error) {
    return {
      kind: 'failure',
      failure: failureOf(error, { resource, doing: `building its image from ${build.context}` }),
    };
  }
}
