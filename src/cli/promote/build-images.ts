import type { Failure } from '../../core/failure.ts';
import { buildPromoted } from '../../drivers/container/build/promoted.ts';
import type { Env, ReachedEngine } from '../../drivers/container/client.ts';
import { pushImage } from '../../drivers/container/push.ts';
import { inWords } from '../../output/duration.ts';
import { reachEngine } from '../containers.ts';
import { revisionOf } from './buildable.ts';
import type { BuildableImage } from './buildable.ts';
import { inParallel } from './parallel.ts';
import type { ProgressLine } from './progress-line.ts';

/** More at a time are not sooner done: one build by itself uses several processors. */
const AT_A_TIME = 2;

export interface Built {
  readonly image: string;
  readonly resources: readonly string[];
  readonly id: string;
  /** What the registry calls it. */
  readonly digest?: string;
}

interface Making {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly line: ProgressLine;
  readonly push: boolean;
  /** Instead of the one of the engine, or of the config. */
  readonly platform: string | undefined;
}

/** By the engine. After a failure those that have begun are finished, and no other begins. */
export async function buildImages(
  images: readonly BuildableImage[],
  making: Making,
): Promise<{ readonly built: readonly Built[]; readonly failures: readonly Failure[] }> {
  const engine = await reachEngine(making.env);
  const failures: Failure[] = [];
  const built = await inParallel(images, AT_A_TIME, async (image): Promise<readonly Built[]> => {
    if (making.signal.aborted || failures.length > 0) return [];
    const { result, failure } = await buildOne(engine, image, making);
    if (failure) failures.push(failure);
    return result ? [result] : [];
  });
  return { built: built.flat(), failures };
}

async function buildOne(
  engine: ReachedEngine,
  one: BuildableImage,
  { line, push, platform, env, signal }: Making,
): Promise<{ readonly result?: Built; readonly failure?: Failure }> {
  const { name, image, resources, build, generated, secrets } = one;
  const args = { ...one.args, ...(push && revisionOf(one)) };
  const printed: Uint8Array[] = [];
  const begun = performance.now();
  const progress = (text: string): void => line.show(name, text);
  line.say(name, `building ${image}`);
  const made = await buildPromoted(engine, {
    resource: resources[0] ?? name,
    image,
    build: { ...build, ...(platform !== undefined && { platform }) },
    ...(generated && { generated }),
    args,
    secrets,
    env,
    signal,
    progress,
    output: (chunk) => void printed.push(chunk),
  });
  if (made.kind === 'failure') {
    if (!signal.aborted) line.say(name, Buffer.concat(printed).toString().trimEnd());
    line.done(name);
    return { failure: made.failure };
  }
  line.say(name, `built in ${inWords(performance.now() - begun)}`);
  const result = { image, resources, id: made.image.id };
  if (!push) {
    line.done(name);
    return { result };
  }
  const pushed = await pushImage(engine, { image, env, signal, progress });
  line.done(name);
  if (pushed.kind === 'failure') return { failure: pushed.failure };
  line.say(name, `pushed ${image}`);
  return { result: { ...result, ...(pushed.digest !== undefined && { digest: pushed.digest }) } };
}
