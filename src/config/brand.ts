import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineKind } from '../core/stack.ts';
import type { Place } from './place.ts';

// Symbol.for, not instanceof: a config may reach a second copy of this package through one of its dependencies.
export const resourceKey: unique symbol = Symbol.for('devstack.resource');
export const refKey: unique symbol = Symbol.for('devstack.ref');
export const stackKey: unique symbol = Symbol.for('devstack.stack');
export const localKey: unique symbol = Symbol.for('devstack.local');
export const scaleKey: unique symbol = Symbol.for('devstack.scale');

export type ResourceKind = EngineKind | 'database' | 'service' | 'worker' | 'task';

/** Which installed copy of this package made something. */
export interface Copy {
  readonly version: string;
  readonly folder: string;
}

/** What a builder was given; read by `normalize`. */
export interface ResourceDetails {
  readonly kind: ResourceKind;
  readonly options: object;
  readonly place: Place | undefined;
  readonly copy: Copy;
  /** Names given to `addDatabase`. */
  readonly databases: string[];
  /** Of a database: the server it is in. */
  readonly server?: Branded;
}

/** Any resource of any copy of this package. */
export interface Branded {
  readonly [resourceKey]: ResourceDetails;
}

/** What a ref stands for, while resources have no names yet. */
export type RefDetails =
  | { readonly kind: 'resource'; readonly owner: Branded; readonly part: string }
  | { readonly kind: 'secret'; readonly name: string; readonly options: unknown }
  | { readonly kind: 'param'; readonly name: string; readonly options: unknown }
  | { readonly kind: 'per-target'; readonly values: unknown };

export interface BrandedRef {
  readonly [refKey]: { readonly details: RefDetails; readonly id: number };
}

export interface BrandedStack {
  readonly [stackKey]: { readonly copy: Copy; readonly place: Place | undefined };
}

/** What `defineLocal` returned. */
export interface BrandedLocal {
  readonly [localKey]: { readonly copy: Copy; readonly place: Place | undefined };
}

export function isResource(value: unknown): value is Branded {
  return typeof value === 'object' && value !== null && resourceKey in value;
}

export function isRef(value: unknown): value is BrandedRef {
  return typeof value === 'object' && value !== null && refKey in value;
}

export function isStack(value: unknown): value is BrandedStack {
  return typeof value === 'object' && value !== null && stackKey in value;
}

export function isLocal(value: unknown): value is BrandedLocal {
  return typeof value === 'object' && value !== null && localKey in value;
}

let known: Copy | undefined;

/** This copy: its version from package.json, two folders up from here in `src` and in `dist`. */
export function thisCopy(): Copy {
  if (known) return known;
  const folder = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
  const manifest: unknown = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  known = { version: String(version), folder };
  return known;
}
