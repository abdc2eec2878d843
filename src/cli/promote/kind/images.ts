import type { LoadedConfig } from '../../../config/load.ts';
import { FailureError } from '../../../core/failure.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { failureText, type Context } from '../../context.ts';
import { buildImages } from '../build-images.ts';
import { renderForCompose } from '../compose/render.ts';
import type { ClusterReport } from './report.ts';

/** The tag of built images in the base. */
const TAG = 'dev';

/** Image of the base to the same image under a name that says what is in it: no other content ever gets that. */
export async function buildForCluster(
  context: Context,
  { stack, lastWords }: Pick<LoadedConfig, 'stack' | 'lastWords'>,
  making: { readonly engine: ReachedEngine; readonly signal: AbortSignal; readonly report: ClusterReport },
): Promise<ReadonlyMap<string, string>> {
  const { env } = context;
  const rendered = await renderForCompose({ stack, lastWords, env, isPortFree: () => true, tag: TAG });
  const images = rendered.images();
  const missing = [...new Set(images.flatMap((image) => image.missing))];
  if (missing.length > 0) {
    const [first = ''] = missing;
    const message = `a build needs ${missing.join(', ')}, and there is no value: devstack secret set ${first} --target compose`;
    throw new FailureError({ code: 'usage', message });
  }
  const { signal, report, engine } = making;
  const { line } = report;
  const { built, failures } = await buildImages(images, { env, signal, line, push: false, platform: undefined });
  if (signal.aborted) throw new FailureError({ code: 'interrupted' });
  const [failure, ...others] = failures;
  for (const other of others) context.say(failureText(other));
  if (failure) throw new FailureError(failure);
  const named = await Promise.all(
    built.map(async ({ image, id }) => {
      const repo = image.slice(0, image.lastIndexOf(':'));
      const tag = id.replace(/^sha256:/, '').slice(0, 12);
      await engine.docker.getImage(id).tag({ repo, tag });
      return [image, `${repo}:${tag}`] as const;
    }),
  );
  return new Map(named);
}
