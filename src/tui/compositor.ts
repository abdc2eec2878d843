/** Text of a row from a column on: it fills its columns, and ends without a colour. */
export interface Segment {
  readonly column: number;
  readonly text: string;
  /** The terminal may not agree with us about its width. */
  readonly isWide: boolean;
}

/** Turns frames into the bytes that make the terminal show them: rows that are as they were cost nothing. */
export interface Compositor {
  /** What is to be written, or nothing. `cursor` is where text is typed. */
  draw(rows: readonly (readonly Segment[])[], cursor?: Cursor): string;
  /** The terminal shows something else now: the next frame is written whole. */
  forget(): void;
}

export interface Cursor {
  readonly column: number;
  readonly row: number;
}

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
const CLEAR = '\u001b[m\u001b[2J';

export function createCompositor(): Compositor {
  let shown: string[] | undefined;
  let shownCursor: Cursor | undefined;
  return {
    draw(rows, cursor) {
      let out = shown === undefined ? CLEAR : '';
      const before = shown ?? [];
      const now = rows.map(rowText);
      for (const [index, text] of now.entries()) {
        if (before[index] !== text) out += `\u001b[${index + 1};1H${text}`;
      }
      const isMoved = cursor?.column !== shownCursor?.column || cursor?.row !== shownCursor?.row;
      if (out === '' && !isMoved) return '';
      // The cursor is hidden while rows are written, then put where it belongs.
      const place = cursor ? `\u001b[${cursor.row + 1};${cursor.column + 1}H${SHOW}` : '';
      const hide = shownCursor || shown === undefined ? HIDE : '';
      shown = now;
      shownCursor = cursor;
      return `${BEGIN}${hide}${out}${place}${END}`;
    },
    forget() {
      shown = undefined;
      shownCursor = undefined;
    },
  };
}

/**
 * Where the terminal may measure a character differently, the row is emptied first and what follows is put at its
 * column: whatever it thinks, borders stay where they are.
 */
function rowText(segments: readonly Segment[]): string {
  let text = segments.some(({ isWide }) => isWide) ? '\u001b[m\u001b[2K' : '';
  let isSure = true;
  for (const segment of segments) {
    if (!isSure) text += `\u001b[${segment.column + 1}G`;
    text += segment.text;
    isSure = !segment.isWide;
  }
  return text;
}
