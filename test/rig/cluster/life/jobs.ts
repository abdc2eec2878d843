import { mapAt, mapsAt, numberAt, textAt } from '../json.ts';
import { timestamp } from '../object.ts';
import type { StoredObject } from '../object.ts';
import { isLeaving, isReady, podFrom, podsOf } from './pods.ts';
import { condition, create, destroy, say, setStatus, suffix, timed } from './world.ts';
import type { World } from './world.ts';

/** One pod after the other until one completes, or too many failed. */
export function runJobs(world: World): void {
  for (const job of world.store.list('jobs.batch')) if (!isLeaving(job) && !isOver(job)) run(world, job);
}

function isOver(job: StoredObject): boolean {
  return mapsAt(job, 'status', 'conditions').some(({ type }) => type === 'Complete' || type === 'Failed');
}

function run(world: World, unselected: StoredObject): void {
  const job = withSelector(world, unselected);
  const pods = podsOf(world, job);
  const inPhase = (phase: string) => pods.filter((pod) => textAt(pod, 'status', 'phase') === phase);
  const succeeded = inPhase('Succeeded').length;
  const looping = pods.filter((pod) => restartsOf(pod) > (numberAt(job, 'spec', 'backoffLimit') ?? 6));
  const failed = inPhase('Failed').length + looping.length;
  const active = pods.length - succeeded - inPhase('Failed').length;
  const isComplete = succeeded >= (numberAt(job, 'spec', 'completions') ?? 1);
  const hasFailed = !isComplete && failed > (numberAt(job, 'spec', 'backoffLimit') ?? 6);
  const isSuspended = mapAt(job, 'spec')['suspend'] === true;
  if (!isComplete && !hasFailed && active === 0 && !isSuspended) {
    const { name } = job.metadata;
    const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name, ...uidLabels(job) };
    create(world, job, podFrom(job, `${name}-${suffix(`${name} ${pods.length}`, 5)}`, labels));
  }
  if (hasFailed) for (const pod of looping) destroy(world, 'pods', pod);
  const why = 'Job has reached the specified backoff limit';
  const conditions = isComplete
    ? [
        condition('SuccessCriteriaMet', true, 'CompletionsReached', 'Reached expected number of succeeded pods'),
        condition('Complete', true, 'CompletionsReached', 'Reached expected number of succeeded pods'),
      ]
    : hasFailed
      ? [
          condition('FailureTarget', true, 'BackoffLimitExceeded', why),
          condition('Failed', true, 'BackoffLimitExceeded', why),
        ]
      : [];
  if (isComplete) say(world, job, { reason: 'Completed', message: 'Job completed', component: 'job-controller' });
  if (hasFailed)
    say(world, job, { type: 'Warning', reason: 'BackoffLimitExceeded', message: why, component: 'job-controller' });
  setStatus(world, job, {
    startTime: job.metadata.creationTimestamp,
    ...(active > 0 && !isComplete && { active, ready: pods.filter(isReady).length }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    ...(isComplete && { completionTime: timestamp() }),
    ...(conditions.length > 0 && { conditions: timed(conditions, []) }),
  });
}

function uidLabels({ metadata }: StoredObject) {
  return { 'batch.kubernetes.io/controller-uid': metadata.uid, 'controller-uid': metadata.uid };
}

function withSelector({ store }: World, job: StoredObject): StoredObject {
  const spec = mapAt(job, 'spec');
  if (spec['selector'] !== undefined) return job;
  const selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': job.metadata.uid } };
  return store.write('jobs.batch', { ...job, spec: { ...spec, selector } }).object;
}

function restartsOf(pod: StoredObject): number {
  return Math.max(0, ...mapsAt(pod, 'status', 'containerStatuses').map((one) => numberAt(one, 'restartCount') ?? 0));
}
