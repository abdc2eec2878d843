import type { LocalCluster } from '../../core/cluster.ts';
import type { CiService, GitopsTool, Monitoring } from '../../core/delivery.ts';
import type { SecretModeName, SecretStoreRef } from '../../core/secret-mode.ts';
import type { ResourcesWay } from '../../promote/observed.ts';
import type { CommonOptions } from '../context.ts';

export interface PromoteOptions extends CommonOptions {
  readonly to: 'compose' | 'kubernetes' | 'helm' | LocalCluster;
  readonly output?: string;
  readonly only?: 'infra';
  readonly up?: boolean;
  readonly down?: boolean;
  readonly diff?: boolean;
  readonly stdout?: boolean;
  readonly strict?: boolean;
  readonly check?: boolean;
  readonly explain?: boolean;
  // kubernetes
  readonly apply?: boolean;
  readonly context?: string;
  readonly overlay?: 'staging' | 'production';
  readonly tag?: string;
  readonly gitops?: GitopsTool;
  readonly ci?: CiService;
  /** Percent of the requests. */
  readonly canary?: number;
  readonly monitoring?: Monitoring;
  // kind, k3d, minikube
  readonly delete?: boolean;
  readonly keepCluster?: boolean;
  readonly yes?: boolean;
  readonly nodes?: number;
  readonly nodeImage?: string;
  /** True for the cluster, or the name of a StatefulSet. */
  readonly recreate?: boolean | string;
  readonly portOffset?: number;
  readonly registry?: boolean;
  /** True: into what is empty there. */
  readonly withData?: true | 'replace';
  readonly pruneVolumes?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
  readonly secrets?: SecretModeName;
  readonly secretStore?: SecretStoreRef;
  readonly sealedCert?: string;
  readonly resources?: ResourcesWay;
}
