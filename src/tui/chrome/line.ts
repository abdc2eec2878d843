/** What the chrome is drawn from: text in pieces of one look each. */
export interface Piece {
  readonly text: string;
  readonly look?: Look;
}

export type Line = readonly Piece[];

/** Named by what it says; the colours are the terminal's own, so that they can be read on light and dark. */
export type Look = 'plain' | 'dim' | 'bold' | 'good' | 'busy' | 'bad' | 'title' | 'chosen' | 'key';

export const lengthOf = (pieces: Line): number => pieces.reduce((sum, { text }) => sum + text.length, 0);
