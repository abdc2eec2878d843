import { at, isSame, mapAt, mapsAt, textAt, textOf } from '../json.ts';
import type { StoredObject } from '../object.ts';
import { fateOf } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { missingReference } from './references.ts';
import { stagesOf } from './stages.ts';
import type { Stage } from './stages.ts';
import { say, timed } from './world.ts';
import type { World } from './world.ts';

interface Progress {
  readonly outcome: Outcome;
  /** Of the stages without a name. */
  readonly position: number;
  /** Names of those before them. */
  readonly passed: ReadonlySet<string>;
}

/** Schedules and runs pods: each takes one step of what becomes of it. */
export function createKubelet() {
  const progress = new Map<string, Progress>();
  return (world: World): void => {
    for (const pod of world.store.list('pods')) {
      if (pod.metadata.deletionTimestamp === undefined) step(world, pod, progress);
      else end(world, pod);
    }
  };
}

function step(world: World, pod: StoredObject, all: Map<string, Progress>): void {
  const { uid } = pod.metadata;
  const phase = textAt(pod, 'status', 'phase');
  if (phase === 'Succeeded' || phase === 'Failed') return;
  const fate = fateOf(pod, world.script);
  const missing = fate.outcome.kind === 'ready' ? missingReference(world, pod) : undefined;
  const outcome = missing ?? fate.outcome;
  const before = all.get(uid);
  const isSameFate = before !== undefined && isSame({ ...before.outcome }, { ...outcome });
  const passed = new Set(before?.passed);
  if (!isSameFate && !isRunning(pod)) passed.delete('started');
  const position = isSameFate ? before.position : 0;
  const stages = stagesOf(pod, { ...fate, outcome }, world.node);
  const stage = stages.filter(({ name }) => name === undefined || !passed.has(name))[position];
  if (stage?.name !== undefined) passed.add(stage.name);
  const hasMoved = stage !== undefined && stage.name === undefined;
  all.set(uid, { outcome, position: position + (hasMoved ? 1 : 0), passed });
  if (stage) take(world, pod, stage);
}

function isRunning(pod: StoredObject): boolean {
  return mapsAt(pod, 'status', 'containerStatuses').some((one) => at(one, 'state', 'running') !== undefined);
}

function take(world: World, pod: StoredObject, stage: Stage): void {
  const { store, logs, node } = world;
  const { uid } = pod.metadata;
  for (const { name } of mapsAt(pod, 'spec', 'containers')) {
    if (stage.begins) {
      logs.begin(uid, textOf(name));
      logs.write(uid, textOf(name), stage.begins);
    }
    if (stage.ends) logs.end(uid, textOf(name));
  }
  const conditions = timed(mapsAt(stage.status, 'conditions'), mapsAt(pod, 'status', 'conditions'));
  const isScheduled = conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'True');
  store.write('pods', {
    ...pod,
    spec: { ...mapAt(pod, 'spec'), ...(isScheduled && { nodeName: node }) },
    status: { ...stage.status, conditions },
  });
  for (const event of stage.events) say(world, pod, event);
}

function end(world: World, pod: StoredObject): void {
  for (const { name } of mapsAt(pod, 'spec', 'containers'))
    if (world.logs.of(pod.metadata.uid, textOf(name)))
      say(world, pod, { reason: 'Killing', message: `Stopping container ${textOf(name)}`, container: textOf(name) });
  world.logs.endAll(pod.metadata.uid);
  world.store.remove('pods', pod);
}
