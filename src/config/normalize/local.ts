import path from 'node:path';
import type { Use } from '../../core/use.ts';
import { localKey, type BrandedLocal } from '../brand.ts';
import { wrong } from '../checks.ts';
import { kebabName } from '../names.ts';
import { changesOf, localOptions } from '../options/local.ts';
import { lineOfKey, type Place } from '../place.ts';
import { Scope, type Listed, type Reading } from '../scope.ts';
import { isPlain } from '../shape.ts';
import { didYouMean } from '../suggest.ts';

/** What one checkout has another way. */
export interface LocalRead {
  /** By resource: the options as they were written, found right. */
  readonly changes: ReadonlyMap<string, object>;
  /** With the place of each. */
  readonly uses: readonly { readonly use: Use; readonly scope: Scope }[];
  /** Undefined unless written. */
  readonly default: unknown;
  readonly scope: Scope;
}

/** Reads the overrides; all that is wrong with them is reported at their own lines. */
export function readLocal(local: BrandedLocal, file: string, reading: Reading): LocalRead {
  const place = local[localKey].place ?? { file, line: 1 };
  const scope = new Scope(reading, place);
  const written = localOptions(local, path.basename(file), scope) ?? {};
  const changes = new Map<string, object>();
  const within = lineOfKey(place, 'resources');
  for (const [key, given] of resourcesOf(written.resources, scope)) {
    const listed = named(key, new Scope(reading, within));
    const at = listed && lineOfKey(within, key);
    if (listed && given !== undefined && isRight(given, listed, at, reading)) changes.set(listed.name, given);
  }
  const inUse = new Scope(reading, lineOfKey(place, 'use'));
  const uses = Object.entries(written.use ?? {}).flatMap(([key, instead]) => {
    const listed = named(key, inUse);
    return listed ? [{ use: { name: listed.name, instead }, scope: inUse }] : [];
  });
  return { changes, uses, default: written.default, scope };
}

function resourcesOf(written: unknown, scope: Scope): readonly (readonly [string, unknown])[] {
  if (written === undefined) return [];
  if (isPlain(written)) return Object.entries(written);
  wrong('local.resources', scope, 'an object', written);
  return [];
}

function named(key: string, scope: Scope): Listed | undefined {
  const { names } = scope.reading;
  const listed = names.get(kebabName(key));
  if (listed) return listed;
  const hint = didYouMean(
    key,
    [...names.values()].map((one) => one.key),
  );
  scope.problem('unknown-resource', `local.${key}`, `The config has no resource "${key}".${hint}`);
  return undefined;
}

function isRight(given: unknown, listed: Listed, place: Place | undefined, reading: Reading): given is object {
  const before = reading.problems.length;
  changesOf(listed.kind)(given, listed.key, new Scope(reading, place));
  return reading.problems.length === before;
}
