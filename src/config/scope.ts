import type { ConfigProblem } from '../core/failure.ts';
import type { Branded, ResourceKind } from './brand.ts';
import { resourceKey } from './brand.ts';
import type { Place } from './place.ts';
import { constantAt, describePlace, lineOfKey } from './place.ts';

/** A resource of the stack under its name, before its options are read. */
export interface Listed {
  /** As written in `resources`; messages use it. */
  readonly key: string;
  readonly name: string;
  readonly kind: ResourceKind;
  /** The names of its ports; the first is the one of `url`. */
  readonly ports: readonly string[];
  /** The options that were written, right or wrong. */
  readonly given: ReadonlySet<string>;
}

/** Functions of the config that have the last word on what a target is given for a resource; they change it in place. */
export interface LastWords {
  readonly compose?: (service: Record<string, unknown>) => void;
  readonly kubernetes?: (objects: Record<string, unknown>[]) => void;
}

/** What reading one config gathers: problems, and who is used without being listed. */
export class Reading {
  readonly root: string;
  readonly problems: ConfigProblem[] = [];
  readonly listed = new Map<object, Listed>();
  /** The same by name. */
  readonly names = new Map<string, Listed>();
  readonly lastWords = new Map<string, LastWords>();
  readonly #unlisted = new Map<object, string>();

  constructor(root: string) {
    this.root = root;
  }

  report(code: string, place: Place | undefined, message: string): void {
    const problem = place ? { code, at: describePlace(place, this.root), message } : { code, message };
    // One mistake in options that several resources share is one problem.
    if (!this.problems.some((known) => known.at === problem.at && known.message === message))
      this.problems.push(problem);
  }

  /** What a resource is called; one that is not listed is a problem, named after the place that uses it. */
  find(resource: Branded, usedBy: string): Listed | undefined {
    const { server } = resource[resourceKey];
    const found = this.listed.get(server ?? resource);
    if (!found && !this.#unlisted.has(server ?? resource)) {
      this.#unlisted.set(server ?? resource, usedBy);
      const { kind, place } = (server ?? resource)[resourceKey];
      const constant = constantAt(place) ?? kind;
      const message = `This ${kind}() is used by ${usedBy} but has no name. Add it: resources: { ${constant}, … }`;
      this.report('not-listed', place, message);
    }
    return found;
  }
}

/** Where a check is: one resource (or the stack itself) of one reading. */
export class Scope {
  readonly reading: Reading;
  readonly place: Place | undefined;

  constructor(reading: Reading, place: Place | undefined) {
    this.reading = reading;
    this.place = place;
  }

  /** Adds a problem at the line that writes the last part of `path`. */
  problem(code: string, path: string, message: string): void {
    const key = /([^.[\]]+)(?:\[\d+\])*$/.exec(path)?.[1];
    const place = this.place && key !== undefined && path.includes('.') ? lineOfKey(this.place, key) : this.place;
    this.reading.report(code, place, message);
  }
}

/** Reads one unknown value: what it means, or undefined after its problems were reported. */
export type Check<T> = (value: unknown, path: string, scope: Scope) => T | undefined;
