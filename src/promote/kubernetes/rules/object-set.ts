import type { KubeObject } from '../object.ts';
import { at, textAt } from './data.ts';
import { grouped } from './grouped.ts';
import { operatedPod } from './operated-pod.ts';
import { kindIs, namespaceOf, podOf, type Pod } from './pod.ts';
import { indexByLabel, serviceSelector, type LabelIndex } from './selector.ts';

/** All objects that are held against the rules together, and who belongs to whom. */
export interface ObjectSet {
  readonly objects: readonly KubeObject[];
  readonly pods: readonly Pod[];
  /** With those that operators make. */
  readonly podIndex: LabelIndex<Pod>;
  /** An object of that kind by its name, whatever the group. */
  find(kind: string, namespace: string, name: string): KubeObject | undefined;
  /** Objects of this kind. */
  all(kind: string): readonly KubeObject[];
  readonly servicesOf: Together;
  readonly policiesOf: Together;
  readonly budgetsOf: Together;
  /** HorizontalPodAutoscalers and ScaledObjects of a workload. */
  autoscalersOf(object: KubeObject): readonly KubeObject[];
}

type Together = (pod: Pod) => readonly KubeObject[];

export function objectSet(objects: readonly KubeObject[]): ObjectSet {
  const pods = objects.flatMap((object) => podOf(object) ?? []);
  const podIndex = indexByLabel([...pods, ...objects.flatMap((object) => operatedPod(object) ?? [])]);
  const byName = new Map(
    objects.map((object) => [nameKey(object.kind, namespaceOf(object), object.metadata.name), object]),
  );
  const byKind = grouped(objects, ({ kind }) => [kind]);
  const all = (kind: string) => byKind.get(kind) ?? [];
  const scaled = grouped([...all('HorizontalPodAutoscaler'), ...all('ScaledObject')], (scaler) => [
    nameKey(targetKind(scaler), namespaceOf(scaler), textAt(scaler, 'spec', 'scaleTargetRef', 'name') ?? ''),
  ]);
  return {
    objects,
    pods,
    podIndex,
    find: (kind, namespace, name) => byName.get(nameKey(kind, namespace, name)),
    all,
    servicesOf: together(
      all('Service').filter((one) => kindIs(one, 'Service')),
      podIndex,
      serviceSelector,
    ),
    policiesOf: together(
      all('NetworkPolicy').filter((one) => kindIs(one, 'NetworkPolicy', 'networking.k8s.io')),
      podIndex,
      (one) => at(one, 'spec', 'podSelector'),
    ),
    budgetsOf: together(all('PodDisruptionBudget'), podIndex, (one) => at(one, 'spec', 'selector')),
    autoscalersOf: (object) => scaled.get(nameKey(object.kind, namespaceOf(object), object.metadata.name)) ?? [],
  };
}

/** KEDA takes a Deployment where no kind is written. */
export function targetKind(scaler: KubeObject, field = 'scaleTargetRef'): string {
  return textAt(scaler, 'spec', field, 'kind') ?? 'Deployment';
}

function together(
  those: readonly KubeObject[],
  pods: LabelIndex<Pod>,
  selector: (one: KubeObject) => unknown,
): Together {
  const pairs = those.flatMap((one) => pods.find(namespaceOf(one), selector(one)).map((pod) => ({ one, pod })));
  const byPod = grouped(pairs, ({ pod }) => [pod]);
  return (pod) => (byPod.get(pod) ?? []).map(({ one }) => one);
}

function nameKey(kind: string, namespace: string, name: string): string {
  return JSON.stringify([kind, namespace, name]);
}
