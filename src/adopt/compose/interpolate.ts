/** A piece of a value with variables: text, or a variable and what stands in for it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback?: readonly Piece[] };

const START = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+]))?)/g;

/** `$NAME`, `${NAME}`, `${NAME:-other}` (which may hold more of them), `${NAME:?why}`, `${NAME:+that}`; `$$` is a `$`. */
export function pieces(value: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (;;) {
    START.lastIndex = at;
    const match = START.exec(value);
    if (!match) break;
    const [whole, dollar, bare, braced, operator] = match;
    text(found, value.slice(at, match.index));
    at = match.index + whole.length;
    if (dollar !== undefined) text(found, '$');
    else if (bare !== undefined) found.push({ kind: 'variable', name: bare });
    else if (braced !== undefined) {
      const end = closing(value, at);
      const rest = value.slice(at, end);
      at = end + 1;
      // What is there only when the variable is set is nothing where it is not.
      if (operator?.endsWith('+') === true) continue;
      const fallback = operator?.endsWith('-') === true ? { fallback: pieces(rest) } : {};
      found.push({ kind: 'variable', name: braced, ...fallback });
    }
  }
  text(found, value.slice(at));
  return found;
}

function text(found: Piece[], added: string): void {
  if (added === '') return;
  const last = found.at(-1);
  if (last?.kind === 'text') found.splice(-1, 1, { kind: 'text', text: last.text + added });
  else found.push({ kind: 'text', text: added });
}

/** Where the brace that was opened before `from` is closed. */
function closing(value: string, from: number): number {
  let depth = 1;
  for (let at = from; at < value.length; at++) {
    if (value.startsWith('${', at)) depth++;
    else if (value[at] === '}' && --depth === 0) return at;
  }
  return value.length;
}

/** As compose would read it with these variables; one without a value is nothing. */
export function filledIn(value: string, variables: ReadonlyMap<string, string>): string {
  return filled(pieces(value), variables);
}

export function filled(parts: readonly Piece[], variables: ReadonlyMap<string, string>): string {
  return parts
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      const set = variables.get(piece.name);
      return set === undefined || (set === '' && piece.fallback) ? filled(piece.fallback ?? [], variables) : set;
    })
    .join('');
}

/** As `filled`, but a variable without a value stands for itself: two texts that are equal so have the same value. */
export function partlyFilled(parts: readonly Piece[], variables: ReadonlyMap<string, string>): string {
  return parts
    .map((piece) => {
      if (piece.kind === 'text') return escaped(piece.text);
      const set = variables.get(piece.name);
      if (set !== undefined && (set !== '' || !piece.fallback)) return escaped(set);
      return piece.fallback ? partlyFilled(piece.fallback, variables) : `\${${piece.name}}`;
    })
    .join('');
}

/** As it is read again by `pieces`. */
export const escaped = (plain: string): string => plain.replaceAll('$', '$$$$');

/** A text that was partly filled; nothing where a variable is left in it. */
export function literalOf(text: string): string {
  const parts = pieces(text);
  return parts.every(({ kind }) => kind === 'text') ? filled(parts, new Map()) : '';
}
