import type { Build } from '../../../core/stack.ts';
import { reasonOf, statusOf } from '../client.ts';
import type { Env, ReachedEngine } from '../client.ts';
import { megabytes } from '../pull-progress.ts';
import { packContext } from './context.ts';
import type { BuildContext } from './context.ts';
import { eventsOf } from './events.ts';
import { answersOf, logInsOf } from './log-ins.ts';
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

/** Has the engine make the image of a context; what kept it from that, when something did. */
export async function buildImage(
  engine: ReachedEngine,
  context: BuildContext,
  request: BuildRequest,
  labels: { readonly [name: string]: string },
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
      labels,
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
