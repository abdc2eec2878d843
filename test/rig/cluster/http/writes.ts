import { parse } from 'yaml';
import { at, isMap, isSame, mapAt, textAt, textOf } from '../json.ts';
import type { Json, JsonMap } from '../json.ts';
import { apiVersionOf, qualifiedKind, resourceOf } from '../kinds.ts';
import { isObject, timestamp } from '../object.ts';
import type { KubeObject, StoredObject } from '../object.ts';
import { alreadyExists, badRequest, modified, notFound } from '../refusal.ts';
import { destroy, suffix } from '../life/world.ts';
import type { World } from '../life/world.ts';
import { admit } from '../writes/admission.ts';
import type { Sent } from '../writes/schema.ts';
import { apply, update } from '../writes/apply.ts';
import type { Manager } from '../writes/apply.ts';
import { mergePatch, strategicPatch } from '../writes/merge.ts';
import { scaledTo, scaleOf } from './scale.ts';
import type { Target } from './target.ts';

export interface Outcome {
  readonly code: number;
  readonly body: JsonMap;
  readonly hasChanged: boolean;
  readonly warnings: readonly string[];
  readonly name: string;
}

/** What a client sends. */
export interface Sending {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly type: string;
  readonly text: string;
  readonly agent: string;
}

export function post(world: World, sending: Sending): Outcome {
  const sent = objectFor(sending.target, decoded(sending.text));
  const { generateName } = sent.metadata;
  const name = sent.metadata.name ?? `${textOf(generateName)}${suffix(String(world.store.revision), 5)}`;
  const object = { ...sent, metadata: { ...sent.metadata, name } };
  if (world.store.get(resourceOf(sending.target.kind), sending.target.namespace, name))
    throw alreadyExists(sending.target.kind, name);
  return write(world, sending, undefined, update(undefined, object, managerOf(sending)), 'whole');
}

export function put(world: World, sending: Sending): Outcome {
  const { target } = sending;
  const live = liveOf(world, target);
  if (!live) throw notFound(target.kind, target.name ?? '');
  const sent = decoded(sending.text);
  if (target.subresource === 'scale')
    return write(world, sending, live, own(sending, live, scaledTo(live, sent)), 'whole');
  const object = objectFor(target, sent);
  const version = object.metadata.resourceVersion;
  if (version !== undefined && version !== live.metadata.resourceVersion)
    throw modified(target.kind, live.metadata.name);
  return write(world, sending, live, own(sending, live, kept(live, object, target)), 'whole');
}

export function patch(world: World, sending: Sending): Outcome {
  const { target, type } = sending;
  const live = liveOf(world, target);
  const body = decoded(sending.text);
  if (type.startsWith('application/apply-patch')) {
    const object = objectFor(target, body);
    if (object.metadata.name !== target.name)
      throw badRequest(`name must be ${target.name}, got ${object.metadata.name}`);
    return write(world, sending, live, apply(live, object, managerOf(sending)), 'applied');
  }
  if (!live) throw notFound(target.kind, target.name ?? '');
  if (!isMap(body)) throw badRequest('a patch is an object');
  const merged = (from: JsonMap) =>
    type.startsWith('application/strategic') ? strategicPatch(from, body) : mergePatch(from, body);
  if (target.subresource === 'scale')
    return write(world, sending, live, own(sending, live, scaledTo(live, merged(scaleOf(live)))), 'whole');
  const object = objectFor(target, merged(live));
  return write(world, sending, live, own(sending, live, kept(live, object, target)), 'whole');
}

export function remove(world: World, { target, query, text }: Sending): Outcome {
  const live = liveOf(world, target);
  if (!live) throw notFound(target.kind, target.name ?? '');
  const options: Json = text === '' ? {} : decoded(text);
  const policy = textAt(options, 'propagationPolicy') ?? query.get('propagationPolicy') ?? 'Background';
  const { kind } = target;
  if (query.getAll('dryRun').length > 0 || at(options, 'dryRun') !== undefined)
    return { code: 200, body: live, hasChanged: false, warnings: [], name: live.metadata.name };
  if (policy === 'Orphan') orphan(world, live);
  if (kind.kind === 'Namespace' && live.metadata.deletionTimestamp === undefined)
    world.store.write('namespaces', {
      ...live,
      metadata: { ...live.metadata, deletionTimestamp: timestamp() },
      status: { phase: 'Terminating' },
    });
  else destroy(world, resourceOf(kind), live);
  const { name, uid } = live.metadata;
  const details = { name, group: kind.group, kind: kind.plural, uid };
  const gone = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  const left = liveOf(world, target);
  return { code: 200, body: left ?? gone, hasChanged: true, warnings: [], name };
}

/** Those it owns stay, and belong to nobody. */
function orphan({ store }: World, { metadata }: StoredObject): void {
  for (const resource of store.resources())
    for (const object of store.list(resource, metadata.namespace)) {
      const { ownerReferences = [], ...rest } = object.metadata;
      const left = ownerReferences.filter(({ uid }) => uid !== metadata.uid);
      if (left.length === ownerReferences.length) continue;
      store.write(resource, { ...object, metadata: { ...rest, ...(left.length > 0 && { ownerReferences: left }) } });
    }
}

export function liveOf({ store }: World, { kind, namespace, name = '' }: Target): StoredObject | undefined {
  return store.get(resourceOf(kind), namespace, name);
}

function own(sending: Sending, live: StoredObject, next: KubeObject): KubeObject {
  return sending.target.subresource === 'status' ? next : update(live, next, managerOf(sending));
}

/** Status is written by itself only. */
function kept(live: StoredObject, next: KubeObject, { subresource }: Target): KubeObject {
  if (subresource === 'status') return { ...live, status: mapAt(next, 'status') };
  const { status: _status, ...rest } = next;
  const { apiVersion, kind, metadata } = next;
  return { ...rest, apiVersion, kind, metadata, ...(live['status'] !== undefined && { status: live['status'] }) };
}

function write(world: World, sending: Sending, live: StoredObject | undefined, next: KubeObject, sent: Sent): Outcome {
  const { target, query } = sending;
  const isStrict = query.get('fieldValidation') === 'Strict';
  const { object, warnings } = admit(target.kind, next, world.store, { sent, isStrict });
  const isDry = query.getAll('dryRun').length > 0;
  const written = isDry
    ? { object: dry(object, live), hasChanged: false }
    : world.store.write(resourceOf(target.kind), object);
  const body = target.subresource === 'scale' ? scaleOf(written.object) : written.object;
  return { code: live ? 200 : 201, body, hasChanged: written.hasChanged, warnings, name: object.metadata.name };
}

function dry(object: KubeObject, live: StoredObject | undefined): StoredObject {
  const { uid = '', resourceVersion = '', creationTimestamp = timestamp() } = live?.metadata ?? {};
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion, creationTimestamp } };
}

function managerOf({ query, agent, target }: Sending): Manager {
  return {
    name: query.get('fieldManager') ?? agent.split('/')[0] ?? 'unknown',
    isForced: query.get('force') === 'true',
    ...(target.subresource !== undefined && { subresource: target.subresource }),
  };
}

function decoded(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return parse(text);
  }
}

/** It is of the kind and in the namespace of the path. */
function objectFor({ kind, namespace }: Target, value: Json): KubeObject {
  if (!isObject(value)) throw badRequest(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  if (value.kind !== kind.kind || value.apiVersion !== apiVersionOf(kind))
    throw badRequest(`${value.kind} in version "${value.apiVersion}" cannot be handled as a ${qualifiedKind(kind)}`);
  const said = value.metadata.namespace;
  if (namespace !== undefined && said !== undefined && !isSame(said, namespace))
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  return namespace === undefined ? value : { ...value, metadata: { ...value.metadata, namespace } };
}
