import type { FailedRollout, PodTrouble } from '../core/cluster.ts';
import type { KubeObject } from '../promote/kubernetes/object.ts';
import { at, listAt, textAt } from '../promote/kubernetes/rules/data.ts';
import { hasCondition, progressOf } from './runner.ts';
import type { Progress, Runner } from './runner.ts';
import { claimTrouble, refusalOf, troubleOf } from './trouble.ts';
import type { Found } from './trouble.ts';

/** Everything of a namespace that tells how its workloads fare. */
export const LOOKED_AT = [
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'jobs.batch',
  'pods',
  'persistentvolumeclaims',
  'events',
];

export interface RunnerState extends Progress {
  readonly runner: Runner;
  /** Of what is not up: the first that tells something. */
  readonly trouble?: Found & { readonly pod?: string };
  /** Pods of before that are broken, and that nobody replaces by himself. */
  readonly stuck: readonly string[];
}

/** How each fares, by one look at its namespace. */
export function statesOf(
  runners: readonly Runner[],
  live: readonly KubeObject[],
  canGrow: boolean,
): readonly RunnerState[] {
  return runners.map((runner) => {
    const own = live.find(({ kind, metadata }) => kind === runner.kind && metadata.name === runner.name);
    const progress = progressOf(runner, own);
    if (progress.state === 'up' || own === undefined) return { runner, ...progress, stuck: [] };
    const pods = podsOf(runner, own, live);
    const current = pods.filter((pod) => isCurrent(runner, own, pod, live));
    const trouble = current.map((pod) => podTrouble(pod, live, canGrow)).find((found) => found !== undefined);
    const other = trouble ?? refusal(own, live) ?? claim(runner, live);
    const stuck = runner.kind === 'StatefulSet' ? pods.filter((pod) => !current.includes(pod) && !isReady(pod)) : [];
    return {
      runner,
      ...progress,
      ...(other && { trouble: other }),
      stuck: stuck.map(({ metadata }) => metadata.name),
    };
  });
}

function podsOf(runner: Runner, own: KubeObject, live: readonly KubeObject[]): readonly KubeObject[] {
  const key = runner.kind === 'Job' ? 'batch.kubernetes.io/job-name' : 'app.kubernetes.io/instance';
  const value = runner.kind === 'Job' ? own.metadata.name : runner.instance;
  return live
    .filter(({ kind, metadata }) => kind === 'Pod' && metadata.labels?.[key] === value)
    .filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined);
}

/** Of what is applied now: those of before may be broken, and go. */
function isCurrent({ kind }: Runner, own: KubeObject, pod: KubeObject, live: readonly KubeObject[]): boolean {
  if (kind === 'StatefulSet')
    return pod.metadata.labels?.['controller-revision-hash'] === textAt(own, 'status', 'updateRevision');
  if (kind === 'Job') return true;
  if (kind === 'DaemonSet')
    return pod.metadata.labels?.['pod-template-generation'] === own.metadata.annotations?.[GENERATION];
  const newest = own.metadata.annotations?.[REVISION];
  const owner = listAt(pod, 'metadata', 'ownerReferences').map((one) => textAt(one, 'name'));
  const set = live.find((object) => object.kind === 'ReplicaSet' && owner.includes(object.metadata.name));
  return set === undefined || set.metadata.annotations?.[REVISION] === newest;
}

const REVISION = 'deployment.kubernetes.io/revision';
/** Of its template, and of its pods as a label. */
const GENERATION = 'deprecated.daemonset.template.generation';

function isReady(pod: unknown): boolean {
  return hasCondition(pod, 'Ready');
}

function podTrouble(pod: KubeObject, live: readonly KubeObject[], canGrow: boolean): RunnerState['trouble'] {
  if (isReady(pod) || textAt(pod, 'status', 'phase') === 'Succeeded') return undefined;
  const found = troubleOf(pod, eventsOf('Pod', pod.metadata.name, live), canGrow);
  return found && { ...found, pod: pod.metadata.name };
}

/** Pods that are never made: their controller says so. */
function refusal(own: KubeObject, live: readonly KubeObject[]): RunnerState['trouble'] {
  const sets = live.filter(
    (object) =>
      object.kind === 'ReplicaSet' &&
      listAt(object, 'metadata', 'ownerReferences').some((one) => textAt(one, 'name') === own.metadata.name) &&
      object.metadata.annotations?.[REVISION] === own.metadata.annotations?.[REVISION],
  );
  const makers = sets.length > 0 ? sets : [own];
  const cause = makers.map(({ kind, metadata }) => refusalOf(eventsOf(kind, metadata.name, live))).find(Boolean);
  return cause && { cause, isFinal: true };
}

function claim({ name, instance }: Runner, live: readonly KubeObject[]): RunnerState['trouble'] {
  const claims = live.filter(
    ({ kind, metadata }) =>
      kind === 'PersistentVolumeClaim' &&
      (metadata.labels?.['app.kubernetes.io/instance'] === instance ||
        new RegExp(`-${name}-\\d+$`).test(metadata.name)),
  );
  for (const one of claims) {
    const cause = claimTrouble(one, eventsOf('PersistentVolumeClaim', one.metadata.name, live));
    if (cause) return { cause, isFinal: true };
  }
  return undefined;
}

function eventsOf(kind: string, name: string, live: readonly KubeObject[]): readonly KubeObject[] {
  return live
    .filter((one) => one.kind === 'Event')
    .filter((one) => textAt(one, 'involvedObject', 'kind') === kind && textAt(one, 'involvedObject', 'name') === name)
    .toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

function timeOf(event: unknown): string {
  return (
    textAt(event, 'lastTimestamp') ??
    textAt(event, 'eventTime') ??
    textAt(at(event, 'metadata'), 'creationTimestamp') ??
    ''
  );
}

/** What is said of one that failed. */
export function failedRollout(
  { runner, ready, wanted, trouble }: RunnerState,
  log: readonly string[],
  why: string,
): FailedRollout {
  const found: PodTrouble = {
    cause: trouble?.cause ?? { kind: 'slow', message: why },
    log,
    ...(trouble?.pod !== undefined && { pod: trouble.pod }),
    ...(trouble?.container !== undefined && { container: trouble.container }),
  };
  return { resource: runner.resource, kind: runner.kind, ready, wanted, trouble: found };
}
