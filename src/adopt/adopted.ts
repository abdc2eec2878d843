import type { EngineKind } from '../core/stack.ts';
import type { Entry } from './expression.ts';

/** A function of the config that makes a resource. */
export type Builder = 'service' | 'worker' | 'task' | EngineKind;

/** One resource as it will stand in the config. */
export interface Adopted {
  /** As the file calls it; not yet a name devstack takes. */
  readonly name: string;
  readonly builder: Builder;
  readonly options: readonly Entry[];
  /** What could not be carried over, or is to be looked at: comments above it. */
  readonly notes: readonly string[];
}

export interface AdoptedStack {
  readonly name?: string;
  readonly resources: readonly Adopted[];
  readonly groups: readonly { readonly name: string; readonly members: readonly string[] }[];
  /** Comments at the head of the file. */
  readonly notes: readonly string[];
}

/** The text of a file below the project; undefined where there is none. */
export type Read = (file: string) => string | undefined;
