import { at, isData, listAt, numberAt, textAt, type Data } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import type { Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';
import { selects } from './selector.ts';

export const RESOURCES = {
  'cpu-request': {
    says: 'A container requests cpu.',
    kubeScore: ['container-resources'],
    kubeLinter: ['unset-cpu-requirements'],
    polaris: ['cpuRequestsMissing'],
  },
  'cpu-limit': {
    says: 'A container has a limit of cpu.',
    kubeScore: ['container-resources'],
    polaris: ['cpuLimitsMissing'],
  },
  'memory-request': {
    says: 'A container requests memory.',
    kubeScore: ['container-resources'],
    polaris: ['memoryRequestsMissing'],
  },
  'memory-limit': {
    says: 'A container has a limit of memory.',
    kubeScore: ['container-resources'],
    kubeLinter: ['unset-memory-requirements'],
    polaris: ['memoryLimitsMissing'],
  },
  'ephemeral-storage': {
    says: 'A container requests ephemeral storage and has a limit of it.',
    kubeScore: ['container-ephemeral-storage-request-and-limit'],
  },
  replicas: {
    says: 'A Deployment has two replicas or more.',
    kubeScore: ['deployment-replicas'],
    polaris: ['deploymentMissingReplicas'],
  },
  'anti-affinity': {
    says: 'Replicas prefer hosts that have none of them.',
    kubeScore: ['deployment-has-host-podantiaffinity', 'statefulset-has-host-podantiaffinity'],
    kubeLinter: ['no-anti-affinity'],
  },
  'topology-spread': {
    says: 'Pods that go on running have a topology spread constraint.',
    polaris: ['topologySpreadConstraint'],
  },
  'topology-spread-form': {
    says: 'A topology spread constraint has a label selector, a key, a skew of 1 or more, and says what to do where it cannot be kept.',
    kubeScore: ['pod-topology-spread-constraints'],
  },
  'rolling-update': {
    says: 'A Deployment behind a Service is updated pod by pod.',
    kubeScore: ['deployment-strategy'],
    kubeLinter: ['no-rolling-update-strategy'],
    optional: ['no-rolling-update-strategy'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof RESOURCES>;

export function checkResources(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) {
    checkAmounts(pod, report);
    checkReplicas(pod, set, report);
    checkAffinity(pod, report);
    checkSpread(pod, report);
  }
}

const AMOUNTS = [
  ['cpu-request', 'requests', 'cpu'],
  ['cpu-limit', 'limits', 'cpu'],
  ['memory-request', 'requests', 'memory'],
  ['memory-limit', 'limits', 'memory'],
  ['ephemeral-storage', 'requests', 'ephemeral-storage'],
  ['ephemeral-storage', 'limits', 'ephemeral-storage'],
] as const;

function checkAmounts({ owner, containers }: Pod, report: Wrong): void {
  for (const { name, data } of containers)
    for (const [rule, field, what] of AMOUNTS)
      if (at(data, 'resources', field, what) === undefined)
        report({
          rule,
          object: owner,
          container: name,
          text: `its ${field} say nothing of ${what}; set resources.${field}.${what}`,
        });
}

function checkReplicas(pod: Pod, set: ObjectSet, report: Wrong): void {
  const { owner, replicas } = pod;
  if (owner.kind !== 'Deployment') return;
  const isServed = set.servicesOf(pod).length > 0;
  const [scaler] = set.autoscalersOf(owner);
  if (scaler && replicas === undefined)
    report({
      rule: 'replicas',
      object: owner,
      text: `${scaler.kind} ${scaler.metadata.name} sets its replicas, which polaris does not see; exempt it with that reason`,
      without: ['deployment-replicas'],
    });
  if (!scaler && (replicas ?? 1) < 2)
    report({
      rule: 'replicas',
      object: owner,
      text: `it has ${replicas ?? 1}, so it is gone while that one moves; set spec.replicas to 2 or more`,
      without: isServed ? [] : ['deployment-replicas'],
    });
  const strategy = textAt(owner, 'spec', 'strategy', 'type');
  if (isServed && strategy !== undefined && strategy !== 'RollingUpdate')
    report({
      rule: 'rolling-update',
      object: owner,
      text: `strategy ${strategy} leaves its Service without a pod at every update; use RollingUpdate`,
    });
}

/** Hosts, and what hosts are in. */
const APART: ReadonlySet<unknown> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]);

function checkAffinity({ owner, spec, labels, replicas }: Pod, report: Wrong): void {
  if (owner.kind !== 'Deployment' && owner.kind !== 'StatefulSet') return;
  if (replicas !== undefined && replicas < 2) return;
  const rules = at(spec, 'affinity', 'podAntiAffinity');
  const terms = [
    ...listAt(rules, 'preferredDuringSchedulingIgnoredDuringExecution').map((one) => at(one, 'podAffinityTerm')),
    ...listAt(rules, 'requiredDuringSchedulingIgnoredDuringExecution'),
  ];
  if (terms.some((term) => APART.has(at(term, 'topologyKey')) && selects(at(term, 'labelSelector'), labels))) return;
  report({
    rule: 'anti-affinity',
    object: owner,
    text: 'all its pods may land on one host; prefer others with podAntiAffinity on its own labels and kubernetes.io/hostname',
    // Where none is written it takes one for granted.
    without: replicas === undefined ? ['no-anti-affinity'] : [],
  });
}

function checkSpread({ owner, spec, ends }: Pod, report: Wrong): void {
  const constraints = listAt(spec, 'topologySpreadConstraints');
  if (!ends && constraints.length === 0)
    report({ rule: 'topology-spread', object: owner, text: 'nothing spreads its pods; add topologySpreadConstraints' });
  for (const missing of constraints.flatMap((one) => missingIn(one)))
    report({ rule: 'topology-spread-form', object: owner, text: `a constraint has no valid ${missing}; set it` });
}

function missingIn(constraint: unknown): readonly string[] {
  const unsatisfiable = textAt(constraint, 'whenUnsatisfiable');
  const checks: Data = {
    labelSelector: isData(at(constraint, 'labelSelector')),
    maxSkew: (numberAt(constraint, 'maxSkew') ?? 0) >= 1,
    minDomains: numberAt(constraint, 'minDomains') !== 0,
    topologyKey: (textAt(constraint, 'topologyKey') ?? '') !== '',
    whenUnsatisfiable: unsatisfiable === 'DoNotSchedule' || unsatisfiable === 'ScheduleAnyway',
  };
  return Object.keys(checks).filter((name) => checks[name] === false);
}
