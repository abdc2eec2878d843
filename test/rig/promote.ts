import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { isStack } from '../../src/config/brand.ts';
import { loadConfig } from '../../src/config/load.ts';
import { normalizeStack } from '../../src/config/normalize/stack.ts';
import { projectFiles } from '../../src/cli/promote/project-files.ts';
import type { Monitoring } from '../../src/core/delivery.ts';
import type { Stack } from '../../src/core/stack.ts';
import { renderCompose } from '../../src/promote/compose/index.ts';
import type { ComposeOutput } from '../../src/promote/compose/index.ts';
import { exampleText } from '../../src/promote/compose/env-file.ts';
import { explain } from '../../src/promote/explain.ts';
import { renderHelm } from '../../src/promote/helm/index.ts';
import type { HelmOutput } from '../../src/promote/helm/index.ts';
import { namespaceOf } from '../../src/promote/kubernetes/cluster.ts';
import { renderKubernetes } from '../../src/promote/kubernetes/index.ts';
import type { KubernetesOutput } from '../../src/promote/kubernetes/index.ts';
import { PLAIN } from '../../src/promote/kubernetes/secret-modes/mode.ts';
import type { SecretMode } from '../../src/promote/kubernetes/secret-modes/mode.ts';
import { planWorkloads } from '../../src/promote/plan.ts';
import type { Plan } from '../../src/promote/plan.ts';
import { defineConfig } from '../../src/index.ts';
import { everything } from './everything.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** The demo, and every folder of `examples/` that has a config. */
export const EXAMPLES: readonly string[] = [
  '.',
  ...readdirSync(path.join(repository, 'examples'))
    .map((name) => `examples/${name}`)
    .filter((folder) => existsSync(path.join(repository, folder, 'devstack.config.ts'))),
];

export async function loadExample(folder: string): Promise<Stack> {
  return (await loadConfig({ cwd: path.join(repository, folder) })).stack;
}

/** A stack of these alone, in the folder of an example. */
export function stackOf(
  resources: Parameters<typeof defineConfig>[0]['resources'],
  root = path.join(repository, 'examples/tasks'),
  promote: Parameters<typeof defineConfig>[0]['promote'] = {},
): Stack {
  const config = defineConfig({ name: 'shop', resources, promote });
  if (!isStack(config)) throw new Error('no stack');
  const normalized = normalizeStack(config, path.join(root, 'devstack.config.ts'));
  if (normalized.kind !== 'stack') throw new Error(JSON.stringify(normalized.problems));
  return normalized.stack;
}

/** Of a stack with everything in it. */
export const EVERYTHING = { kubernetes: { quota: { cpu: 20, memory: '40Gi' } } } as const;

/** Every example, and a stack with everything in it. */
export const STACKS: readonly (readonly [name: string, load: () => Promise<Stack>])[] = [
  ...EXAMPLES.map((folder) => [folder, () => loadExample(folder)] as const),
  ['a stack with everything in it', async () => stackOf(everything(), undefined, EVERYTHING)],
];

export function promoteResources(resources: Parameters<typeof defineConfig>[0]['resources']): Promoted {
  return promoteToCompose(stackOf(resources));
}

export interface Promoted extends ComposeOutput {
  readonly plan: Plan;
  /** The file itself. */
  readonly text: string;
}

export function promoteToCompose(stack: Stack, only?: 'infra'): Promoted {
  const plan = planWorkloads(stack, {
    asker: { target: 'compose' },
    files: projectFiles(stack.root),
    baseImage: (name) => name,
    ...(only && { only }),
  });
  const output = renderCompose(plan, {
    folder: 'deploy/compose',
    file: 'compose.yaml',
    project: stack.name,
    command: 'devstack promote --to compose',
  });
  return { ...output, plan, text: output.tree.get('deploy/compose/compose.yaml') ?? '' };
}

export interface InCluster extends KubernetesOutput {
  readonly plan: Plan;
}

export function promoteToKubernetes(stack: Stack, secrets: SecretMode = PLAIN, monitoring?: Monitoring): InCluster {
  const plan = planWorkloads(stack, {
    asker: { target: 'kind', namespace: namespaceOf(stack.name) },
    files: projectFiles(stack.root),
    baseImage: (name) => name,
  });
  const output = renderKubernetes(plan, {
    folder: 'deploy/k8s',
    imagePrefix: stack.name,
    command: 'devstack promote --to kubernetes',
    hasServersElsewhere: false,
    ...(stack.kubernetes?.quota && { quota: stack.kubernetes.quota }),
    secrets,
    ...(monitoring && { monitoring }),
  });
  return { ...output, plan };
}

export interface Charted extends HelmOutput {
  /** What the chart is made of. */
  readonly cluster: InCluster;
  /** Of the chart, below the root. */
  readonly folder: string;
}

export function promoteToHelm(stack: Stack): Charted {
  const cluster = promoteToKubernetes(stack);
  const folder = `deploy/helm/${stack.name}`;
  return { ...renderHelm(cluster, { folder, command: 'devstack promote --to helm' }), cluster, folder };
}

/** All that is written, and what is said about it, as in a folder of files a person reads. UPDATE_GOLDEN=1 writes it. */
export function expectGoldenTree(stack: Stack, promoted: Promoted | InCluster, folder: string): void {
  const notes = [...promoted.plan.notes, ...promoted.notes];
  const said = notes.map(({ at, resource, text }) => `${at}  ${resource}: ${text}\n`);
  const isCluster = 'overlays' in promoted;
  const source = isCluster ? 'a Secret' : undefined;
  const explained = explain(stack.resources, promoted.plan.workloads, notes, source).map(
    ({ resource, thing, fate, why }) => `${resource}  ${thing}  ${fate}  ${why}`.trimEnd() + '\n',
  );
  const tree = new Map([
    ...promoted.tree,
    ...(isCluster
      ? []
      : [['deploy/compose/.env.example', exampleText(['Copy to .env and fill in.'], promoted.variables)] as const]),
    ['notes.txt', said.join('')],
    ['explained.txt', explained.join('')],
  ]);
  expectFiles(tree, folder);
}

/** Just these files are there. UPDATE_GOLDEN=1 writes them. */
export function expectFiles(tree: ReadonlyMap<string, string>, folder: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    rmSync(folder, { recursive: true, force: true });
    for (const [name, text] of tree) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  }
  expect(Object.fromEntries(tree)).toEqual(readTree(folder));
}

function readTree(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file, 'utf8')];
    }),
  );
}
