import { FailureError } from '../core/failure.ts';
import { at, isData, listAt, textAt } from '../promote/kubernetes/rules/data.ts';
import { runProgram } from './program.ts';
import type { ProgramRun, Ran } from './program.ts';
import type { ClusterProvider, FoundCluster, PortMapping, ProviderRun } from './provider.ts';

export type Ended = Extract<Ran, { kind: 'ended' }>;

/** Those of the engine that have a label, running or not. */
export async function nodesOf(label: string, run: ProviderRun): Promise<readonly string[]> {
  const { output } = await docker(['ps', '-a', '--filter', `label=${label}`, '--format', '{{.Names}}'], run);
  return output.split('\n').filter((line) => line !== '');
}

export async function inspectNodes(nodes: readonly string[], run: ProviderRun): Promise<readonly unknown[]> {
  const { output } = await docker(['inspect', '--type', 'container', ...nodes], run);
  return listAt({ all: JSON.parse(output || '[]') as unknown }, 'all');
}

/** A cluster by its containers; `isNode` leaves out those that help it. */
export async function clusterOf(
  label: string,
  run: ProviderRun,
  isNode: (container: unknown) => boolean = () => true,
): Promise<FoundCluster | undefined> {
  const names = await nodesOf(label, run);
  if (names.length === 0) return undefined;
  const containers = await inspectNodes(names, run);
  return {
    nodes: containers.filter(isNode).length,
    id: containers
      .map((one) => textAt(one, 'Id') ?? '')
      .toSorted()
      .join(' '),
    isRunning: containers.every((one) => at(one, 'State', 'Running') === true),
    ports: containers.flatMap(portsOf).toSorted((one, other) => one.hostPort - other.hostPort),
  };
}

/** Those of nodes that Services have: their own interfaces are at others. */
function portsOf(container: unknown): readonly PortMapping[] {
  const bindings = at(container, 'HostConfig', 'PortBindings');
  if (!isData(bindings)) return [];
  return Object.entries(bindings).flatMap(([inside, hosts]): PortMapping[] => {
    const [, nodePort = '', protocol] = /^(\d+)\/(\w+)$/.exec(inside) ?? [];
    const hostPort = Number(textAt(Array.isArray(hosts) ? hosts[0] : undefined, 'HostPort'));
    if (Number(nodePort) < FIRST_NODE_PORT || !hostPort) return [];
    return [{ hostPort, nodePort: Number(nodePort), protocol: protocol === 'udp' ? 'UDP' : 'TCP' }];
  });
}

const FIRST_NODE_PORT = 30_000;

/** Of these, those that all nodes have. */
export async function presentOn(
  nodes: readonly string[],
  images: readonly string[],
  run: ProviderRun,
): Promise<ReadonlySet<string>> {
  const each = await Promise.all(nodes.map((node) => imagesOn(node, run)));
  return new Set(images.filter((image) => each.every((has) => has.has(nodeName(image)))));
}

async function imagesOn(node: string, run: ProviderRun): Promise<ReadonlySet<string>> {
  const { code, output } = await docker(['exec', node, 'crictl', 'images', '-o', 'json'], run);
  const images = code === 0 ? listAt(JSON.parse(output), 'images') : [];
  return new Set(images.flatMap((one) => listAt(one, 'repoTags').filter((tag) => typeof tag === 'string')));
}

/** As a node calls it: with registry and folder. */
export function nodeName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  if (rest.length === 0) return `docker.io/library/${image}`;
  return /[.:]|^localhost$/.test(first) ? image : `docker.io/${image}`;
}

export async function docker(args: readonly string[], { env, signal }: ProviderRun, input = ''): Promise<Ended> {
  const ended = await programOf('docker', args, { env, signal, input });
  if (signal.aborted) throw new FailureError({ code: 'interrupted' });
  return ended;
}

export async function programOf(
  tool: ClusterProvider['tool'] | 'docker',
  args: readonly string[],
  run: ProgramRun,
): Promise<Ended> {
  const ended = await runProgram(tool, args, run);
  if (ended.kind === 'missing') throw new FailureError({ code: 'tool-missing', tool });
  return ended;
}
