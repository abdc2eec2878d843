/** A kind of object, as discovery tells of it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly subresources?: readonly string[];
  /** `kubectl get all` shows it. */
  readonly isInAll?: boolean;
}

export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** As the server calls it in messages: `deployments.apps`. */
export function resourceOf({ plural, group }: Pick<Kind, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** As the server calls it in messages about its content: `Deployment.apps`. */
export function qualifiedKind({ kind, group }: Pick<Kind, 'kind' | 'group'>): string {
  return group === '' ? kind : `${kind}.${group}`;
}

const SCALED = { isInAll: true, subresources: ['status', 'scale'] };
const WITH_STATUS = { subresources: ['status'] };
const IN_ALL = { isInAll: true, subresources: ['status'] };

export const BUILTIN: readonly Kind[] = [
  core('Namespace', 'namespaces', { isNamespaced: false, shortNames: ['ns'], ...WITH_STATUS }),
  core('Node', 'nodes', { isNamespaced: false, shortNames: ['no'], ...WITH_STATUS }),
  core('Pod', 'pods', { shortNames: ['po'], isInAll: true, subresources: ['status', 'log'] }),
  core('Service', 'services', { shortNames: ['svc'], ...IN_ALL }),
  core('ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }),
  core('ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  core('Secret', 'secrets'),
  core('PersistentVolumeClaim', 'persistentvolumeclaims', { shortNames: ['pvc'], ...WITH_STATUS }),
  core('Event', 'events', { shortNames: ['ev'] }),
  of('apps', 'v1', 'Deployment', 'deployments', { shortNames: ['deploy'], ...SCALED }),
  of('apps', 'v1', 'StatefulSet', 'statefulsets', { shortNames: ['sts'], ...SCALED }),
  of('apps', 'v1', 'ReplicaSet', 'replicasets', { shortNames: ['rs'], ...SCALED }),
  of('apps', 'v1', 'DaemonSet', 'daemonsets', { shortNames: ['ds'], ...IN_ALL }),
  of('batch', 'v1', 'Job', 'jobs', IN_ALL),
  of('batch', 'v1', 'CronJob', 'cronjobs', { shortNames: ['cj'], ...IN_ALL }),
  of('networking.k8s.io', 'v1', 'Ingress', 'ingresses', { shortNames: ['ing'], ...WITH_STATUS }),
  of('networking.k8s.io', 'v1', 'IngressClass', 'ingressclasses', { isNamespaced: false }),
  of('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }),
  of('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets', { shortNames: ['pdb'], ...WITH_STATUS }),
  of('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', { shortNames: ['hpa'], ...IN_ALL }),
  of('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices'),
  of('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
    isNamespaced: false,
    shortNames: ['crd'],
  }),
  of('storage.k8s.io', 'v1', 'StorageClass', 'storageclasses', { isNamespaced: false, shortNames: ['sc'] }),
];

function core(kind: string, plural: string, more: Partial<Kind> = {}): Kind {
  return of('', 'v1', kind, plural, more);
}

function of(group: string, version: string, kind: string, plural: string, more: Partial<Kind> = {}): Kind {
  return { group, version, kind, plural, isNamespaced: true, ...more };
}
