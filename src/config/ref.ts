import { refKey } from './brand.ts';
import type { BrandedRef, RefDetails } from './brand.ts';
import { markerOf, registerRef } from './registry.ts';

/**
 * A value known only once a target (dev, compose, kind) is chosen: an address, a password, a secret.
 *
 * Use it as a value in `env`, or inside a template literal. It cannot be compared, cut or replaced; build what
 * you need from parts instead.
 * @example
 * env: { DATABASE_URL: db.url, REDIS_ADDR: `${cache.host}:${cache.port}` }
 */
export class Ref {
  declare protected readonly brand: 'ref';
  /** @internal */
  readonly [refKey]: BrandedRef[typeof refKey];

  /** @internal */
  constructor(details: RefDetails) {
    this[refKey] = { details, id: registerRef(details) };
  }

  /** A placeholder that devstack finds again when the value is needed. Called by template literals. */
  toString(): string {
    return markerOf(this[refKey].id);
  }

  /** @internal */
  toJSON(): string {
    return this.toString();
  }
}
