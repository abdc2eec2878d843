import { closureOf } from '../core/graph.ts';
import type { RuntimeChoice, Stack } from '../core/stack.ts';
import type { Use } from '../core/use.ts';
import type { CommonOptions } from './context.ts';
import { resolveNames } from './names.ts';

export interface TetherOptions extends CommonOptions {
  readonly runtime?: RuntimeChoice;
  readonly use?: readonly Use[];
  readonly timeout: number;
  /** On an instance of its own, of which nothing stays. */
  readonly throwAway?: boolean;
  /** What happens to it is told as well. */
  readonly events?: boolean;
  /** To wait for, with what they need; undefined: for all that starts. */
  readonly waitFor?: readonly string[];
}

/** What is to start, and what of that is waited for. */
export function wantedOf(stack: Stack, names: readonly string[], { waitFor }: TetherOptions) {
  const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
  const asked = waitFor ? resolveNames(known, 'test', waitFor) : [];
  const wanted = [...new Set([...(names.length > 0 ? resolveNames(known, 'up', names) : stack.default), ...asked])];
  return { wanted, awaited: closureOf(stack, waitFor ? asked : wanted) };
}
