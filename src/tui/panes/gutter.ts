import type { Piece } from '../../logs/history/piece.ts';
import { JOURNAL } from '../journal-names.ts';

/** What stands before each line: its time, and whose it is where there are several. */
export interface Gutter {
  readonly columns: number;
  /** `isFirst` of the rows of its line. */
  of(piece: Piece, isFirst: boolean): string;
}

export interface GutterOptions {
  /** Of the resources shown; one needs no name. */
  readonly names: readonly string[];
  readonly times: boolean;
  /** Which colour a name has; without colours none. */
  readonly colourOf?: (name: string) => string;
  readonly columns: number;
}

const NAME_COLUMNS = 16;
/** Beside less than this a gutter leaves no room for the text. */
const ROOM = 30;

export function createGutter({ names, times, colourOf, columns }: GutterOptions): Gutter {
  const longest = Math.max(0, ...names.map(({ length }) => length));
  const nameColumns = names.length > 1 ? Math.min(NAME_COLUMNS, longest, Math.max(0, columns - ROOM)) : 0;
  const timeColumns = times && columns - nameColumns > ROOM ? 13 : 0;
  const painted = new Map<string, string>();
  const nameOf = (name: string): string => {
    const known = painted.get(name);
    if (known !== undefined) return known;
    const fitted = name.length > nameColumns ? `${name.slice(0, nameColumns - 1)}…` : name.padEnd(nameColumns);
    const colour = colourOf?.(name);
    const text = colour === undefined ? `${fitted} | ` : `\u001b[${colour}m${fitted} \u001b[0m\u001b[2m|\u001b[0m `;
    painted.set(name, text);
    return text;
  };
  const bare = `${' '.repeat(nameColumns)} \u001b[2m|\u001b[0m `;
  return {
    columns: timeColumns + (nameColumns > 0 ? nameColumns + 3 : 0),
    of(piece, isFirst) {
      const isContinued = piece.continues || !isFirst;
      const time =
        timeColumns === 0 ? '' : isContinued ? ' '.repeat(timeColumns) : `\u001b[2m${clockTime(piece.time)}\u001b[0m `;
      if (nameColumns === 0) return time;
      return (
        time +
        (isContinued ? bare : nameOf(piece.name.startsWith(JOURNAL) ? piece.name.slice(JOURNAL.length) : piece.name))
      );
    },
  };
}

/** `15:04:05.123`, of here. */
export function clockTime(time: number): string {
  const at = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
