import type { LoadedConfig } from '../../../config/load.ts';
import type { Monitoring } from '../../../core/delivery.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { imagePrefixOf } from '../../../promote/builds.ts';
import { explain } from '../../../promote/explain.ts';
import type { Explanation } from '../../../promote/explain.ts';
import { imagesByTag, pinningBy } from '../../../promote/images-lock.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { renderKubernetes } from '../../../promote/kubernetes/index.ts';
import type { KubernetesOutput } from '../../../promote/kubernetes/index.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { PLAIN } from '../../../promote/kubernetes/secret-modes/mode.ts';
import type { SecretMode } from '../../../promote/kubernetes/secret-modes/mode.ts';
import { resourcesPlaces } from '../../../promote/kubernetes/resources-places.ts';
import { withComments } from '../../../promote/observed.ts';
import type { ResourcesWay } from '../../../promote/observed.ts';
import { planWorkloads } from '../../../promote/plan.ts';
import type { Note } from '../../../promote/workload.ts';
import { projectPaths } from '../../../project/paths.ts';
import { storedSecrets } from '../../../project/secrets.ts';
import { folderBelow } from '../folder.ts';
import { readImagesLock } from '../images-lock.ts';
import { lastWordFailure, sayLastWord } from '../last-word.ts';
import { withObserved } from '../observed.ts';
import type { ObservedPlan } from '../observed.ts';
import { projectFiles } from '../project-files.ts';
import { renderOverlay } from './overlay.ts';
import type { RenderedOverlay } from './overlay.ts';

export interface Rendered extends Pick<KubernetesOutput, 'tree' | 'objects' | 'summary'> {
  readonly stack: string;
  readonly folder: string;
  readonly needed: KubernetesOutput['needed'];
  readonly notes: readonly Note[];
  readonly seen: ObservedPlan['seen'];
  readonly unlocked: readonly string[];
  readonly explanations: readonly Explanation[];
  readonly overlays: readonly RenderedOverlay[];
  readonly made: KubernetesOutput;
  readonly namespace: string;
  /** Whom each waits for. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Databases and the like, and what prepares them or stands before them. */
  readonly servers: ReadonlySet<string>;
}

export const COMMAND = 'devstack promote --to kubernetes';

export interface RenderOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly output?: string;
  readonly secrets: SecretMode;
  readonly portOffset?: number;
  /** Instead of what the config says. */
  readonly monitoring?: Monitoring;
  readonly resources?: ResourcesWay;
}

/** What every target made of objects is written from. */
export interface ClusterObjects extends Pick<
  Rendered,
  'seen' | 'needs' | 'servers' | 'notes' | 'unlocked' | 'explanations'
> {
  readonly made: KubernetesOutput;
}

export function renderForKubernetes(
  loaded: Pick<LoadedConfig, 'stack' | 'lastWords'>,
  { env, output, secrets, portOffset = 0, resources, monitoring = loaded.stack.kubernetes?.monitoring }: RenderOptions,
): Rendered {
  const { root } = loaded.stack;
  const folder = folderBelow(root, output ?? 'deploy/k8s');
  const { made, seen, needs, servers, notes, unlocked, explanations } = clusterObjects(loaded, {
    folder,
    command: COMMAND,
    secrets,
    portOffset,
    ...(resources && { resources }),
    ...(monitoring && { monitoring }),
  });
  const given = storedSecrets(projectPaths(root), 'kubernetes');
  const parts = { root, stack: loaded.stack.name, command: COMMAND, env, needed: made.needed, given };
  return {
    tree: resources ? withComments(made.tree, resourcesPlaces(made.services, folder), seen) : made.tree,
    seen,
    objects: made.objects,
    made,
    summary: made.summary,
    stack: loaded.stack.name,
    folder,
    namespace: namespaceOf(loaded.stack.name),
    needs,
    servers,
    needed: made.needed,
    notes,
    unlocked,
    explanations,
    overlays: made.overlays.map((overlay) => renderOverlay(overlay, parts)),
  };
}

export function clusterObjects(
  { stack, lastWords }: Pick<LoadedConfig, 'stack' | 'lastWords'>,
  {
    folder,
    command,
    secrets = PLAIN,
    portOffset = 0,
    resources,
    monitoring,
  }: {
    readonly folder: string;
    readonly command: string;
    readonly secrets?: SecretMode;
    readonly portOffset?: number;
    readonly resources?: ResourcesWay;
    readonly monitoring?: Monitoring;
  },
): ClusterObjects {
  const { pin, asked } = pinningBy(readImagesLock(stack.root));
  const planned = planWorkloads(stack, {
    asker: { target: 'kind', namespace: namespaceOf(stack.name) },
    files: projectFiles(stack.root),
    baseImage: pin,
  });
  const { plan, seen } = withObserved(planned, stack.root, resources);
  const made = renderKubernetes(plan, {
    folder,
    imagePrefix: imagePrefixOf(stack.name, stack.compose?.registry),
    command,
    secrets,
    portOffset,
    ...(monitoring && { monitoring }),
    hasServersElsewhere: stack.resources.some((one) => one.kind === 'container' && one.settings.external !== undefined),
    ...(stack.kubernetes?.quota && { quota: stack.kubernetes.quota }),
    ...(lastWords.size > 0 && { lastWord: (name, objects) => withLastWord(name, objects, stack, lastWords) }),
  });
  const problems = [...plan.problems, ...made.problems];
  if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
  const notes = [...plan.notes, ...made.notes];
  return {
    made,
    seen,
    needs: new Map(plan.workloads.map(({ name, needs }) => [name, needs.map(({ on }) => on)])),
    servers: new Set(plan.workloads.flatMap(({ name, engine }) => (engine === undefined ? [] : [name]))),
    notes,
    unlocked: imagesByTag(plan.workloads, asked).map(({ image }) => image),
    explanations: explain(stack.resources, plan.workloads, notes, 'a Secret'),
  };
}

/** What is no object any more is a mistake in the config. */
function withLastWord(
  name: string,
  objects: readonly KubeObject[],
  stack: Stack,
  lastWords: LoadedConfig['lastWords'],
): readonly KubeObject[] {
  const { kubernetes: change } = lastWords.get(name) ?? {};
  if (!change) return objects;
  const given: Record<string, unknown>[] = objects.map((object) => ({ ...object }));
  const changed = sayLastWord(name, 'deploy.kubernetes', given, { change, stack });
  if (Array.isArray(changed) && changed.every(isObject)) return changed;
  const reason = 'left something that is no object: each has apiVersion, kind and metadata.name';
  throw lastWordFailure(name, `deploy.kubernetes ${reason}`, stack);
}

function isObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  if (!('apiVersion' in value) || !('kind' in value) || !('metadata' in value)) return false;
  const { metadata } = value;
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string';
}
