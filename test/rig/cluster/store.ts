import { randomUUID } from 'node:crypto';
import { isSame } from './json.ts';
import type { Json } from './json.ts';
import { timestamp } from './object.ts';
import type { KubeObject, Metadata, StoredObject } from './object.ts';

/** Something that happened to an object: what a watch tells of. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly object: StoredObject;
  readonly before: StoredObject | undefined;
  readonly revision: number;
}

export interface Written {
  readonly object: StoredObject;
  readonly hasChanged: boolean;
}

/** The objects of a cluster, by resource (`deployments.apps`), and all that happened to them. */
export class Store {
  #revision = 1000;
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  /** By name, until one of them changes. */
  readonly #sorted = new Map<string, readonly StoredObject[]>();
  readonly #changes: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();

  get revision(): number {
    return this.#revision;
  }

  get(resource: string, namespace: string | undefined, name: string): StoredObject | undefined {
    return this.#objects.get(resource)?.get(keyOf({ namespace, name }));
  }

  /** In the order of their names, as the real one lists them. */
  list(resource: string, namespace?: string): readonly StoredObject[] {
    const all = this.#sorted.get(resource) ?? this.#sort(resource);
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  resources(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** A write that changes nothing leaves the object as it is, with its version. */
  write(resource: string, object: KubeObject): Written {
    const before = this.get(resource, object.metadata.namespace, object.metadata.name);
    if (before && isSame(comparable(before), comparable(object))) return { object: before, hasChanged: false };
    const revision = ++this.#revision;
    const after = stored(object, before, revision);
    this.#of(resource).set(keyOf(after.metadata), after);
    this.#tell({ type: before ? 'MODIFIED' : 'ADDED', resource, object: after, before, revision });
    return { object: after, hasChanged: true };
  }

  remove(resource: string, { metadata }: KubeObject): void {
    const before = this.get(resource, metadata.namespace, metadata.name);
    if (!before) return;
    const revision = ++this.#revision;
    this.#of(resource).delete(keyOf(metadata));
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } };
    this.#tell({ type: 'DELETED', resource, object, before, revision });
  }

  changesSince(revision: number): readonly Change[] {
    return this.#changes.filter((change) => change.revision > revision);
  }

  /** Until what it returns is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #sort(resource: string): readonly StoredObject[] {
    const all = [...(this.#objects.get(resource) ?? [])].toSorted(([one], [other]) => (one < other ? -1 : 1));
    const objects = all.map(([, object]) => object);
    this.#sorted.set(resource, objects);
    return objects;
  }

  #of(resource: string): Map<string, StoredObject> {
    const objects = this.#objects.get(resource) ?? new Map<string, StoredObject>();
    this.#objects.set(resource, objects);
    return objects;
  }

  #tell(change: Change): void {
    this.#sorted.delete(change.resource);
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}

function keyOf({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${namespace ?? ''}/${name}`;
}

/** What it is, without what the server says of it. */
function comparable({ metadata, ...rest }: KubeObject): Json {
  const {
    resourceVersion: _version,
    uid: _uid,
    creationTimestamp: _created,
    generation: _generation,
    managedFields,
    ...own
  } = metadata;
  return {
    ...rest,
    metadata: { ...own, managedFields: (managedFields ?? []).map(({ time: _time, ...entry }) => entry) },
  };
}

function stored(object: KubeObject, before: StoredObject | undefined, revision: number): StoredObject {
  const { status: _status, metadata: _metadata, ...own } = object;
  const { status: _oldStatus, metadata: _oldMetadata, ...old } = before ?? object;
  const isOther = !isSame(own, old);
  const generation = (before?.metadata.generation ?? 1) + (isOther ? 1 : 0);
  const metadata: Metadata = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      uid: before?.metadata.uid ?? randomUUID(),
      resourceVersion: String(revision),
      creationTimestamp: before?.metadata.creationTimestamp ?? timestamp(),
      ...(object['spec'] !== undefined && { generation }),
    },
  };
}
