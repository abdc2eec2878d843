import type { SecretStoreRef } from '../../../core/secret-mode.ts';

/** Who brings the values of Secrets to a cluster. On a machine of one's own they are always `plain`. */
export type SecretMode =
  /** Files that git does not see, of which kustomize makes Secrets. */
  | { readonly kind: 'plain' }
  /** The External Secrets Operator, out of a store. */
  | { readonly kind: 'external-secrets'; readonly store: SecretStoreRef }
  /** Encrypted files in git, for a controller that has the key to its certificate (PEM). */
  | { readonly kind: 'sealed-secrets'; readonly certificate: string }
  /** Encrypted files in git, by sops and what the project's `.sops.yaml` says; Flux opens them. */
  | { readonly kind: 'sops' }
  /** Somebody with the same files, by a script. */
  | { readonly kind: 'kubectl' };

/** Those with encrypted files in git. */
export type EncryptedMode = Extract<SecretMode, { readonly kind: 'sealed-secrets' | 'sops' }>;

export function isEncrypted(mode: SecretMode): mode is EncryptedMode {
  return mode.kind === 'sealed-secrets' || mode.kind === 'sops';
}

export const PLAIN: SecretMode = { kind: 'plain' };
