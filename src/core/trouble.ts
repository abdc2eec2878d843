import type { Failure } from './failure.ts';

/** Why a resource is not as it was to be, with what there is to look at. No secret is in it. */
export interface Trouble {
  readonly name: string;
  /** Absent for one that only waits. */
  readonly failure?: Failure;
  /** For people; may have several lines. */
  readonly why: string;
  /** The last lines of its output, oldest first; without controls of terminals. */
  readonly lines: readonly string[];
  /** The place in the project's code that its output names; the file is relative to the folder of the config. */
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number };
}
