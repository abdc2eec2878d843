/** What the chrome is drawn from: text in pieces of one look each. */
export interface Piece {
  readonly text: string;
  readonly look?: Look;
}

export type Line = readonly Piece[];

/** Named by what it says; the colours are the terminal's own, so that they can be read on light and dark. */
export type Look = 'plain' | 'dim' | 'bold' | 'good' | 'busy' | 'bad' | 'title' | 'chosen' | 'key';

export const lengthOf = (pieces: Line): number => pieces.reduce((sum, { text }) => sum + text.length, 0);

/** As it may be written inside a box: what a terminal would obey is left out, a tab or a line end is a space. */
export const withoutControls = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  text.replaceAll(/[\t\n]/g, ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '');

/** What of it has room. */
export function cutLine(pieces: Line, columns: number): Line {
  let left = columns;
  return pieces.map((piece) => {
    const text = piece.text.slice(0, left);
    left -= text.length;
    return { ...piece, text };
  });
}
