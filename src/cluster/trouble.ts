import type { PodCause } from '../core/cluster.ts';
import { at, isData, listAt, numberAt, textAt } from '../promote/kubernetes/rules/data.ts';
import { conditionOf } from './runner.ts';

/** What keeps a pod from being ready, and whether waiting could help. */
export interface Found {
  readonly container?: string;
  readonly cause: PodCause;
  readonly isFinal: boolean;
  /** What it printed tells more: of now, or of the run before. */
  readonly log?: 'current' | 'previous';
}

/** So often may a program end before it counts as failed: it may just be early. */
const RESTARTS = 3;

const IMAGE = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError'];
const CONFIGURATION = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

/** `events` are those of this pod; `canGrow` says that nodes may be added by themselves. */
export function troubleOf(pod: unknown, events: readonly unknown[], canGrow: boolean): Found | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.['status'] === 'False' && scheduled['reason'] === 'Unschedulable') {
    const message = textAt(scheduled, 'message') ?? 'no node takes it';
    // A claim is bound once somebody wants it.
    const isFinal = !canGrow && /Insufficient|didn't match|untolerated|Too many pods/.test(message);
    return { cause: { kind: 'unschedulable', message }, isFinal };
  }
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  for (const status of statuses) {
    const found = containerTrouble(pod, status);
    if (found) return { ...found, container: textAt(status, 'name') ?? '' };
  }
  const failedMount = lastEvent(events, ['FailedMount', 'FailedAttachVolume']);
  if (failedMount !== undefined) return { cause: { kind: 'configuration', message: failedMount }, isFinal: false };
  const probe = lastEvent(events, ['Unhealthy']);
  if (probe !== undefined) return { cause: { kind: 'probe', message: probe }, isFinal: false, log: 'current' };
  return undefined;
}

function containerTrouble(pod: unknown, status: unknown): Omit<Found, 'container'> | undefined {
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const waiting = at(status, 'state', 'waiting');
  const reason = textAt(waiting, 'reason') ?? '';
  const message = textAt(waiting, 'message') ?? reason;
  if (IMAGE.includes(reason)) {
    const image = textAt(status, 'image') ?? '';
    // The first refusal may be a registry that was busy.
    return { cause: { kind: 'image', image, reason, message }, isFinal: reason !== 'ErrImagePull' };
  }
  if (CONFIGURATION.includes(reason)) return { cause: { kind: 'configuration', message }, isFinal: true };
  const ended = [at(status, 'state', 'terminated'), at(status, 'lastState', 'terminated')].find((one) => isData(one));
  const exitCode = numberAt(ended, 'exitCode') ?? 0;
  const isDone = textAt(ended, 'reason') === 'Completed' && exitCode === 0 && reason === '';
  if (ended === undefined || isDone) return undefined;
  if (at(status, 'ready') === true) return undefined;
  const isFinal = restarts >= RESTARTS;
  const log = at(status, 'state', 'terminated') === undefined && restarts > 0 ? 'previous' : 'current';
  if (textAt(ended, 'reason') === 'OOMKilled') {
    const limit = limitOf(pod, textAt(status, 'name'));
    return { cause: { kind: 'out-of-memory', restarts, ...(limit !== undefined && { limit }) }, isFinal, log };
  }
  return { cause: { kind: 'crash', exitCode, restarts }, isFinal, log };
}

function limitOf(pod: unknown, container: string | undefined): string | undefined {
  const found = listAt(pod, 'spec', 'containers').find((one) => textAt(one, 'name') === container);
  return textAt(found, 'resources', 'limits', 'memory');
}

/** Of a controller that makes no pods: they are refused before there is one. */
export function refusalOf(events: readonly unknown[]): PodCause | undefined {
  const message = lastEvent(events, ['FailedCreate']);
  return message === undefined ? undefined : { kind: 'refused', message };
}

/** A claim nobody provides for. */
export function claimTrouble(claim: unknown, events: readonly unknown[]): PodCause | undefined {
  if (textAt(claim, 'status', 'phase') !== 'Pending') return undefined;
  const message = lastEvent(events, ['ProvisioningFailed', 'FailedBinding']);
  const name = textAt(claim, 'metadata', 'name') ?? '';
  return message === undefined ? undefined : { kind: 'volume', claim: name, message };
}

function lastEvent(events: readonly unknown[], reasons: readonly string[]): string | undefined {
  return textAt(
    events.findLast((event) => reasons.includes(textAt(event, 'reason') ?? '')),
    'message',
  );
}
