import type { Template } from './ref.ts';

/** How it runs when promoted; nothing of it counts in dev. */
export interface Deploy {
  /** One on each node. */
  readonly kind?: 'daemon';
  readonly replicas?: number;
  readonly autoscale?: Autoscale;
  /** What becomes of the requests that a cluster recommends. */
  readonly vpa?: 'off' | 'initial' | 'auto';
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  /** It requests as much as it may use. */
  readonly qos?: 'guaranteed';
  /** Reachable from other machines. */
  readonly public?: boolean;
  /** Of its Service, by port, where they are others than those it listens on. */
  readonly servicePorts?: { readonly [port: string]: number };
  /** Whoever is outside has an address for it. */
  readonly hasIngress?: boolean;
  readonly ingress?: IngressChoices;
  readonly strategy?: 'rolling' | 'recreate';
  /** One that is there already. */
  readonly serviceAccount?: string;
  /** Of the cluster. */
  readonly permissions?: readonly Permission[];
  readonly labels?: Words;
  readonly annotations?: Words;
  /** Containers before it wait for what it needs. */
  readonly waitFor?: 'init';
  /** Where its secrets are, unless they are variables. */
  readonly secretsAs?: 'files';
  /** Between leaving the load balancer and the stop signal. */
  readonly drainMs?: number;
  readonly priorityClass?: string;
  /** Who runs a server. */
  readonly mode?: 'statefulset' | 'operator' | 'chart' | 'external';
  readonly storageBytes?: number;
  readonly storageClass?: string;
  /** Every option that is written, by its name: what a target does not carry over is said. */
  readonly given: readonly string[];
}

/** Of a server with copies of its data, unless the config says. */
export const COPIES = 3;

/** A rule of a role. */
export interface Permission {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Words {
  readonly [name: string]: string;
}

export interface Autoscale {
  readonly min?: number;
  readonly max?: number;
  /** Average use, percent of what is requested. */
  readonly cpu?: number;
  readonly memory?: number;
  /** Requests per second and replica. */
  readonly rps?: number;
  readonly queues?: readonly ScaleQueue[];
}

/** What waits somewhere for a replica to take it. */
export interface ScaleQueue {
  /** Where it waits. */
  readonly server: string;
  readonly engine: string;
  /** Of a queue or list; `stream/consumer` of NATS, `topic/group` of Kafka. */
  readonly key: string;
  /** Messages per replica. */
  readonly target: number;
  /** Number of messages that wakes it from zero. */
  readonly activation?: number;
}

/** Where and how whoever is outside reaches it. */
export interface IngressChoices {
  readonly host?: string;
  readonly path?: string;
  readonly tls?: boolean;
  readonly className?: string;
  /** `name` or `namespace/name`, instead of an Ingress. */
  readonly gateway?: string;
  readonly annotations?: Words;
  /** Of certificates. */
  readonly issuer?: string;
  /** Requests per second and client. */
  readonly rateLimit?: number;
  readonly readTimeoutMs?: number;
  readonly maxBodyBytes?: number;
}

export interface Amounts {
  /** In thousandths of a core. */
  readonly cpu?: number;
  /** In bytes. */
  readonly memory?: number;
}

export interface Sidecar {
  readonly name: string;
  readonly image: string;
  /** Instead of the image's CMD. */
  readonly command?: string | readonly string[];
  /** After `command`, or instead of the image's CMD. */
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: Template };
  readonly limits?: Amounts;
  readonly requests?: Amounts;
}
