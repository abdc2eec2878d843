import { FailureError } from '../core/failure.ts';
import { listAt } from '../promote/kubernetes/rules/data.ts';
import { clusterOf, nodeName, programOf } from './nodes.ts';
import type { Ended } from './nodes.ts';
import type { ClusterProvider, ClusterSpec, ProviderRun } from './provider.ts';
import { createFailure, toolFailure } from './tool-failure.ts';

/** A profile of minikube, in containers of the Docker engine: https://minikube.sigs.k8s.io */
export const minikube: ClusterProvider = {
  tool: 'minikube',
  longestName: 50,
  contextOf: (name) => name,
  startCommand: (name) => `minikube start -p ${name} --keep-context`,
  async version(run) {
    const { output } = await ran('', 'be looked for', ['version', '--short'], run);
    return output.trim().replace(/^v/, '');
  },
  find: (name, run) => clusterOf(`name.minikube.sigs.k8s.io=${name}`, run),
  async create(spec, run) {
    const { name, ports, nodes } = spec;
    if (nodes > 1 && ports.length > 0) {
      const reason = 'minikube gives every node the same ports of this machine, so only one node can have them';
      const hint = 'Leave out --nodes, or take another tool for several: devstack promote --to kind --nodes 3';
      throw new FailureError({ code: 'cluster-failed', cluster: name, doing: 'be created', reason, hint });
    }
    const env = ownConfig(spec, run);
    const { code, talk, output } = await programOf('minikube', startArgs(spec), { ...run, env });
    if (code === 0 && !run.signal.aborted) return;
    // What is half made is of no use.
    await programOf('minikube', ['delete', '-p', name], { env });
    if (run.signal.aborted) throw new FailureError({ code: 'interrupted' });
    throw createFailure('minikube', spec, talk || output);
  },
  async writeKubeconfig(spec, run) {
    const { name } = spec;
    await ran(name, 'be reached', ['update-context', '-p', name], { ...run, env: ownConfig(spec, run) });
  },
  async present(name, images, run) {
    const { output } = await ran(name, 'be asked for its images', ['image', 'ls', '-p', name, '--format', 'json'], run);
    const all = listAt({ all: JSON.parse(output || '[]') as unknown }, 'all');
    const tags = new Set(all.flatMap((one) => listAt(one, 'repoTags')));
    return new Set(images.filter((image) => tags.has(nodeName(image))));
  },
  async load(name, images, run) {
    await ran(name, 'take an image', ['image', 'load', ...images, '-p', name, '--daemon'], run);
  },
  async remove(spec, run) {
    const { name } = spec;
    await ran(name, 'be deleted', ['delete', '-p', name], { ...run, env: ownConfig(spec, run) });
  },
};

export function startArgs({ name, ports, nodes, image }: ClusterSpec): readonly string[] {
  return [
    'start',
    '-p',
    name,
    '--driver=docker',
    '--keep-context',
    // The file has all it takes, and leads to nothing in the user's folder.
    '--embed-certs',
    '--interactive=false',
    '--nodes',
    String(nodes),
    '--listen-address',
    '127.0.0.1',
    ...(image === undefined ? [] : ['--base-image', image]),
    ...ports.flatMap(({ hostPort, nodePort, protocol }) => [
      '--ports',
      `127.0.0.1:${hostPort}:${nodePort}/${protocol.toLowerCase()}`,
    ]),
  ];
}

/** It writes to the user's own by itself, and makes its context the current one. */
function ownConfig({ kubeconfig }: Pick<ClusterSpec, 'kubeconfig'>, { env }: ProviderRun): ProviderRun['env'] {
  return { ...env, KUBECONFIG: kubeconfig };
}

async function ran(name: string, doing: string, args: readonly string[], run: ProviderRun): Promise<Ended> {
  const ended = await programOf('minikube', args, run);
  if (run.signal.aborted) throw new FailureError({ code: 'interrupted' });
  if (ended.code !== 0) throw new FailureError(toolFailure('minikube', name, doing, ended.talk || ended.output));
  return ended;
}
