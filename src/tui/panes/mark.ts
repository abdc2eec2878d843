import type { Accepts } from '../../logs/history/scanner.ts';
import { clockTime } from './gutter.ts';

const RULE = '────────';
const BEGIN = `\u001b[33m${RULE} `;

/** A line a person puts between others to find the place again. */
export const markAt = (time: number): string => `${BEGIN}${clockTime(time)} ${RULE}\u001b[0m`;

/** Besides what is accepted, marks. */
export function orMarks({ line, chunk }: Accepts): Accepts {
  return {
    line: (text) => text.startsWith(BEGIN) || line(text),
    chunk: (text) => text.includes(BEGIN) || (chunk?.(text) ?? true),
  };
}
