import { createHash } from 'node:crypto';
import type { Build } from '../../../core/stack.ts';
import { failureOf, isMissing, reasonOf, statusOf } from '../client.ts';
import type { Env, ReachedEngine } from '../client.ts';
import { findImage } from '../image.ts';
import type { EnsuredImage, LocalImage } from '../image.ts';
import { megabytes } from '../pull-progress.ts';
import { LABELS, ownerLabels } from '../spec.ts';
import type { Owner } from '../spec.ts';
import { eventsOf } from './events.ts';
import { buildFailure, dockerfileOf } from './failure.ts';
import { answersOf, logInsOf } from './log-ins.ts';
import { packContext, readContext } from './context.ts';
import type { BuildContext } from './context.ts';
import { BuildProgress } from './progress.ts';
import type { BuildError } from './progress.ts';
import { openSession } from './session.ts';
import type { BuildSession } from './session.ts';

export interface BuildRequest {
  readonly resource: string;
  /** What the image is to be called. */
  readonly image: string;
  readonly build: Build;
  readonly args: { readonly [name: string]: string };
  readonly secrets: { readonly [id: string]: string };
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string, share?: number) => void;
  /** What the steps print. */
  readonly output: (chunk: Uint8Array) => void;
}

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
  const error = await carryOut(engine, context, hash, request, owner);
  if (error) return { kind: 'failure', failure: await buildFailure(resource, build, error) };
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

async function carryOut(
  engine: ReachedEngine,
  context: BuildContext,
  hash: string,
  request: BuildRequest,
  owner: Owner,
): Promise<BuildError | undefined> {
  const { image, build, args, secrets, env, signal, progress, output } = request;
  const { folder, entries, bytes, dockerfile } = context;
  const files = entries.filter(({ kind }) => kind === 'file').length;
  progress(`building ${image}: sending ${files} files of ${folder} (${megabytes(bytes)} MB)`);
  const archive = packContext(context);
  const unreadable = new AbortController();
  archive.once('error', (error) => unreadable.abort(error));
  const session = usesClassic(env) ? undefined : await openSession(engine, answersOf(secrets, env));
  try {
    if (!session && Object.keys(secrets).length > 0)
      return { reason: 'build.secrets needs BuildKit, which this engine does not have' };
    const stream = await engine.docker.buildImage(archive, {
      ...(session ? bySession(session) : { registryconfig: await logInsOf(context, env) }),
      abortSignal: AbortSignal.any([signal, unreadable.signal]),
      t: image,
      dockerfile,
      ...(build.target !== undefined && { target: build.target }),
      ...(build.platform !== undefined && { platform: build.platform }),
      buildargs: args,
      labels: { ...ownerLabels(owner), [LABELS.build]: hash },
      rm: true,
      forcerm: true,
    });
    const steps = new BuildProgress((text) => output(Buffer.from(text)));
    let shown = '';
    let shownShare: number | undefined;
    for await (const event of eventsOf(stream)) {
      steps.note(event);
      const text = `building ${image}${steps.words}`;
      if (text !== shown || steps.share !== shownShare) progress((shown = text), (shownShare = steps.share));
    }
    steps.end();
    return steps.error;
  } catch (error) {
    unreadable.signal.throwIfAborted();
    // A Dockerfile it cannot read, say: the engine refuses before it begins.
    if (signal.aborted || statusOf(error) === undefined) throw error;
    return { reason: reasonOf(error) };
  } finally {
    session?.close();
  }
}

/** The client opens a session of its own for what its types call for; the number is what the engine reads, too. */
function bySession({ id }: BuildSession) {
  return { version: 2 as unknown as '2', session: id };
}

/** As the docker command has it. */
function usesClassic(env: Env): boolean {
  return /^(?:0|f|false)$/i.test(env['DOCKER_BUILDKIT'] ?? '');
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

function nameParts(image: string): { readonly repo: string; readonly tag: string } {
  const [, repo = image, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? [];
  return { repo, tag };
}
