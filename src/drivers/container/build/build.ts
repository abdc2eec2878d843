import { createHash } from 'node:crypto';
import { failureOf, isMissing, statusOf } from '../client.ts';
import type { ReachedEngine } from '../client.ts';
import { findImage, nameParts } from '../image.ts';
import type { EnsuredImage, LocalImage } from '../image.ts';
import { LABELS, ownerLabels } from '../spec.ts';
import type { Owner } from '../spec.ts';
import { dockerfileText, readContext } from './context.ts';
import type { BuildContext } from './context.ts';
import { buildFailure, dockerfileOf } from './failure.ts';
import { buildImage } from './image-build.ts';
import type { BuildRequest } from './image-build.ts';

/** Makes the images of one instance. */
export interface Builder {
  /** The image is of what is in its folder now. Where nothing changed since the last time, the engine is not bothered. */
  ensure(engine: ReachedEngine, request: BuildRequest): Promise<EnsuredImage>;
}

export function createBuilder(owner: Owner): Builder {
  // Several resources of one build: the first makes the image, the others get its name for theirs.
  const underWay = new Map<string, { readonly of: string; readonly end: Promise<EnsuredImage> }>();
  return {
    async ensure(engine, request) {
      const { resource, build } = request;
      try {
        const context = await readContext(build.context, build.dockerfile);
        if (!context)
          return { kind: 'failure', failure: { code: 'dockerfile-missing', resource, file: dockerfileOf(build) } };
        const hash = hashOf(context, request);
        const before = underWay.get(hash);
        if (before) request.progress(`waiting for the build of ${before.of}, which is the same`);
        const mine = {
          of: resource,
          end: (before?.end ?? Promise.resolve())
            .catch(() => {}) // its failure is told where it was asked for
            .then(() => findOrBuild(engine, context, hash, request, owner)),
        };
        underWay.set(hash, mine);
        return await mine.end.finally(() => underWay.get(hash) === mine && underWay.delete(hash));
      } catch (error) {
        const doing = `building its image from ${build.context}`;
        return { kind: 'failure', failure: failureOf(error, { resource, doing }) };
      }
    },
  };
}

async function findOrBuild(
  engine: ReachedEngine,
  context: BuildContext,
  hash: string,
  request: BuildRequest,
  owner: Owner,
): Promise<EnsuredImage> {
  const { image, resource, build } = request;
  const here = await findBuilt(engine, { image, hash, owner });
  if (here) return { kind: 'here', image: here };
  const error = await buildImage(engine, context, request, { ...ownerLabels(owner), [LABELS.build]: hash });
  if (error) {
    const dockerfile = { file: dockerfileOf(build), text: await dockerfileText(context) };
    return { kind: 'failure', failure: buildFailure(resource, dockerfile, error) };
  }
  await removeUnused(engine, owner);
  const built = await findImage(engine, image);
  if (!built) throw new Error(`the engine has built ${image} and does not have it`);
  return { kind: 'here', image: built };
}

/** Everything that may lead to another image. */
function hashOf({ hash, dockerfile }: BuildContext, { build, args, secrets }: BuildRequest): string {
  const { target, platform } = build;
  const matters = [hash, dockerfile, target, platform, Object.entries(args), Object.keys(secrets)];
  return createHash('sha256').update(JSON.stringify(matters)).digest('hex').slice(0, 32);
}

/** The one of that name, or another of this instance from the same files, which gets the name too. */
async function findBuilt(
  engine: ReachedEngine,
  { image, hash, owner }: { readonly image: string; readonly hash: string; readonly owner: Owner },
): Promise<LocalImage | undefined> {
  const label = [`${LABELS.instance}=${owner.instance}`, `${LABELS.build}=${hash}`];
  const [found] = await engine.docker.listImages({ filters: { label } });
  if (!found) return undefined;
  const here = await findImage(engine, image);
  if (here?.id === found.Id) return here;
  const { repo, tag } = nameParts(image);
  await engine.docker.getImage(found.Id).tag({ repo, tag });
  return findImage(engine, image);
}

/** Earlier images of this instance that have lost their name; those a container still has go another time. */
async function removeUnused(engine: ReachedEngine, { instance }: Owner): Promise<void> {
  const label = [`${LABELS.instance}=${instance}`, LABELS.build];
  const images = await engine.docker.listImages({ filters: { dangling: ['true'], label } });
  for (const { Id } of images) {
    await engine.docker
      .getImage(Id)
      .remove()
      .catch((error: unknown) => {
        if (!isMissing(error) && statusOf(error) !== 409) throw error;
      });
  }
}
