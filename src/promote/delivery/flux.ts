import type { KubeObject } from '../kubernetes/object.ts';

export interface FluxCluster {
  readonly stack: string;
  readonly overlay: string;
  readonly url: string;
  readonly branch: string;
  /** Below the root of the repository. */
  readonly path: string;
  /** Of what is there. */
  readonly kinds: ReadonlySet<string>;
  /** Secrets in git are encrypted, and Flux has the key (`sops-age`). */
  readonly decrypts: boolean;
}

export const FLUX_NAMESPACE = 'flux-system';

/** What `flux bootstrap --path deploy/gitops/flux/clusters/<overlay>` finds there. */
export function fluxObjects(cluster: FluxCluster): { readonly source: KubeObject; readonly kustomization: KubeObject } {
  const { stack, overlay, url, branch, path, decrypts } = cluster;
  const labels = { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'devstack' };
  const patches = patchesOf(cluster.kinds);
  return {
    source: {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: stack, namespace: FLUX_NAMESPACE, labels },
      spec: { interval: '1m', url, ref: { branch } },
    },
    kustomization: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: `${stack}-${overlay}`, namespace: FLUX_NAMESPACE, labels },
      spec: {
        interval: '10m',
        retryInterval: '1m',
        timeout: '10m',
        path: `./${path}`,
        prune: true,
        wait: true,
        sourceRef: { kind: 'GitRepository', name: stack },
        ...(decrypts && { decryption: { provider: 'sops', secretRef: { name: 'sops-age' } } }),
        ...(patches.length > 0 && { patches }),
      },
    },
  };
}

/** A Job whose time is over would be made, and run, again: it stays. Nor does data go with the claim of it. */
function patchesOf(kinds: ReadonlySet<string>): readonly unknown[] {
  return [
    ...(kinds.has('Job')
      ? [{ target: { kind: 'Job' }, patch: '- op: remove\n  path: /spec/ttlSecondsAfterFinished\n' }]
      : []),
    ...(kinds.has('PersistentVolumeClaim')
      ? [
          {
            target: { kind: 'PersistentVolumeClaim' },
            patch:
              'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: every\n  annotations:\n    kustomize.toolkit.fluxcd.io/prune: disabled\n',
          },
        ]
      : []),
  ];
}
