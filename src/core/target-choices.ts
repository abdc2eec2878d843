import type { Monitoring } from './delivery.ts';
import type { Amounts } from './deploy.ts';
import type { SecretModeName } from './secret-mode.ts';

/** Where and as what it is promoted to compose. */
export interface ComposeChoices {
  /** Below the root. */
  readonly file?: string;
  readonly project?: string;
  readonly registry?: string;
}

/** How it is promoted to Kubernetes, unless somebody says another way. */
export interface KubernetesChoices {
  readonly secrets?: SecretModeName;
  readonly secretStore?: string;
  /** Below the root. */
  readonly sealedCert?: string;
  readonly monitoring?: Monitoring;
  /** What all pods may request together. */
  readonly quota?: Amounts;
}

/** How it is promoted to kind, unless somebody says another way. */
export interface KindChoices {
  readonly cluster?: string;
  /** Below the root. */
  readonly output?: string;
  readonly nodes?: number;
}
