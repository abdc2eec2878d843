import type { KubeObject } from '../object.ts';
import { at, dataAt, numberAt, textAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import { namespaceOf, type Pod } from './pod.ts';
import type { Report, Rule } from './rule.ts';

export const AVAILABILITY = {
  'disruption-budget': {
    says: 'A Deployment, and a StatefulSet of several replicas, has a PodDisruptionBudget that selects it by `matchLabels`.',
    kubeScore: ['deployment-has-poddisruptionbudget', 'statefulset-has-poddisruptionbudget'],
    polaris: ['missingPodDisruptionBudget'],
  },
  'budget-policy': {
    says: 'A PodDisruptionBudget says how many pods may be away.',
    kubeScore: ['poddisruptionbudget-has-policy'],
  },
  'budget-unavailable': {
    says: 'A PodDisruptionBudget lets one pod go: `maxUnavailable` is not 0.',
    kubeLinter: ['pdb-max-unavailable'],
    polaris: ['pdbDisruptionsIsZero'],
  },
  'budget-available': {
    says: 'A PodDisruptionBudget lets one pod go: `minAvailable` is less than there are.',
    kubeLinter: ['pdb-min-available'],
    polaris: ['pdbDisruptionsIsZero'],
  },
  'budget-autoscaler': {
    says: 'A PodDisruptionBudget asks for fewer pods than its autoscaler keeps at least.',
    kubeLinter: ['pdb-min-available'],
    polaris: ['pdbMinAvailableGreaterThanHPAMinReplicas'],
  },
  'budget-eviction': {
    says: 'A PodDisruptionBudget sets `unhealthyPodEvictionPolicy: AlwaysAllow`, so that a broken pod holds up no node.',
    kubeLinter: ['pdb-unhealthy-pod-eviction-policy'],
  },
  'autoscaler-minimum': {
    says: 'A HorizontalPodAutoscaler keeps two pods or more.',
    kubeScore: ['horizontalpodautoscaler-replicas'],
    polaris: ['hpaMinAvailability'],
  },
  'autoscaler-range': {
    says: 'A HorizontalPodAutoscaler has more pods at most than at least.',
    polaris: ['hpaMaxAvailability'],
  },
  'autoscaled-replicas': {
    says: 'A workload with an autoscaler has no number of replicas of its own.',
    kubeScore: ['deployment-targeted-by-hpa-does-not-have-replicas-configured'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof AVAILABILITY>;

export function checkAvailability(set: ObjectSet, report: Wrong): void {
  for (const pod of set.pods) checkWorkload(pod, set, report);
  for (const object of set.all('PodDisruptionBudget')) checkBudget(object, set, report);
  for (const object of set.all('HorizontalPodAutoscaler')) checkAutoscaler(object, report);
}

function checkWorkload(pod: Pod, set: ObjectSet, report: Wrong): void {
  const { owner, replicas } = pod;
  const isDeployment = owner.kind === 'Deployment';
  const needsBudget = isDeployment || (owner.kind === 'StatefulSet' && (replicas ?? 1) > 1);
  const byLabels = set
    .budgetsOf(pod)
    .some((budget) => Object.keys(dataAt(budget, 'spec', 'selector', 'matchLabels')).length > 0);
  if (needsBudget && !byLabels)
    report({
      rule: 'disruption-budget',
      object: owner,
      text: 'a drained node may take all its pods; add a PodDisruptionBudget whose matchLabels select it',
      without: [
        ...(isDeployment ? [] : ['missingPodDisruptionBudget']),
        ...(replicas !== undefined && replicas < 2 ? ['deployment-has-poddisruptionbudget'] : []),
      ],
    });
  const [scaler] = set.autoscalersOf(owner);
  if (scaler && replicas !== undefined)
    report({
      rule: 'autoscaled-replicas',
      object: owner,
      text: `spec.replicas undoes at every apply what ${scaler.kind} ${scaler.metadata.name} has set; take it out`,
      without: scaler.kind === 'ScaledObject' ? ['deployment-targeted-by-hpa-does-not-have-replicas-configured'] : [],
    });
}

function checkBudget(object: KubeObject, set: ObjectSet, report: Wrong): void {
  const [most, least] = [at(object, 'spec', 'maxUnavailable'), at(object, 'spec', 'minAvailable')];
  const use = 'use maxUnavailable: 1';
  if (most === undefined && least === undefined)
    report({ rule: 'budget-policy', object, text: `it says neither minAvailable nor maxUnavailable; ${use}` });
  if (most === 0 || most === '0%')
    report({ rule: 'budget-unavailable', object, text: `maxUnavailable ${most} lets no node be drained; ${use}` });
  if (least === '100%')
    report({ rule: 'budget-available', object, text: `minAvailable 100% lets no node be drained; ${use}` });
  if (typeof least === 'number')
    for (const pod of set.podIndex.find(namespaceOf(object), at(object, 'spec', 'selector')))
      checkLeast(object, least, pod, set, report);
  const eviction = textAt(object, 'spec', 'unhealthyPodEvictionPolicy');
  if (eviction !== 'AlwaysAllow')
    report({
      rule: 'budget-eviction',
      object,
      text: 'a pod that never gets ready holds up the drain of its node; set unhealthyPodEvictionPolicy: AlwaysAllow',
      without: eviction === undefined ? [] : ['pdb-unhealthy-pod-eviction-policy'],
    });
}

function checkLeast(object: KubeObject, least: number, { owner, replicas }: Pod, set: ObjectSet, report: Wrong): void {
  const scaler = set.autoscalersOf(owner).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const kept = numberAt(scaler, 'spec', 'minReplicas') ?? 1;
  const use = 'use maxUnavailable: 1';
  if (scaler && least >= kept)
    report({
      rule: 'budget-autoscaler',
      object,
      text: `minAvailable ${least} is all that ${scaler.metadata.name} keeps at least (${kept}); ${use}`,
      without: least > kept ? [] : ['pdbMinAvailableGreaterThanHPAMinReplicas'],
    });
  if (!scaler && least >= (replicas ?? 1))
    report({
      rule: 'budget-available',
      object,
      text: `minAvailable ${least} is all that ${owner.metadata.name} has (${replicas ?? 1}); ${use}`,
      without: ['pdbDisruptionsIsZero'],
    });
}

function checkAutoscaler(object: KubeObject, report: Wrong): void {
  const least = numberAt(object, 'spec', 'minReplicas');
  const most = numberAt(object, 'spec', 'maxReplicas') ?? 0;
  if ((least ?? 1) < 2)
    report({
      rule: 'autoscaler-minimum',
      object,
      text: `it may go down to ${least ?? 1} pod; set minReplicas to 2 or more`,
      without: least === undefined ? ['hpaMinAvailability'] : [],
    });
  if (most <= (least ?? 1))
    report({
      rule: 'autoscaler-range',
      object,
      text: `it cannot scale from ${least ?? 1} to ${most}; set maxReplicas above minReplicas`,
    });
}
