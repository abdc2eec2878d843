import type { Branded, ResourceDetails, ResourceKind } from './brand.ts';
import { resourceKey, thisCopy } from './brand.ts';
import { guardValues } from './guard.ts';
import { MisuseError } from './misuse.ts';
import { callerPlace, constantAt } from './place.ts';
import { Ref } from './ref.ts';

/**
 * One node of a stack: infra, a service, a worker, a task or a container. Its name is its key in `resources`.
 *
 * Reading a value it does not have throws, and so does putting the resource itself into a string.
 * @example
 * const resources: Record<string, Resource> = { db, api };
 */
export abstract class Resource {
  declare protected readonly brand: string;
  /** @internal */
  readonly [resourceKey]: ResourceDetails;

  /** @internal */
  constructor(kind: ResourceKind, options: object, server?: Branded) {
    const place = callerPlace();
    const details = { kind, options, place, copy: thisCopy(), databases: [] };
    this[resourceKey] = server ? { ...details, server } : details;
    return guardValues(this, kind, place);
  }

  /** @internal */
  toString(): string {
    const { kind, place } = this[resourceKey];
    const constant = constantAt(place);
    const created = place ? ` (created on line ${place.line})` : '';
    const name = `${kind}${constant ? ` "${constant}"` : ''}`;
    const use = `${name}${created} was put into a string. ${exampleValue(this, constant ?? kind)}`;
    throw new MisuseError('resource-in-text', use);
  }
}

function exampleValue(resource: Branded, constant: string): string {
  const values = valuesOf(resource);
  return values.length === 0
    ? 'It has no values to use there.'
    : `Use one of its values, for example ${constant}.${values[0]}.`;
}

/** The names of the values a resource offers. */
export function valuesOf(resource: Branded): readonly string[] {
  return Object.keys(resource);
}

/** A value of `owner`. */
export function valueOf(owner: Branded, part: string): Ref {
  return new Ref({ kind: 'resource', owner, part });
}
