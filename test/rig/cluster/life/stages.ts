import { mapAt, mapsAt, numberAt, textAt, textOf } from '../json.ts';
import type { JsonMap } from '../json.ts';
import type { StoredObject } from '../object.ts';
import type { Fate } from '../outcome.ts';
import { onlyOnce, podStatus, unscheduled } from './pod-status.ts';
import type { Standing, State } from './pod-status.ts';
import type { Said } from './world.ts';

/** One step of what becomes of a pod; the next one comes a tick later. */
export interface Stage {
  /** A pod that went through it once does not again. */
  readonly name?: 'scheduled' | 'creating' | 'started';
  readonly status: JsonMap;
  readonly events: readonly Said[];
  /** A run of its containers begins and writes this. */
  readonly begins?: readonly string[];
  /** And ends. */
  readonly ends?: true;
}

/** All that becomes of a pod, from the beginning. */
export function stagesOf(pod: StoredObject, { outcome, container }: Fate, node: string): readonly Stage[] {
  const image = imageOf(pod, container);
  const isOnce = isOfJob(pod);
  const status = mapsAt(pod, 'status', 'containerStatuses').find(({ name }) => name === container);
  const hasRun = status?.['containerID'] !== undefined;
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const ended = lastEnd(status);
  const stage = (standing: Standing, events: readonly Said[] = []): Stage => ({
    status: podStatus(pod, container, standing),
    events: events.map((event) => ({ container, ...event })),
  });
  const creating: Standing = { state: { kind: 'waiting', reason: 'ContainerCreating' } };
  const { namespace, name } = pod.metadata;
  const scheduled: Stage = {
    name: 'scheduled',
    status: { ...podStatus(pod, container, creating), containerStatuses: [] },
    events: [
      {
        reason: 'Scheduled',
        message: `Successfully assigned ${namespace}/${name} to ${node}`,
        component: 'default-scheduler',
      },
    ],
  };
  const made: Stage = { ...stage(creating), name: 'creating' };
  const pulled: Said = { reason: 'Pulled', message: `Container image "${image}" already present on machine` };
  const started = (log: readonly string[] = []): Stage => ({
    ...stage({ state: { kind: 'running' }, restarts: hasRun ? restarts + 1 : 0, ...(ended && { last: ended }) }, [
      pulled,
      { reason: 'Created', message: `Created container: ${container}` },
      { reason: 'Started', message: `Started container ${container}` },
    ]),
    name: 'started',
    begins: log,
  });
  const before = [scheduled, made];
  const waits = (reason: string, message: string, events: readonly Said[] = []): Stage =>
    stage({ state: { kind: 'waiting', reason, message } }, events);
  const failed = (message: string): Said => ({ type: 'Warning', reason: 'Failed', message });
  switch (outcome.kind) {
    case 'ready': {
      const completed: Standing = { state: { kind: 'terminated', reason: 'Completed', exitCode: 0 } };
      const last: Stage = isOnce
        ? { ...stage(completed), ends: true }
        : stage({ state: { kind: 'running' }, isReady: true, restarts, ...(ended && { last: ended }) });
      return [...before, started(outcome.log), last];
    }
    case 'held':
      return [...before, started(outcome.log)];
    case 'image-missing': {
      const why = outcome.message ?? missingImage(image);
      return [
        ...before,
        waits('ErrImagePull', why, [
          { reason: 'Pulling', message: `Pulling image "${image}"` },
          failed(`Failed to pull image "${image}": ${why}`),
          failed('Error: ErrImagePull'),
        ]),
        waits('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${why}`, [
          { reason: 'BackOff', message: `Back-off pulling image "${image}"` },
          failed('Error: ImagePullBackOff'),
        ]),
      ];
    }
    case 'image-not-loaded': {
      const why = `Container image "${image}" is not present with pull policy of Never`;
      const events: readonly Said[] = [
        { type: 'Warning', reason: 'ErrImageNeverPull', message: why },
        failed('Error: ErrImageNeverPull'),
      ];
      return [...before, waits('ErrImageNeverPull', why, events)];
    }
    case 'config-error':
      return [...before, waits('CreateContainerConfigError', outcome.message, [failed(`Error: ${outcome.message}`)])];
    case 'crashes': {
      const { exitCode = 1, restarts = 3, log = [], previousLog = log } = outcome;
      const end: State = { kind: 'terminated', reason: 'Error', exitCode };
      return [...before, ...runs({ pod, container, end, restarts, log, previousLog, stage, started })];
    }
    case 'out-of-memory': {
      const { restarts = 3, log = [] } = outcome;
      const end: State = { kind: 'terminated', reason: 'OOMKilled', exitCode: 137 };
      return [...before, ...runs({ pod, container, end, restarts, log, previousLog: log, stage, started })];
    }
    case 'unschedulable': {
      const why = outcome.message ?? '0/1 nodes are available: 1 Insufficient memory.';
      return [unschedulable(why)];
    }
    case 'claim-pending':
      return [unschedulable('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.')];
    case 'probe-fails': {
      const { probe, log = [], message = 'HTTP probe failed with statuscode: 503' } = outcome;
      const unhealthy: Said = { type: 'Warning', reason: 'Unhealthy', message: `${probe} probe failed: ${message}` };
      if (probe === 'Readiness')
        return [
          ...before,
          started(log),
          stage({ state: { kind: 'running' }, restarts, ...(ended && { last: ended }) }, [unhealthy]),
        ];
      const killed: Said = {
        reason: 'Killing',
        message: `Container ${container} failed ${probe.toLowerCase()} probe, will be restarted`,
      };
      const end: State = { kind: 'terminated', reason: 'Error', exitCode: 137 };
      const all = runs({ pod, container, end, restarts: 3, log, previousLog: log, stage, started });
      return [
        ...before,
        ...all.map((one) => (one.ends ? { ...one, events: [unhealthy, killed, ...one.events] } : one)),
      ];
    }
  }
}

/** Runs that end: the first is followed by another at once, the others by longer and longer waits. */
function runs(what: {
  readonly pod: StoredObject;
  readonly container: string;
  readonly end: State;
  readonly restarts: number;
  readonly log: readonly string[];
  readonly previousLog: readonly string[];
  readonly stage: (standing: Standing, events?: readonly Said[]) => Stage;
  readonly started: (log: readonly string[]) => Stage;
}): readonly Stage[] {
  const { pod, container, end, restarts, log, previousLog, stage, started } = what;
  if (onlyOnce(pod)) return [started(log), { ...stage({ state: end }), ends: true }];
  const place = `${container} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  const stages: Stage[] = [];
  for (let run = 0; run <= restarts; run++) {
    const { events } = started([]);
    const running = stage({ state: { kind: 'running' }, restarts: run, ...(run > 0 && { last: end }) }, events);
    const lines = run === restarts ? log : previousLog;
    stages.push(run === 0 ? started(lines) : { ...running, begins: lines });
    stages.push({ ...stage({ state: end, restarts: run, ...(run > 0 && { last: end }) }), ends: true });
    const seconds = Math.min(10 * 2 ** (run - 1), 300);
    const message = `back-off ${seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`} restarting failed container=${place.replace(' in pod ', ' pod=')}`;
    if (run > 0)
      stages.push(
        stage({ state: { kind: 'waiting', reason: 'CrashLoopBackOff', message }, restarts: run, last: end }, [
          { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${place}` },
        ]),
      );
  }
  return stages;
}

function unschedulable(message: string): Stage {
  return {
    status: unscheduled(message),
    events: [{ type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' }],
  };
}

/** How it ended the last time it did. */
function lastEnd(status: JsonMap | undefined): State | undefined {
  const now = mapAt(status, 'state', 'terminated');
  const terminated = Object.keys(now).length > 0 ? now : mapAt(status, 'lastState', 'terminated');
  const exitCode = numberAt(terminated, 'exitCode');
  return exitCode === undefined ? undefined : { kind: 'terminated', reason: textOf(terminated['reason']), exitCode };
}

function isOfJob(pod: StoredObject): boolean {
  return textAt(pod, 'spec', 'restartPolicy') !== 'Always';
}

function imageOf(pod: StoredObject, container: string): string {
  const found = mapsAt(pod, 'spec', 'containers').find(({ name }) => name === container);
  return textOf(found?.['image'] ?? '');
}

function missingImage(image: string): string {
  const reference = /^[^/]*[.:][^/]*\//.test(image)
    ? image
    : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${reference}: not found`;
}
