import type { LocalCluster } from '../core/cluster.ts';
import type { Env } from './program.ts';

/** A port of this machine, and the port of a node it leads to. */
export interface PortMapping {
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'TCP' | 'UDP';
}

export interface ClusterSpec {
  readonly name: string;
  readonly ports: readonly (PortMapping & { readonly resource: string })[];
  /** All of them, with the one that controls. */
  readonly nodes: number;
  /** Of a node, instead of what the tool comes with. */
  readonly image?: string;
  /** Its nodes are to pull from a registry beside it. */
  readonly hasRegistry?: boolean;
  /** Where the file that leads to it goes. */
  readonly kubeconfig: string;
}

export interface FoundCluster {
  readonly nodes: number;
  readonly ports: readonly PortMapping[];
  /** Another one of the same name is another one. */
  readonly id: string;
  readonly isRunning: boolean;
}

/** Where a registry is: at a port of this machine, and for nodes at a port of a container. */
export interface RegistryPlace {
  readonly port: number;
  readonly container: string;
  readonly inside: number;
}

export interface ProviderRun {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** What the tool says while it works. */
  onTalk(line: string): void;
}

/** Who makes clusters on this machine. What is done in one is the same for all, and for those that are elsewhere. */
export interface ClusterProvider {
  readonly tool: LocalCluster;
  /** Characters a name may have. */
  readonly longestName: number;
  /** What the tool calls its cluster in the file it writes. */
  contextOf(name: string): string;
  /** Starts one that was stopped, for people. */
  startCommand(name: string): string;
  /** Version of the tool; throws when it is not there. */
  version(run: ProviderRun): Promise<string>;
  find(name: string, run: ProviderRun): Promise<FoundCluster | undefined>;
  create(spec: ClusterSpec, run: ProviderRun): Promise<void>;
  /** Writes the file that leads to one that is there. */
  writeKubeconfig(spec: Pick<ClusterSpec, 'name' | 'kubeconfig'>, run: ProviderRun): Promise<void>;
  /** Of these, those that all nodes have. */
  present(name: string, images: readonly string[], run: ProviderRun): Promise<ReadonlySet<string>>;
  load(name: string, images: readonly string[], run: ProviderRun): Promise<void>;
  /** Leads nodes to a registry that is called localhost here; gives the networks they are in. Absent where that cannot be. */
  useRegistry?(name: string, registry: RegistryPlace, run: ProviderRun): Promise<readonly string[]>;
  /** Nothing happens when it is not there. */
  remove(spec: Pick<ClusterSpec, 'name' | 'kubeconfig'>, run: ProviderRun): Promise<void>;
}
