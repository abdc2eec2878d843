import type { QueueScale } from './infra-resources.ts';
import type { Ref } from './ref.ts';
import type { CPU, Duration, Memory, Path } from './values.ts';

/**
 * What a replica asks for and may use at most.
 * @example
 * resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } }
 */
export interface Resources {
  requests?: { cpu?: CPU; memory?: Memory };
  limits?: { cpu?: CPU; memory?: Memory };
}

/**
 * How many replicas run when promoted. Not together with `replicas`.
 * @example
 * autoscale: { min: 0, max: 10, queue: mq.queueDepth('orders', { target: 20 }) }
 */
export interface Autoscale {
  /** Default: 1. 0 needs `queue`, since nothing else can wake it. */
  min?: number;
  max: number;
  /** Target average CPU, percent of the request. */
  cpu?: number;
  /** Target average memory, percent of the request. */
  memory?: number;
  /** Scale on what waits in a queue. */
  queue?: QueueScale | readonly QueueScale[];
  /** Requests per second and replica (a custom metric). */
  rps?: number;
}

/**
 * How a browser reaches it in a cluster.
 * @example
 * ingress: { host: 'shop.localhost', tls: true, maxBody: '20Mi' }
 */
export interface IngressOptions {
  /** Default: `<service>.<stack>.localhost`. */
  host?: string;
  /** Default: `/`. */
  path?: Path;
  tls?: boolean;
  className?: string;
  /** A Gateway of the cluster, `'name'` or `'namespace/name'`: an HTTPRoute of it instead of an Ingress. */
  gateway?: string;
  annotations?: Readonly<Record<string, string>>;
  /** cert-manager issuer for the certificate. */
  issuer?: string;
  /** Requests per second and client. */
  rateLimit?: number;
  readTimeout?: Duration;
  /** Largest request body. */
  maxBody?: Memory;
}

/**
 * What a program may do with objects of its namespace.
 * @example
 * permissions: [{ resources: ['pods', 'endpoints'], verbs: ['get', 'list', 'watch'] }]
 */
export interface Permission {
  /** Default: `['']`, that of pods, services and config maps. */
  apiGroups?: readonly string[];
  /** Without `*`, `secrets`, `pods/exec` and `pods/attach`. */
  resources: readonly string[];
  /** Without `*`. */
  verbs: readonly string[];
}

/**
 * How it runs when promoted. Has no effect in dev.
 * @example
 * deploy: { replicas: 2, ingress: 'shop.localhost', drain: '5s' }
 */
export interface DeployOptions {
  /**
   * `'daemon'`: one on each node of the cluster (a DaemonSet), and on a single machine one. Not together with `replicas`,
   * `autoscale` or `strategy: 'recreate'`.
   */
  kind?: 'daemon';
  /** Default: 1; in Kubernetes 3 of a service. */
  replicas?: number;
  autoscale?: Autoscale;
  /**
   * What pods request follows what they use, in staging and production, by the Vertical Pod Autoscaler of the cluster:
   * `'off'` only recommends it, `'initial'` goes by that when a pod begins, `'auto'` also begins pods anew for it. With an
   * `autoscale` by cpu or memory it is always `'off'`. Default: none.
   */
  vpa?: 'off' | 'initial' | 'auto';
  resources?: Resources;
  /**
   * `'guaranteed'`: it requests all the CPU and memory it may use at most, its sidecars too, and is the last to go on a node
   * that runs out. Not together with `requests`. Default: it requests a part.
   */
  qos?: 'guaranteed';
  /**
   * What its Service in Kubernetes listens on, for the first of its ports or by the names of some; addresses follow. Default:
   * what the container listens on.
   */
  servicePort?: number | Readonly<Record<string, number>>;
  /** true: the default host; a string: that host. */
  ingress?: boolean | string | IngressOptions;
  /** Default: `'rolling'`. */
  strategy?: 'rolling' | 'recreate';
  serviceAccount?: string;
  /** What it may ask of the cluster; it alone has a token for that. Not together with `serviceAccount`. Default: nothing. */
  permissions?: readonly Permission[];
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  /**
   * `'init'`: in Kubernetes it begins once the servers and services it needs take connections. Tasks are not waited for there.
   * Default: it begins at once, and is started again while it fails.
   */
  waitFor?: 'init';
  /**
   * `'files'`: in Kubernetes a secret of `env` is in the file `/run/secrets/<NAME>`, and `<NAME>_FILE` says so instead of
   * `<NAME>`. Default: `'variables'`, as in dev and in compose.
   */
  secretsAs?: 'variables' | 'files';
  /** Time between leaving the load balancer and the stop signal. */
  drain?: Duration;
  priorityClass?: string;
  /** Reachable from outside without an ingress (a load balancer). */
  public?: boolean;
  /** Last word on the generated compose service: it is changed in place. */
  compose?: (service: Record<string, unknown>) => void;
  /** Last word on the generated Kubernetes objects. */
  kubernetes?: (objects: Record<string, unknown>[]) => void;
}

/**
 * How a server runs when promoted. Has no effect in dev.
 * @example
 * deploy: { enabled: false, external: secret('DATABASE_URL') }
 */
export interface InfraDeployOptions {
  /** false: not deployed; `external` must then say where it is. */
  enabled?: boolean;
  /** Use an existing server: `external: secret('DATABASE_URL')`. */
  external?: Ref | string;
  /**
   * Who runs it in Kubernetes. Default: `'statefulset'`, one pod. `'operator'`: CloudNativePG, or that of RabbitMQ,
   * MongoDB or Redis, with as many as `replicas` says. `'chart'`, of a Redis: the same by values for a chart of others.
   */
  mode?: 'statefulset' | 'operator' | 'chart' | 'external';
  /** How many of it there are, which copy their data. Default: 3. Takes `mode: 'operator'` or `'chart'`. */
  replicas?: number;
  /** Size of the volume. */
  storage?: Memory;
  storageClass?: string;
  resources?: Resources;
  /** `'guaranteed'`: it requests all it may use at most. Not together with `resources.requests`. */
  qos?: 'guaranteed';
}
