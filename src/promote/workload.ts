import type { FilePart } from '../core/config-file.ts';
import type { Amounts, Deploy } from '../core/deploy.ts';
import type { Gate, Port, ProbeTiming } from '../core/stack.ts';
import type { BuildSecret } from './docker/recipe.ts';
import type { Operated } from './operated.ts';
import type { Value } from './value.ts';

/** A resource as every target runs it: an image with what it is given. What is special to a target is not in here. */
export interface Workload {
  readonly name: string;
  /** `devstack.config.ts:12` */
  readonly at: string;
  readonly role: 'service' | 'worker' | 'task' | 'server';
  /** Of servers, and of what prepares them: what it is, for people. */
  readonly engine?: string;
  /** An operator of the cluster runs it. */
  readonly operated?: Operated;
  /** The server that others reach through it. */
  readonly standsBefore?: string;
  readonly image: WorkloadImage;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly workdir?: string;
  readonly env: { readonly [name: string]: Value };
  readonly ports: readonly WorkloadPort[];
  readonly health?: WorkloadHealth;
  /** Whether it still works, where that is not the same question; undefined when nobody knows. */
  readonly live?: WorkloadHealth;
  /** Whether it has started, when that has a check of its own. */
  readonly startup?: WorkloadHealth;
  /** Who waits for whom. */
  readonly needs: readonly Need[];
  /** The image that waits for them before it begins. */
  readonly waiter?: string;
  /** Whom it talks to. */
  readonly reaches: readonly string[];
  readonly stop: { readonly signal: string; readonly graceMs: number };
  readonly restart: 'always' | 'no';
  readonly retries: number;
  /** Runs only when it is asked for. */
  readonly isManual: boolean;
  readonly replicas: number;
  /** More and fewer of it, where a target can. */
  readonly autoscale?: Deploy['autoscale'];
  /** Options of `deploy` that are written. */
  readonly given: readonly string[];
  /** What only a cluster has. */
  readonly cluster: ClusterChoices;
  readonly limits: Amounts;
  readonly requests: Amounts;
  /** Named volumes: name to place. */
  readonly volumes: { readonly [name: string]: string };
  /** Place inside to what is in it. */
  readonly files: { readonly [path: string]: WorkloadFile };
  /** Containers that share its network. */
  readonly sidecars?: readonly WorkloadSidecar[];
  /** Cron expression of five fields. */
  readonly schedule?: string;
  /** Where its metrics are asked for: the name of one of its ports. */
  readonly metrics?: { readonly path: string; readonly port: string };
  readonly sharedMemoryBytes?: number;
  /** What is known of the image makes this possible; undefined where nothing is known. */
  readonly confinement?: Confinement;
}

export type ClusterChoices = Pick<
  Deploy,
  | 'kind'
  | 'vpa'
  | 'qos'
  | 'secretsAs'
  | 'ingress'
  | 'strategy'
  | 'serviceAccount'
  | 'permissions'
  | 'labels'
  | 'annotations'
  | 'drainMs'
  | 'priorityClass'
  | 'storageBytes'
  | 'storageClass'
> & {
  /** The user its image becomes by itself, where a Dockerfile tells. */
  readonly user?: { readonly user: number; readonly group: number };
};

/** A container next to a program. */
export interface WorkloadSidecar {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly env: { readonly [name: string]: Value };
  readonly limits: Amounts;
  readonly requests: Amounts;
}

/** A text without secrets, or one with holes for what only whoever runs it has. */
export type WorkloadFile = string | readonly FilePart<Value>[];

/** How it runs without rights: numeric user, and the folders it writes to on a root file system it cannot write to. */
export interface Confinement {
  readonly user: number;
  readonly group: number;
  readonly writable: readonly string[];
}

export interface Need {
  readonly on: string;
  readonly gate: Gate;
}

export interface WorkloadPort {
  readonly name: string;
  /** Inside. */
  readonly number: number;
  readonly protocol: Port['protocol'];
  /** Of a Service before it, where that is another. */
  readonly service?: number;
  /** From outside: undefined when nobody is to reach it there. */
  readonly outside?: {
    /** The number wished for. */
    readonly number: number;
    /** Also from other machines. */
    readonly isPublic: boolean;
  };
}

export type WorkloadImage =
  { readonly kind: 'named'; readonly name: string } | { readonly kind: 'built'; readonly build: ImageBuild };

/** Equal builds make one image. */
export interface ImageBuild {
  /** What the image is called, without registry, stack and tag: the first resource that has it. */
  readonly name: string;
  /** Below the root of the project. */
  readonly context: string;
  /** Below the context; with `text` it is generated. */
  readonly dockerfile: string;
  readonly generated?: { readonly text: string; readonly ignore: readonly string[] };
  readonly target?: string;
  readonly platform?: string;
  readonly args: { readonly [name: string]: Value };
  /** Id to the variable that has it. */
  readonly secrets: { readonly [id: string]: Value };
  /** Files of whoever builds it; none is needed. */
  readonly secretFiles: readonly BuildSecret[];
}

/** What can ask over HTTP inside an image. */
export type ProbeTool = 'node' | 'python' | 'wget' | 'any';

export type WorkloadHealth = ProbeTiming & {
  readonly check: WorkloadCheck;
};

export type WorkloadCheck =
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | {
      readonly kind: 'http';
      readonly scheme: 'http' | 'https';
      readonly path: string;
      readonly port: number;
      readonly tool: ProbeTool;
    }
  | { readonly kind: 'tcp'; readonly port: number; readonly tool: ProbeTool };

/** Something that is not the same as in dev, for whoever reads the output. */
export interface Note {
  readonly at: string;
  readonly resource: string;
  readonly text: string;
}
