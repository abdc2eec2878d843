import type { KubeObject } from '../object.ts';
import { at, isData, listAt, numberAt, textAt, textFieldsAt, textsAt } from './data.ts';
import { targetKind, type ObjectSet } from './object-set.ts';
import { kindIs, namespaceOf } from './pod.ts';
import type { Report, Rule } from './rule.ts';
import { selects, serviceSelector } from './selector.ts';

export const REFERENCES = {
  'service-without-pods': {
    says: 'A Service selects pods of its namespace.',
    kubeScore: ['service-targets-pod'],
    kubeLinter: ['dangling-service'],
  },
  'ingress-backend': {
    says: 'An Ingress, or a HTTPRoute, leads to a Service and a port that are there.',
    kubeScore: ['ingress-targets-service'],
    kubeLinter: ['dangling-ingress'],
    optional: ['dangling-ingress'],
  },
  'autoscaler-target': {
    says: 'An autoscaler scales a workload that is there.',
    kubeScore: ['horizontalpodautoscaler-has-target'],
    kubeLinter: ['dangling-horizontalpodautoscaler'],
    optional: ['dangling-horizontalpodautoscaler'],
  },
  'policy-without-pods': {
    says: 'A NetworkPolicy selects pods.',
    kubeScore: ['networkpolicy-targets-pod'],
    kubeLinter: ['dangling-networkpolicy'],
    optional: ['dangling-networkpolicy'],
  },
  'policy-peer': {
    says: 'The pods a NetworkPolicy lets in or out to are there.',
    kubeLinter: ['dangling-networkpolicypeer-podselector'],
    optional: ['dangling-networkpolicypeer-podselector'],
  },
  'monitor-without-service': {
    says: 'A ServiceMonitor selects a Service.',
    kubeLinter: ['dangling-servicemonitor'],
    optional: ['dangling-servicemonitor'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof REFERENCES>;

export function checkReferences(set: ObjectSet, report: Wrong): void {
  for (const object of set.objects) {
    if (kindIs(object, 'Service')) checkService(object, set, report);
    if (kindIs(object, 'Ingress', 'networking.k8s.io')) checkIngress(object, set, report);
    if (kindIs(object, 'HTTPRoute', 'gateway.networking.k8s.io')) checkRoute(object, set, report);
    if (object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject')
      checkAutoscaler(object, 'scaleTargetRef', set, report);
    if (kindIs(object, 'VerticalPodAutoscaler', 'autoscaling.k8s.io'))
      checkAutoscaler(object, 'targetRef', set, report);
    if (kindIs(object, 'NetworkPolicy', 'networking.k8s.io')) checkPolicy(object, set, report);
    if (kindIs(object, 'ServiceMonitor', 'monitoring.coreos.com')) checkMonitor(object, set, report);
  }
}

function checkService(object: KubeObject, set: ObjectSet, report: Wrong): void {
  if (textAt(object, 'spec', 'type') === 'ExternalName') return;
  const selector = serviceSelector(object);
  if (selector === undefined) {
    report({
      rule: 'service-without-pods',
      object,
      text: 'it has no selector, so it leads nowhere by itself; select pods, or make it an ExternalName',
      without: ['service-targets-pod'],
    });
    return;
  }
  if (set.podIndex.find(namespaceOf(object), selector).length === 0)
    report({
      rule: 'service-without-pods',
      object,
      text: `no pod of ${placeOf(object)} has the labels ${labelText(textFieldsAt(object, 'spec', 'selector'))}; select labels of a pod template`,
    });
}

function checkIngress(object: KubeObject, set: ObjectSet, report: Wrong): void {
  const paths = listAt(object, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths'));
  for (const path of paths) checkBackend(object, at(path, 'backend'), [], set, report);
  // kube-score does not look at it.
  checkBackend(object, at(object, 'spec', 'defaultBackend'), ['ingress-targets-service'], set, report);
}

function checkRoute(object: KubeObject, set: ObjectSet, report: Wrong): void {
  for (const one of listAt(object, 'spec', 'rules').flatMap((rule) => listAt(rule, 'backendRefs'))) {
    // Services of other namespaces are not among the objects.
    if ((textAt(one, 'kind') ?? 'Service') !== 'Service' || textAt(one, 'namespace') !== undefined) continue;
    const backend = { service: { name: at(one, 'name'), port: { number: at(one, 'port') } } };
    checkBackend(object, backend, ['ingress-targets-service', 'dangling-ingress'], set, report);
  }
}

function checkBackend(
  object: KubeObject,
  backend: unknown,
  without: readonly string[],
  set: ObjectSet,
  report: Wrong,
): void {
  const name = textAt(backend, 'service', 'name');
  if (name === undefined) return;
  const service = set.find('Service', namespaceOf(object), name);
  const port = textAt(backend, 'service', 'port', 'name') ?? numberAt(backend, 'service', 'port', 'number');
  const isServed = (one: unknown) => port !== undefined && (at(one, 'name') === port || at(one, 'port') === port);
  const wrong = (text: string): void => report({ rule: 'ingress-backend', object, text, without });
  if (!service) wrong(`there is no Service ${name} in ${placeOf(object)}; name one that is there`);
  else if (!listAt(service, 'spec', 'ports').some(isServed))
    wrong(`Service ${name} has no port ${port ?? '(none is named)'}; name one of its ports`);
}

function checkAutoscaler(object: KubeObject, field: string, set: ObjectSet, report: Wrong): void {
  const name = textAt(object, 'spec', field, 'name') ?? '';
  const kind = targetKind(object, field);
  const target = set.find(kind, namespaceOf(object), name);
  const version = textAt(object, 'spec', field, 'apiVersion');
  const isSame = object.kind === 'ScaledObject' && version === undefined ? true : version === target?.apiVersion;
  if (target && isSame) return;
  const what = target
    ? `${kind} ${name} is of ${target.apiVersion}, not of ${version ?? 'no apiVersion'}`
    : `there is no ${kind} ${name} in ${placeOf(object)}`;
  report({
    rule: 'autoscaler-target',
    object,
    text: `${what}; correct spec.${field}`,
    without:
      object.kind === 'HorizontalPodAutoscaler'
        ? []
        : ['horizontalpodautoscaler-has-target', 'dangling-horizontalpodautoscaler'],
  });
}

function checkPolicy(object: KubeObject, set: ObjectSet, report: Wrong): void {
  const find = (selector: unknown) => set.podIndex.find(namespaceOf(object), selector);
  const own = at(object, 'spec', 'podSelector');
  if (find(own ?? {}).length === 0)
    report({
      rule: 'policy-without-pods',
      object,
      text: `it selects no pod of ${placeOf(object)}; select labels of a pod template`,
    });
  const peers = [
    ...listAt(object, 'spec', 'ingress').flatMap((rule) => listAt(rule, 'from')),
    ...listAt(object, 'spec', 'egress').flatMap((rule) => listAt(rule, 'to')),
  ];
  for (const peer of peers) {
    const selector = at(peer, 'podSelector');
    // Pods of other namespaces are not among the objects.
    if (!isData(selector) || at(peer, 'namespaceSelector') !== undefined || find(selector).length > 0) continue;
    report({
      rule: 'policy-peer',
      object,
      text: `no pod of ${placeOf(object)} is a ${JSON.stringify(selector)}; name labels of a pod template`,
    });
  }
}

function checkMonitor(object: KubeObject, set: ObjectSet, report: Wrong): void {
  const isAny = at(object, 'spec', 'namespaceSelector', 'any') === true;
  const named = textsAt(object, 'spec', 'namespaceSelector', 'matchNames');
  const namespaces = named.length === 0 ? [namespaceOf(object)] : named;
  const selector = at(object, 'spec', 'selector');
  const isThere = set
    .all('Service')
    .some((one) => (isAny || namespaces.includes(namespaceOf(one))) && selects(selector, one.metadata.labels ?? {}));
  if (!isThere)
    report({
      rule: 'monitor-without-service',
      object,
      text: 'no Service has the labels it selects, so nothing is measured; select labels of a Service',
    });
}

function placeOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === '' ? 'its namespace' : `namespace ${namespace}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
