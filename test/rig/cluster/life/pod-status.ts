import { createHash } from 'node:crypto';
import { mapsAt, textAt, textOf } from '../json.ts';
import type { JsonMap } from '../json.ts';
import { timestamp } from '../object.ts';
import type { StoredObject } from '../object.ts';
import { condition } from './world.ts';

export type State =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'terminated'; readonly reason: string; readonly exitCode: number };

/** How the container a fate is about stands; the others do as well as it lets them. */
export interface Standing {
  readonly state: State;
  readonly isReady?: boolean;
  readonly restarts?: number;
  readonly last?: State;
}

export function unscheduled(message: string): JsonMap {
  return {
    phase: 'Pending',
    conditions: [condition('PodScheduled', false, 'Unschedulable', message)],
    qosClass: 'Burstable',
  };
}

export function podStatus(pod: StoredObject, container: string, standing: Standing): JsonMap {
  const { state, isReady = false } = standing;
  const sidecars = mapsAt(pod, 'spec', 'initContainers');
  const containers = mapsAt(pod, 'spec', 'containers');
  const hasEnded = state.kind === 'terminated' && (onlyOnce(pod) || isDone(pod, state.exitCode));
  const phase = hasEnded
    ? state.exitCode === 0
      ? 'Succeeded'
      : 'Failed'
    : state.kind === 'waiting' && standing.last === undefined
      ? 'Pending'
      : 'Running';
  const others: Standing =
    hasEnded || phase !== 'Pending'
      ? hasEnded
        ? { state: { kind: 'terminated', reason: 'Completed', exitCode: 0 } }
        : { state: { kind: 'running' }, isReady: true }
      : { state: { kind: 'waiting', reason: 'ContainerCreating' } };
  const unready = isReady
    ? []
    : hasEnded && phase === 'Succeeded'
      ? ['PodCompleted']
      : ['ContainersNotReady', `containers with unready status: [${container}]`];
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', phase !== 'Pending'),
      condition('Initialized', true),
      condition('Ready', isReady, ...unready),
      condition('ContainersReady', isReady, ...unready),
      condition('PodScheduled', true),
    ],
    hostIP: '172.18.0.2',
    ...(phase !== 'Pending' && { podIP: addressOf(pod), podIPs: [{ ip: addressOf(pod) }] }),
    startTime: pod.metadata.creationTimestamp,
    qosClass: 'Burstable',
    ...(sidecars.length > 0 && {
      initContainerStatuses: sidecars.map((one) => {
        const done: Standing = { state: { kind: 'terminated', reason: 'Completed', exitCode: 0 }, isReady: true };
        return containerStatus(pod, one, one['restartPolicy'] === 'Always' ? others : done);
      }),
    }),
    containerStatuses: containers.map((one) =>
      containerStatus(pod, one, one['name'] === container ? standing : others),
    ),
  };
}

/** It is begun once, as that of a Job may be. */
export function onlyOnce(pod: StoredObject): boolean {
  return textAt(pod, 'spec', 'restartPolicy') === 'Never';
}

function isDone(pod: StoredObject, exitCode: number): boolean {
  return textAt(pod, 'spec', 'restartPolicy') === 'OnFailure' && exitCode === 0;
}

function containerStatus(pod: StoredObject, { name, image }: JsonMap, standing: Standing): JsonMap {
  const { state, isReady = false, restarts = 0, last } = standing;
  const id = (attempt: number) =>
    `containerd://${createHash('sha256')
      .update(`${pod.metadata.uid} ${textOf(name)} ${attempt}`)
      .digest('hex')}`;
  const hasBegun = state.kind !== 'waiting' || last !== undefined;
  return {
    name,
    image,
    imageID: hasBegun ? `${textOf(image)}@sha256:${'0'.repeat(64)}` : '',
    ready: isReady,
    started: state.kind === 'running',
    restartCount: restarts,
    state: stateOf(state, id(restarts)),
    lastState: last ? stateOf(last, id(state.kind === 'waiting' ? restarts : restarts - 1)) : {},
    ...(hasBegun && { containerID: id(restarts) }),
  };
}

function stateOf(state: State, containerID: string): JsonMap {
  const now = timestamp();
  switch (state.kind) {
    case 'waiting':
      return {
        waiting: { reason: state.reason, ...(state.message !== undefined && { message: state.message }) },
      };
    case 'running':
      return { running: { startedAt: now } };
    case 'terminated':
      return {
        terminated: {
          reason: state.reason,
          exitCode: state.exitCode,
          startedAt: now,
          finishedAt: now,
          containerID,
        },
      };
  }
}

function addressOf(pod: StoredObject): string {
  const [one = 0, other = 0] = createHash('sha256').update(pod.metadata.uid).digest();
  return `10.244.${one}.${other}`;
}
