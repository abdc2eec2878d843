import type { SecretModeName, SecretStoreRef } from '../../core/secret-mode.ts';
import type { CommonOptions } from '../context.ts';

export interface PromoteOptions extends CommonOptions {
  readonly to: 'compose' | 'kubernetes';
  readonly output?: string;
  readonly only?: 'infra';
  readonly up?: boolean;
  readonly down?: boolean;
  readonly diff?: boolean;
  readonly stdout?: boolean;
  readonly strict?: boolean;
  readonly check?: boolean;
  readonly explain?: boolean;
  readonly secrets?: SecretModeName;
  readonly secretStore?: SecretStoreRef;
  readonly sealedCert?: string;
}
