/** Ways to bring secrets to a cluster. */
export const SECRET_MODES = ['plain', 'external-secrets', 'sealed-secrets', 'sops', 'kubectl'] as const;
export type SecretModeName = (typeof SECRET_MODES)[number];

export interface SecretStoreRef {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly name: string;
}

/** `vault`, `ClusterSecretStore/vault` or `SecretStore/vault`: of the cluster, unless it says that it is of the namespace. */
export function parseStoreRef(text: string): SecretStoreRef | undefined {
  const [, kind = 'ClusterSecretStore', name = ''] =
    /^(?:(SecretStore|ClusterSecretStore)\/)?([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/.exec(text) ?? [];
  if (name === '') return undefined;
  return { kind: kind === 'SecretStore' ? kind : 'ClusterSecretStore', name };
}
