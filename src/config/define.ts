import type { KeyOption } from '../keys/map.ts';
import { stackKey, thisCopy } from './brand.ts';
import { MisuseError } from './misuse.ts';
import { callerPlace } from './place.ts';
import type { Resource } from './resource.ts';
import type { CPU, Memory } from './values.ts';

/**
 * A member of a group.
 * @example
 * groups: { backend: [api, processor], fleet }
 */
export type Member = Resource | Readonly<Record<string, Resource>> | readonly Resource[];

/**
 * Where `promote --to compose` writes, and under which names.
 * @example
 * promote: { compose: { file: 'ops/compose.yaml', registry: 'ghcr.io/acme' } }
 */
export interface ComposeTarget {
  /** Written file; what else is needed goes beside it. Default: `deploy/compose/compose.yaml`. */
  file?: string;
  /** Name of the compose project. Default: the stack's name. */
  project?: string;
  /** Prefix of the names of built images. */
  registry?: string;
}

/**
 * What `promote --to kubernetes` does without its options.
 * @example
 * promote: { kubernetes: { secrets: 'external-secrets', secretStore: 'vault' } }
 */
export interface KubernetesTarget {
  /** Who brings secrets to a cluster. Default: `'plain'`, files that are not for git. */
  secrets?: 'plain' | 'external-secrets' | 'sealed-secrets' | 'sops' | 'kubectl';
  /** Of External Secrets: a ClusterSecretStore, or `'SecretStore/name'`. Default: `<stack>-secrets`. */
  secretStore?: string;
  /** Of Sealed Secrets: the certificate of the cluster, a file below the folder of the config. */
  sealedCert?: string;
  /** Who measures what runs: Prometheus by annotations of pods, or by objects of its operator. Default: nobody. */
  monitoring?: 'annotations' | 'operator';
  /** What all pods of its namespace may request together; `kind` has no such bound. */
  quota?: { cpu?: CPU; memory?: Memory };
}

/**
 * What `promote --to kind` does without its options.
 * @example
 * promote: { kind: { cluster: 'shop', nodes: 3 } }
 */
export interface KindTarget {
  /** Name of the cluster, which all checkouts then share. Default: `devstack-<instance>`, one for each checkout. */
  cluster?: string;
  /** Folder the files are written to, below the folder of the config. Default: `deploy/k8s`. */
  output?: string;
  /** Number of nodes of a new cluster, 1 to 20. Default: 1. */
  nodes?: number;
}

/**
 * What `defineConfig` takes.
 * @example
 * defineConfig({ name: 'shop', resources: { db, api }, groups: { backend: [api] }, default: ['backend'] })
 */
export interface Stack<R extends Record<string, Resource> = Record<string, Resource>, G extends string = string> {
  /** Default: the folder's name. */
  name?: string;
  /** The key is the name everywhere; `orderService` becomes `order-service`. */
  resources: R;
  /** Names for several resources at once. */
  groups?: { readonly [K in G]: Member | readonly Member[] };
  /** What a bare `devstack up` starts. Default: everything with `autostart`. */
  default?: readonly NoInfer<(keyof R & string) | G>[];
  /**
   * Servers for each instance, or, of the kinds that hold databases, one for all instances of this stack on this machine:
   * each has databases of its own in it. Default: `'own'`.
   */
  infra?: 'own' | 'shared';
  /** `maxBytes`: kept on disk for the whole stack: bytes, or an amount like `'512Mi'`; 0 for no limit. Default: `'1Gi'`. */
  logs?: { maxBytes?: number | Memory };
  /**
   * Keys of the terminal interface: `'mprocs'` (default), `'process-compose'`, or actions to keys, for example
   * `{ restart: 'F2, Ctrl-R', quit: 'none' }`, where `preset` names what the others are; `docs/keys.md` lists them.
   */
  keys?: KeyOption;
  /**
   * What becomes of the stack when the terminal of `devstack up` goes away: it is stopped, or goes on in the background,
   * as with `up --keep`. Default: `'stop'`.
   */
  onHangup?: 'stop' | 'keep';
  /** Where and how the stack is promoted. */
  promote?: { compose?: ComposeTarget; kubernetes?: KubernetesTarget; kind?: KindTarget };
}

/**
 * The stack: export what it returns as the default of `devstack.config.ts`.
 *
 * Nothing is checked here. All problems of the file are reported together when it is loaded.
 * @example
 * export default defineConfig({ name: 'shop', resources: { db, api } });
 */
export function defineConfig<const R extends Record<string, Resource>, const G extends string = never>(
  stack: Stack<R, G>,
): Stack<R, G> {
  const branded = { ...stack };
  Object.defineProperty(branded, stackKey, { value: { copy: thisCopy(), place: callerPlace() } });
  return branded;
}

/**
 * One resource per name, made by the same function; spread the result into `resources`.
 *
 * Throws when a name occurs twice.
 * @example
 * const fleet = each(['cart', 'search'], (name) => service({ cwd: `./services/${name}`, dev: 'go run .' }));
 */
export function each<const N extends string, R>(
  names: readonly N[],
  make: (name: N, index: number) => R,
): { readonly [K in N]: R };
export function each(names: readonly string[], make: (name: string, index: number) => unknown): object {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new MisuseError('duplicate-name', `each() was given "${twice}" twice.`);
  return Object.fromEntries(names.map((name, index) => [name, make(name, index)]));
}
