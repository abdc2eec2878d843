import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';
import { at, isData } from '../promote/kubernetes/rules/data.ts';
import { clusterOf, docker, inspectNodes, nodesOf, presentOn, programOf } from './nodes.ts';
import type { Ended } from './nodes.ts';
import type { ClusterProvider, ClusterSpec, ProviderRun } from './provider.ts';
import { createFailure, toolFailure } from './tool-failure.ts';

const START_TIME = '180s';
const REGISTRIES = '/etc/containerd/certs.d';

/** Kubernetes in containers of the Docker engine: https://kind.sigs.k8s.io */
export const kind: ClusterProvider = {
  tool: 'kind',
  longestName: 50,
  contextOf: (name) => `kind-${name}`,
  startCommand: (name) => `docker start $(docker ps -aq --filter label=${labelOf(name)})`,
  async version(run) {
    const { output } = await runKind('', 'be looked for', ['version', '-q'], run);
    return output.trim();
  },
  find: (name, run) => clusterOf(labelOf(name), run),
  async create(spec, run) {
    const { name, kubeconfig, image } = spec;
    const place = ['--name', name, '--kubeconfig', kubeconfig];
    const more = image === undefined ? [] : ['--image', image];
    const args = ['create', 'cluster', ...place, '--config', '-', '--wait', START_TIME, '--retain', ...more];
    const { code, talk } = await programOf('kind', args, { ...run, input: configOf(spec) });
    if (code === 0 && !run.signal.aborted) return;
    // What is half made is of no use, but for what its nodes wrote.
    const after = { ...run, signal: new AbortController().signal };
    if ((await nodesOf(labelOf(name), after)).length > 0) {
      const logs = path.join(path.dirname(kubeconfig), 'logs');
      if (!run.signal.aborted) await programOf('kind', ['export', 'logs', logs, '--name', name], after);
      await programOf('kind', ['delete', 'cluster', ...place], after);
    }
    if (run.signal.aborted) throw new FailureError({ code: 'interrupted' });
    throw createFailure('kind', spec, talk);
  },
  async writeKubeconfig({ name, kubeconfig }, run) {
    await runKind(name, 'be reached', ['export', 'kubeconfig', '--name', name, '--kubeconfig', kubeconfig], run);
  },
  async present(name, images, run) {
    const nodes = await nodesOf(labelOf(name), run);
    return presentOn(nodes, images, run);
  },
  async load(name, images, run) {
    // An image of several platforms cannot be handed over as it is where the engine keeps images as containerd does.
    if (await keepsAsContainerd(run)) return loadArchives(name, images, run);
    const { code, talk } = await ran(['load', 'docker-image', '--name', name, ...images], run);
    if (code === 0) return;
    if (/content digest sha256:\w+: not found/.test(talk)) return loadArchives(name, images, run);
    throw new FailureError(toolFailure('kind', name, 'take an image', talk));
  },
  // As https://kind.sigs.k8s.io/docs/user/local-registry has it.
  async useRegistry(name, { port, container, inside }, run) {
    const nodes = await nodesOf(labelOf(name), run);
    const host = `[host."http://${container}:${inside}"]\n`;
    const script = 'mkdir -p "$0" && cat > "$0/hosts.toml"';
    for (const node of nodes) {
      const { output } = await docker(['exec', node, 'cat', '/etc/containerd/config.toml'], run);
      if (!output.includes(REGISTRIES)) {
        const hint = 'Make it anew: devstack promote --to kind --registry --recreate';
        const reason = `its nodes do not look for registries in ${REGISTRIES}: it was made without one`;
        throw new FailureError({ code: 'cluster-failed', cluster: name, doing: 'use a registry', reason, hint });
      }
      const args = ['exec', '-i', '--user', '0', node, 'sh', '-c', script, `${REGISTRIES}/localhost:${port}`];
      const { code, talk } = await docker(args, run, host);
      if (code !== 0) throw new FailureError(toolFailure('kind', name, 'use a registry', talk));
    }
    const inspected = await inspectNodes(nodes, run);
    return [...new Set(inspected.flatMap((one) => Object.keys(networksOf(one))))];
  },
  async remove({ name, kubeconfig }, run) {
    await runKind(name, 'be deleted', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig], run);
  },
};

function labelOf(name: string): string {
  return `io.x-k8s.kind.cluster=${name}`;
}

export function configOf({ ports, nodes, hasRegistry }: Pick<ClusterSpec, 'ports' | 'nodes' | 'hasRegistry'>): string {
  const mappings = ports.map(({ hostPort, nodePort, protocol }) => ({
    containerPort: nodePort,
    hostPort,
    listenAddress: '127.0.0.1',
    protocol,
  }));
  const control = { role: 'control-plane', ...(mappings.length > 0 && { extraPortMappings: mappings }) };
  const workers = Array.from({ length: nodes - 1 }, () => ({ role: 'worker' }));
  // Nodes of kind before 0.27 do not look into it by themselves.
  const patch = `[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "${REGISTRIES}"\n`;
  return JSON.stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [control, ...workers],
    ...(hasRegistry && { containerdConfigPatches: [patch] }),
  });
}

function networksOf(container: unknown): object {
  const networks = at(container, 'NetworkSettings', 'Networks');
  return isData(networks) ? networks : {};
}

async function keepsAsContainerd(run: ProviderRun): Promise<boolean> {
  const { output } = await docker(['info', '--format', '{{json .DriverStatus}}'], run);
  return output.includes('io.containerd.snapshotter');
}

/** One platform of each, by way of a file. */
async function loadArchives(name: string, images: readonly string[], run: ProviderRun): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'devstack-images-'));
  try {
    const { output } = await docker(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'], run);
    const file = `${folder}/images.tar`;
    const saved = await docker(['save', '--platform', output.trim(), '-o', file, ...images], run);
    // Engines before 28 have no such flag, and one platform only.
    const again = saved.code === 0 ? saved : await docker(['save', '-o', file, ...images], run);
    if (again.code !== 0) throw new FailureError(toolFailure('kind', name, 'take an image', again.talk));
    await runKind(name, 'take an image', ['load', 'image-archive', file, '--name', name], run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runKind(name: string, doing: string, args: readonly string[], run: ProviderRun): Promise<Ended> {
  const ended = await ran(args, run);
  if (ended.code !== 0) throw new FailureError(toolFailure('kind', name, doing, ended.talk || ended.output));
  return ended;
}

async function ran(args: readonly string[], run: ProviderRun & { readonly input?: string }): Promise<Ended> {
  const ended = await programOf('kind', args, run);
  if (run.signal.aborted) throw new FailureError({ code: 'interrupted' });
  return ended;
}
