import path from 'node:path';
import type { LoadedConfig } from '../../../config/load.ts';
import type { Monitoring } from '../../../core/delivery.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { imagePrefixOf } from '../../../promote/builds.ts';
import { envFileText } from '../../../promote/env-text.ts';
import { explain } from '../../../promote/explain.ts';
import type { Explanation } from '../../../promote/explain.ts';
import { imagesByTag, pinningBy } from '../../../promote/images-lock.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { renderKubernetes, VALUES } from '../../../promote/kubernetes/index.ts';
import type { KubernetesOutput } from '../../../promote/kubernetes/index.ts';
import type { LocalDoor } from '../../../promote/kubernetes/local-doors.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { fillNeeded } from '../../../promote/kubernetes/secrets.ts';
import { planWorkloads } from '../../../promote/plan.ts';
import type { FileTree } from '../../../promote/tree.ts';
import type { Note } from '../../../promote/workload.ts';
import { projectPaths } from '../../../project/paths.ts';
import { randomText, storedSecrets } from '../../../project/secrets.ts';
import { folderBelow } from '../folder.ts';
import { readImagesLock } from '../images-lock.ts';
import { lastWordFailure, sayLastWord } from '../last-word.ts';
import { projectFiles } from '../project-files.ts';
import { readValues } from '../values-file.ts';

export interface Rendered extends Pick<KubernetesOutput, 'tree' | 'objects'> {
  readonly folder: string;
  readonly notes: readonly Note[];
  readonly unlocked: readonly string[];
  readonly explanations: readonly Explanation[];
  readonly overlays: readonly RenderedOverlay[];
  readonly made: KubernetesOutput;
  readonly namespace: string;
  /** Whom each waits for. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

export interface RenderedOverlay {
  readonly name: string;
  /** The file of values; undefined where nothing needs one. */
  readonly values?: { readonly path: string; readonly text: string };
  /** Made of it, for this machine only; none as long as a value is missing. */
  readonly secrets: FileTree;
  /** Where they are, below the root. */
  readonly secretsFolder: string;
  readonly missing: readonly string[];
  readonly doors: readonly LocalDoor[];
}

const COMMAND = 'devstack promote --to kubernetes';
const TITLE = 'Values of secrets of this overlay. Not for git.';

/** What every target made of objects is written from. */
export interface ClusterObjects extends Pick<Rendered, 'needs' | 'notes' | 'unlocked' | 'explanations'> {
  readonly made: KubernetesOutput;
}

export function renderForKubernetes(
  loaded: Pick<LoadedConfig, 'stack' | 'lastWords'>,
  {
    env,
    output,
    portOffset = 0,
    monitoring = loaded.stack.kubernetes?.monitoring,
  }: {
    readonly env: NodeJS.ProcessEnv;
    readonly output?: string;
    readonly portOffset?: number;
    readonly monitoring?: Monitoring;
  },
): Rendered {
  const { root } = loaded.stack;
  const folder = folderBelow(root, output ?? 'deploy/k8s');
  const { made, needs, notes, unlocked, explanations } = clusterObjects(loaded, {
    folder,
    command: COMMAND,
    portOffset,
    ...(monitoring && { monitoring }),
  });
  const given = storedSecrets(projectPaths(root), 'kubernetes');
  return {
    tree: made.tree,
    objects: made.objects,
    made,
    folder,
    namespace: namespaceOf(loaded.stack.name),
    needs,
    notes,
    unlocked,
    explanations,
    overlays: made.overlays.map((overlay): RenderedOverlay => {
      const file = `${overlay.folder}/${VALUES}`;
      const known = readValues(path.join(root, file), TITLE, env) ?? {};
      const { values, missing } = fillNeeded(made.needed, { known, given, makeUp: randomText });
      const rest = Object.entries(known).filter(([name]) => !values.has(name));
      const all = new Map([...values, ...rest]);
      const head = [TITLE, `Written by \`${COMMAND}\`, which makes secrets/ of it; what is set here stays.`];
      return {
        name: overlay.name,
        ...(all.size > 0 && { values: { path: file, text: envFileText(head, all) } }),
        secrets: missing.length > 0 ? new Map() : secretFiles(overlay, values),
        secretsFolder: `${overlay.folder}/secrets`,
        missing,
        doors: overlay.doors,
      };
    }),
  };
}

export function clusterObjects(
  { stack, lastWords }: Pick<LoadedConfig, 'stack' | 'lastWords'>,
  {
    folder,
    command,
    portOffset = 0,
    monitoring,
  }: {
    readonly folder: string;
    readonly command: string;
    readonly portOffset?: number;
    readonly monitoring?: Monitoring;
  },
): ClusterObjects {
  const { pin, asked } = pinningBy(readImagesLock(stack.root));
  const plan = planWorkloads(stack, {
    asker: { target: 'kind', namespace: namespaceOf(stack.name) },
    files: projectFiles(stack.root),
    baseImage: pin,
  });
  const made = renderKubernetes(plan, {
    folder,
    imagePrefix: imagePrefixOf(stack.name, stack.compose?.registry),
    command,
    portOffset,
    ...(monitoring && { monitoring }),
    hasServersElsewhere: stack.resources.some((one) => one.kind === 'container' && one.settings.external !== undefined),
    ...(lastWords.size > 0 && { lastWord: (name, objects) => withLastWord(name, objects, stack, lastWords) }),
  });
  const problems = [...plan.problems, ...made.problems];
  if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
  const notes = [...plan.notes, ...made.notes];
  return {
    made,
    needs: new Map(plan.workloads.map(({ name, needs }) => [name, needs.map(({ on }) => on)])),
    notes,
    unlocked: imagesByTag(plan.workloads, asked).map(({ image }) => image),
    explanations: explain(stack.resources, plan.workloads, notes, 'a Secret'),
  };
}

function secretFiles(
  { folder, secrets }: KubernetesOutput['overlays'][number],
  values: ReadonlyMap<string, string>,
): FileTree {
  return new Map(
    secrets.map(({ path: file, textOf }) => {
      const made = textOf(values);
      if (made.kind === 'text') return [`${folder}/${file}`, made.text] as const;
      const message = `${made.variables.join(', ')} of ${file} would have a line break in it, which a variable of a Secret made of lines cannot have. Hand it over in a file: files of the service.`;
      throw new FailureError({ code: 'config-invalid', problems: [{ code: 'line-break', message }] });
    }),
  );
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
