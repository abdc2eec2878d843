import { isPublic } from '../kubernetes/cluster.ts';
import type { KubernetesOutput } from '../kubernetes/index.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import { wavesOf } from './waves.ts';

const PREFIX = 'argocd.argoproj.io';

/** Annotations of Argo CD, for the objects of some kinds and names. */
export interface ArgoPatch {
  readonly target: { readonly kind: string; readonly name?: string };
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What Argo CD has to be told about the objects; the base knows nothing of it. A Job is a hook of the synchronisation: it is
 * not missed when its time is over, and runs again with the next one. It is no hook before it, which on a first day would
 * wait for an account, settings and a database that come only after it.
 */
export function argoPatches(
  { services, cluster }: Pick<KubernetesOutput, 'services' | 'cluster'>,
  hasCanary = false,
): readonly ArgoPatch[] {
  const objects = services.flatMap((one) => one.objects);
  const kinds = new Set(objects.map(({ kind }) => kind));
  const waves = wavesOf(cluster.workloads);
  const last = Math.max(0, ...waves.values());
  const late = new Map<string, { kind: string; wave: number; names: string[] }>();
  for (const { workload, objects: own } of services)
    for (const { kind, metadata } of own) {
      const wave = RUNNERS.has(kind) ? (waves.get(workload.name) ?? 0) : isSlow(kind, isPublic(workload)) ? last : 0;
      if (wave === 0) continue;
      const key = `${kind} ${wave}`;
      const group = late.get(key) ?? { kind, wave, names: [] };
      late.set(key, group);
      group.names.push(metadata.name);
    }
  return [
    ...(kinds.has('Job')
      ? [
          {
            target: { kind: 'Job' },
            annotations: { [`${PREFIX}/hook`]: 'Sync', [`${PREFIX}/hook-delete-policy`]: 'BeforeHookCreation' },
          },
        ]
      : []),
    ...(kinds.has('PersistentVolumeClaim')
      ? [{ target: { kind: 'PersistentVolumeClaim' }, annotations: { [`${PREFIX}/sync-options`]: 'Prune=false' } }]
      : []),
    ...[...late.values()]
      .toSorted((one, other) => one.wave - other.wave)
      .map(({ kind, wave, names }) => ({
        target: { kind, name: hasCanary ? `(?:${names.join('|')})(?:-canary)?` : names.join('|') },
        annotations: { [`${PREFIX}/sync-wave`]: String(wave) },
      })),
  ];
}

const RUNNERS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

/** Argo CD waits until all of a wave is well, and these are only once somebody gave them an address, or measured a load. */
function isSlow(kind: string, isOpen: boolean): boolean {
  return kind === 'Ingress' || kind === 'HorizontalPodAutoscaler' || (kind === 'Service' && isOpen);
}

export interface ArgoApplication {
  readonly stack: string;
  readonly namespace: string;
  readonly overlay: string;
  readonly repoURL: string;
  readonly targetRevision: string;
  /** Below the root of the repository. */
  readonly path: string;
  readonly patches: readonly ArgoPatch[];
}

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml */
export function argoApplication(application: ArgoApplication): KubeObject {
  const { stack, namespace, overlay, repoURL, targetRevision, path, patches } = application;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: `${stack}-${overlay}`,
      namespace: 'argocd',
      labels: { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'devstack' },
    },
    spec: {
      project: 'default',
      source: {
        repoURL,
        targetRevision,
        path,
        ...(patches.length > 0 && { kustomize: { patches: patches.map(written) } }),
      },
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true'],
        retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
      },
    },
  };
}

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  Ingress: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
};

/** Of all that the target selects: the name in the patch itself says nothing. */
function written({ target, annotations }: ArgoPatch): Record<string, unknown> {
  const patch = {
    apiVersion: GROUPS[target.kind] ?? 'v1',
    kind: target.kind,
    metadata: { name: 'every', annotations },
  };
  return { target, patch: yamlText([], [patch]) };
}
