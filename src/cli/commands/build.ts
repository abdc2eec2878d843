import { FailureError } from '../../core/failure.ts';
import type { Stack } from '../../core/stack.ts';
import { loadShared } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { resolveNames } from '../names.ts';
import { bakeImages } from '../promote/bake-images.ts';
import { buildImages } from '../promote/build-images.ts';
import type { BuildableImage } from '../promote/buildable.ts';
import { createProgressLine } from '../promote/progress-line.ts';
import { renderForCompose } from '../promote/compose/render.ts';
import { onSignals } from '../signals.ts';

export interface BuildOptions extends CommonOptions {
  readonly push: boolean;
  readonly platform?: readonly string[];
  readonly json?: boolean;
  readonly tag?: string;
}

/** The images of the promoted stack, without its files. */
export async function build(context: Context, names: readonly string[], options: BuildOptions): Promise<number> {
  const { stack, lastWords } = await loadShared(context, options);
  const { push, platform = [], tag } = options;
  checkPush(stack, options);
  const resources = stack.resources.map(({ name }) => name);
  const wanted = resolveNames({ resources, groups: stack.groups }, 'build', names);
  const rendered = await renderForCompose({
    stack,
    lastWords,
    env: context.env,
    isPortFree: () => true,
    ...(tag !== undefined && { tag }),
  });
  const all = rendered.images();
  checkBuilt(stack, all, names);
  const images = all.filter((image) => names.length === 0 || image.resources.some((name) => wanted.includes(name)));
  if (images.length === 0) context.say('Nothing is built here: all images are made by others.');
  const missing = [...new Set(images.flatMap((image) => image.missing))];
  if (missing.length > 0) {
    context.say(`${rendered.env.path} needs values for: ${missing.join(', ')}`);
    context.say(`  for example: devstack secret set ${missing[0]} --target compose`);
    return EXIT.failed;
  }
  const abort = new AbortController();
  const release = onSignals({ first: () => abort.abort(), second: () => {} });
  const { env } = context;
  const { signal } = abort;
  try {
    if (images.length > 0 && platform.length > 1) {
      await bakeImages({ root: stack.root, env, rendered, images, platforms: platform, signal });
      for (const { image } of images) context.print(image);
      return EXIT.ok;
    }
    const line = createProgressLine(process.stderr, context.say);
    const { built, failures } = await buildImages(images, { env, signal, line, push, platform: platform[0] });
    if (signal.aborted) throw new FailureError({ code: 'interrupted' });
    for (const failure of failures) context.say(failureText(failure));
    if (options.json) context.print(JSON.stringify(built, undefined, 2));
    else for (const { image, digest } of built) context.print(digest === undefined ? image : `${image}  ${digest}`);
    return failures.length > 0 ? EXIT.failed : EXIT.ok;
  } finally {
    release();
  }
}

function checkPush(stack: Stack, { push, platform = [] }: BuildOptions): void {
  if (push && stack.compose?.registry === undefined)
    throw usage("there is nowhere to push to: write promote: { compose: { registry: 'ghcr.io/acme' } } in the config");
  if (!push && platform.length > 1)
    throw usage(`an image for several platforms (${platform.join(', ')}) is kept by a registry only: add --push`);
}

function usage(message: string): FailureError {
  return new FailureError({ code: 'usage', message });
}

/** Those that are named by themselves; a group may have others. */
function checkBuilt(stack: Stack, images: readonly BuildableImage[], names: readonly string[]): void {
  for (const resource of stack.resources.filter(({ name }) => names.includes(name)))
    if (!images.some((image) => image.resources.includes(resource.name)))
      throw new FailureError({
        code: 'wrong-kind',
        command: 'build',
        name: resource.name,
        kind: resource.kind === 'container' ? resource.engine : resource.kind,
        reason: 'it runs an image that others have made',
      });
}
