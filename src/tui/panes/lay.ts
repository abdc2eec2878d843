import type { Piece } from '../../logs/history/piece.ts';
import { createRecent } from '../../logs/history/recent.ts';
import { wrapLine, type Columns } from '../text/fit.ts';
import { styleLine, type StyledLine } from '../text/line.ts';

/** How lines become rows. */
export interface LayOptions {
  /** For the text, beside the gutter. */
  readonly columns: number;
  readonly wrap: boolean;
  readonly left: number;
  /** What a line is shown as: a JSON line as level, message and fields. */
  readonly shown: (piece: Piece) => string;
}

/** A line and the columns of it that each of its rows shows. */
export interface Laid {
  readonly piece: Piece;
  readonly line: StyledLine;
  readonly rows: readonly Columns[];
}

/** Remembers lines: from frame to frame most are the same. */
export interface Layer {
  lay(piece: Piece): Laid;
}

const KEPT = 256;

export function createLayer({ columns, wrap, left, shown }: LayOptions): Layer {
  const known = createRecent<string, Laid>(KEPT);
  return {
    lay(piece) {
      const key = `${piece.name} ${piece.from} ${piece.to}`;
      const found = known.get(key);
      if (found) return found;
      const line = styleLine(shown(piece));
      const rows = wrap ? wrapLine(line, columns) : [{ from: left, to: left + columns }];
      const laid = { piece, line, rows };
      known.set(key, laid);
      return laid;
    },
  };
}
