/** A piece of a text of the file: itself, or a variable that is filled in when the file is used. */
export type OpenPiece = string | { readonly variable: string; readonly fallback?: string };

const PIECE = /\$\$|\$\{(\w+):(?:\?|-([^}]*))\}/g;

/** Reads what `Variables` has written: `a$$b${NAME:-default}${OTHER:?}`. */
export function openPieces(text: string): readonly OpenPiece[] {
  const pieces: OpenPiece[] = [];
  let plain = '';
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const [mark, variable, fallback] = match;
    plain += text.slice(end, match.index);
    end = match.index + mark.length;
    if (variable === undefined) {
      plain += '$';
      continue;
    }
    if (plain !== '') pieces.push(plain);
    plain = '';
    pieces.push({ variable, ...(fallback !== undefined && { fallback }) });
  }
  plain += text.slice(end);
  return plain === '' ? pieces : [...pieces, plain];
}
/** As compose fills it in. */
export function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  return openPieces(text)
    .map((piece) => (typeof piece === 'string' ? piece : values.get(piece.variable) || (piece.fallback ?? '')))
    .join('');
}
