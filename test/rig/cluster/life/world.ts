import { createHash } from 'node:crypto';
import { isMap } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import { resourceOf } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import { timestamp } from '../object.ts';
import type { KubeObject, StoredObject } from '../object.ts';
import type { Script } from '../outcome.ts';
import type { Store } from '../store.ts';
import { admit } from '../writes/admission.ts';
import type { PodLogs } from './logs.ts';

/** What controllers work on. */
export interface World {
  readonly store: Store;
  readonly kinds: readonly Kind[];
  readonly script: Script;
  readonly logs: PodLogs;
  readonly node: string;
  /** By the name of a pod or of an app: the container that commands in it run in. */
  readonly standIns: Map<string, string>;
}

export interface Said {
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component?: string;
  /** A container of the pod it is about. */
  readonly container?: string;
}

/** An Event; one that is said again is counted. */
export function say({ store, node }: World, about: StoredObject, said: Said): void {
  const { type = 'Normal', reason, message, component = 'kubelet', container } = said;
  const { apiVersion, kind, metadata } = about;
  const namespace = metadata.namespace ?? 'default';
  const id = hash(`${metadata.uid} ${type} ${reason} ${message}`).slice(0, 16);
  const name = `${metadata.name}.${id}`;
  const before = store.get('events', namespace, name);
  const now = timestamp();
  const count = typeof before?.['count'] === 'number' ? before['count'] + 1 : 1;
  store.write('events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name,
      namespace,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      ...(container !== undefined && { fieldPath: `spec.containers{${container}}` }),
    },
    type,
    reason,
    message,
    count,
    firstTimestamp: before?.['firstTimestamp'] ?? now,
    lastTimestamp: now,
    eventTime: null,
    source: { component, ...(component === 'kubelet' && { host: node }) },
    reportingComponent: component,
    reportingInstance: component === 'kubelet' ? node : '',
  });
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Letters and digits Kubernetes makes names of: no vowels, so no words. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export function suffix(text: string, length: number): string {
  const bytes = createHash('sha256').update(text).digest();
  return [...bytes.subarray(0, length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

const hashes = new WeakMap<JsonMap, string>();

/** Of what a template says, whatever the order. */
export function templateHash(template: JsonMap): string {
  const known = hashes.get(template) ?? suffix(sortedText(template), 9);
  hashes.set(template, known);
  return known;
}

function sortedText(value: Json): string {
  return JSON.stringify(value, (_key, inner: Json) =>
    isMap(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

export function setStatus({ store, kinds }: World, object: StoredObject, status: JsonMap): void {
  const kind = kinds.find((one) => one.kind === object.kind);
  if (kind) store.write(resourceOf(kind), { ...object, status });
}

/** As a client would make it; what the server refuses is an Event of its owner. */
export function create(world: World, owner: StoredObject, object: KubeObject): StoredObject | undefined {
  const kind = world.kinds.find((one) => one.kind === object.kind);
  if (!kind) return undefined;
  const component = `${owner.kind.toLowerCase()}-controller`;
  try {
    const admitted = admit(kind, object, world.store, { sent: 'whole', isStrict: false });
    const made = world.store.write(resourceOf(kind), admitted.object).object;
    if (object.kind === 'Pod')
      say(world, owner, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${object.metadata.name}`,
        component,
      });
    return made;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = `Error creating: ${text}`;
    const isSaid = world.store.list('events', owner.metadata.namespace).some((event) => event['message'] === message);
    if (!isSaid) say(world, owner, { type: 'Warning', reason: 'FailedCreate', message, component });
    return undefined;
  }
}

/** A pod ends in its own time, as a kubelet sees to; anything else is gone at once. */
export function destroy(world: World, resource: string, object: StoredObject): void {
  if (resource !== 'pods') return world.store.remove(resource, object);
  if (object.metadata.deletionTimestamp !== undefined) return;
  world.store.write(resource, {
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 30 },
  });
}

export function condition(type: string, isTrue: boolean, reason?: string, message?: string): JsonMap {
  return {
    type,
    status: isTrue ? 'True' : 'False',
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
}

/** Conditions with the time each last changed, as it was before where it did not. */
export function timed(conditions: readonly JsonMap[], before: readonly JsonMap[]): readonly JsonMap[] {
  return conditions.map((one) => {
    const old = before.find(({ type, status }) => type === one['type'] && status === one['status']);
    return { ...one, lastTransitionTime: old?.['lastTransitionTime'] ?? timestamp() };
  });
}
