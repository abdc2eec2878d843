import path from 'node:path';
import type { Failure } from '../../../core/failure.ts';
import type { Build } from '../../../core/stack.ts';
import type { BuildError } from './progress.ts';

/** `file` has this text. */
export function buildFailure(
  resource: string,
  { file, text }: { readonly file: string; readonly text: string },
  { step, reason }: BuildError,
): Extract<Failure, { code: 'image-build-failed' }> {
  const line = step === undefined ? undefined : lineOf(text, step);
  const at = line === undefined ? file : `${file}:${line}`;
  return { code: 'image-build-failed', resource, at, ...(step !== undefined && { step }), reason };
}

/** Where the Dockerfile has this step, or the first line of it; undefined where several lines might be meant. */
function lineOf(text: string, step: string): number | undefined {
  const lines = text.split('\n').map((line) => line.trim().replace(/\s+/g, ' ').replace(/ ?\\$/, ''));
  const [longest, ...shorter] = lines.filter((line) => isBeginning(line, step)).toSorted(byLength);
  return longest === undefined || shorter.includes(longest) ? undefined : lines.indexOf(longest) + 1;
}

/** The builder tells a step with its variables replaced. */
function isBeginning(line: string, step: string): boolean {
  const parts = line.split(/\$(?:\{[^}]*\}|\w+)/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return line.includes(' ') && new RegExp(`^${parts.join('.*')}`).test(step);
}

const byLength = (one: string, other: string): number => other.length - one.length;

export function dockerfileOf({ context, dockerfile = 'Dockerfile' }: Build): string {
  return path.join(context, dockerfile);
}
