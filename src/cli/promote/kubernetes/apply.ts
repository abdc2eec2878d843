import path from 'node:path';
import { imagesOf, withImages } from '../../../cluster/images.ts';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { counted } from '../../../output/counted.ts';
import { imagePrefixOf } from '../../../promote/builds.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { loadShared } from '../../connect.ts';
import { EXIT, type Context } from '../../context.ts';
import { onSignals } from '../../signals.ts';
import { imageTag } from '../git.ts';
import { deploy } from '../kind/deploy.ts';
import { kustomized } from '../kind/kustomized.ts';
import { createClusterReport, tellJudgement } from '../kind/report.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes } from '../report.ts';
import { writeKubernetes } from './promote.ts';
import { renderForKubernetes } from './render.ts';
import { secretModeOf } from './secret-mode.ts';

/** The tag of built images in the base. */
const TAG = 'dev';

/** An overlay in a cluster that is there, by the same way as into one on this machine. */
export async function applyToContext(context: Context, options: PromoteOptions): Promise<number> {
  const { context: name, overlay: wanted = 'production', output } = options;
  if (name === undefined)
    throw new FailureError({
      code: 'usage',
      message: '--apply needs the cluster it is for: --context NAME (kubectl config get-contexts lists them)',
    });
  const loaded = await loadShared(context, options);
  const { stack } = loaded;
  const report = createClusterReport(context, options.json === true);
  const abort = new AbortController();
  const release = onSignals({ first: () => abort.abort(), second: () => process.exit(EXIT.interrupted) });
  try {
    const secrets = secretModeOf(stack, options, { cwd: context.cwd, now: new Date() });
    const rendered = renderForKubernetes(loaded, {
      env: context.env,
      secrets,
      ...(output !== undefined && { output }),
      ...(options.resources && { resources: options.resources }),
    });
    if (options.strict) refuseNotes(rendered.notes);
    const overlay = rendered.overlays.find((one) => one.name === wanted);
    if (!overlay) throw new Error(`no overlay ${wanted}`);
    const [first] = overlay.missing;
    if (first !== undefined)
      throw new FailureError({
        code: 'usage',
        message: `${overlay.values?.path ?? wanted} needs values for: ${overlay.missing.join(', ')}. For example: devstack secret set ${first} --target kubernetes`,
      });
    const changed = (await writeKubernetes(context, stack.root, rendered)).filter(({ kind }) => kind !== 'same');
    const files = changed.length === 0 ? 'as before' : `${counted(changed.length, 'file')} written`;
    report.tell({ event: 'step', step: 'files', text: `${rendered.folder}, ${files}`, ms: 0 });
    const kubectl = kubectlOf({ context: name, env: context.env, signal: abort.signal });
    const reason = await kubectl.unreachable();
    if (reason !== undefined) {
      const hint = 'kubectl config get-contexts lists what there is; kubectl cluster-info --context NAME asks one.';
      throw new FailureError({ code: 'cluster-failed', cluster: name, doing: 'be reached', reason, hint });
    }
    const written = await kustomized(kubectl, path.join(stack.root, rendered.folder, 'overlays', wanted));
    const objects = withImages(written, registryImages(stack, written, options.tag ?? (await imageTag(stack.root))));
    tellJudgement(objects, report);
    await deploy(
      kubectl,
      {
        cluster: name,
        stack: stack.name,
        namespace: rendered.namespace,
        objects,
        done: new Set(),
        needs: rendered.needs,
        signal: abort.signal,
        timeoutMs: options.timeout ?? 300_000,
        canGrow: true,
        isPart: false,
        pruneVolumes: options.pruneVolumes === true,
        ...(typeof options.recreate === 'string' && { recreate: options.recreate }),
      },
      report,
    );
    return EXIT.ok;
  } catch (error) {
    if (error instanceof FailureError) report.tell({ event: 'failed', failure: error.failure });
    throw error;
  } finally {
    release();
  }
}

/** Under the tag they were pushed with: nodes elsewhere pull. */
function registryImages(
  { name, compose }: Stack,
  objects: readonly KubeObject[],
  tag: string,
): ReadonlyMap<string, string> {
  const prefix = `${imagePrefixOf(name, compose?.registry)}/`;
  const built = imagesOf(objects).filter((image) => image.startsWith(prefix) && image.endsWith(`:${TAG}`));
  const [first] = built;
  if (first !== undefined && compose?.registry === undefined)
    throw new FailureError({
      code: 'usage',
      message: `${first} is in no registry, and a cluster elsewhere has to pull it: write promote: { compose: { registry: 'ghcr.io/acme' } } in the config, then devstack build --push`,
    });
  return new Map(built.map((image) => [image, `${image.slice(0, -TAG.length)}${tag}`]));
}
