import { writeFile } from 'node:fs/promises';
import { FailureError } from '../core/failure.ts';
import { at, textAt } from '../promote/kubernetes/rules/data.ts';
import { clusterOf, inspectNodes, nodesOf, presentOn, programOf } from './nodes.ts';
import type { Ended } from './nodes.ts';
import type { ClusterProvider, ClusterSpec, ProviderRun } from './provider.ts';
import { createFailure, toolFailure } from './tool-failure.ts';

const NODE_ROLES: readonly unknown[] = ['server', 'agent'];

/** k3s in containers of the Docker engine: https://k3d.io */
export const k3d: ClusterProvider = {
  tool: 'k3d',
  longestName: 32,
  contextOf: (name) => `k3d-${name}`,
  startCommand: (name) => `k3d cluster start ${name}`,
  async version(run) {
    const { output } = await ran('', 'be looked for', ['version'], run);
    return /k3d version v?(\S+)/.exec(output)?.[1] ?? output.trim();
  },
  find: (name, run) => clusterOf(labelOf(name), run, isNode),
  async create(spec, run) {
    const { name } = spec;
    // What it could not make it takes away by itself.
    const { code, talk, output } = await programOf('k3d', createArgs(spec), { ...run, env: ownConfig(spec, run) });
    if (run.signal.aborted) {
      await programOf('k3d', ['cluster', 'delete', name], { env: ownConfig(spec, run) });
      throw new FailureError({ code: 'interrupted' });
    }
    if (code !== 0) throw createFailure('k3d', spec, talk || output);
    await k3d.writeKubeconfig(spec, run);
  },
  async writeKubeconfig({ name, kubeconfig }, run) {
    const { output } = await ran(name, 'be reached', ['kubeconfig', 'get', name], run);
    await writeFile(kubeconfig, output, { mode: 0o600 });
  },
  async present(name, images, run) {
    const containers = await inspectNodes(await nodesOf(labelOf(name), run), run);
    const nodes = containers.filter(isNode).flatMap((node) => textAt(node, 'Id') ?? []);
    return presentOn(nodes, images, run);
  },
  async load(name, images, run) {
    await ran(name, 'take an image', ['image', 'import', ...images, '--cluster', name], run);
  },
  async remove({ name, kubeconfig }, run) {
    await ran(name, 'be deleted', ['cluster', 'delete', name], { ...run, env: ownConfig({ kubeconfig }, run) });
  },
};

/** The one that is the user's own is not touched, nor is its current context. */
export function createArgs({ name, ports, nodes, image }: ClusterSpec): readonly string[] {
  return [
    'cluster',
    'create',
    name,
    '--kubeconfig-update-default=false',
    '--kubeconfig-switch-context=false',
    // Otherwise it listens for everybody.
    '--api-port',
    '127.0.0.1:random',
    '--agents',
    String(nodes - 1),
    // Addresses are ports; nobody waits for an Ingress controller.
    '--k3s-arg',
    '--disable=traefik@server:0',
    '--timeout',
    '180s',
    ...(image === undefined ? [] : ['--image', image]),
    ...ports.flatMap(({ hostPort, nodePort, protocol }) => [
      '--port',
      `127.0.0.1:${hostPort}:${nodePort}/${protocol.toLowerCase()}@server:0:direct`,
    ]),
  ];
}

function labelOf(name: string): string {
  return `k3d.cluster=${name}`;
}

/** Besides nodes there is a load balancer. */
function isNode(container: unknown): boolean {
  return NODE_ROLES.includes(at(container, 'Config', 'Labels', 'k3d.role'));
}

function ownConfig({ kubeconfig }: Pick<ClusterSpec, 'kubeconfig'>, { env }: ProviderRun): ProviderRun['env'] {
  return { ...env, KUBECONFIG: kubeconfig };
}

async function ran(name: string, doing: string, args: readonly string[], run: ProviderRun): Promise<Ended> {
  const ended = await programOf('k3d', args, run);
  if (run.signal.aborted) throw new FailureError({ code: 'interrupted' });
  if (ended.code !== 0) throw new FailureError(toolFailure('k3d', name, doing, ended.talk || ended.output));
  return ended;
}
