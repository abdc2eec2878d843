/** Part of a dotenv value: text, or a variable and what stands for it when it is not set. */
export type EnvPiece =
  | string
  | {
      readonly name: string;
      readonly otherwise:
        | { readonly kind: 'empty' }
        | { readonly kind: 'as-written'; readonly text: string }
        | { readonly kind: 'default'; readonly pieces: readonly EnvPiece[] };
    };

const escapes: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/** A value in pieces; undefined when `${` has no name or is not closed. */
export function piecesOf(raw: string, quoting: 'unquoted' | 'double'): readonly EnvPiece[] | undefined {
  const pieces: EnvPiece[] = [];
  for (let index = 0; index < raw.length;) {
    const two = raw.slice(index, index + 2);
    const escaped = two[0] === '\\' ? escapes[two[1] ?? ''] : undefined;
    if (escaped !== undefined && (quoting === 'double' || escaped === '$')) {
      pieces.push(escaped);
      index += 2;
    } else if (two === '$$') {
      pieces.push('$$'); // a password, not a process id: kept as it is
      index += 2;
      const word = /^\w+/.exec(raw.slice(index))?.[0] ?? '';
      pieces.push(word);
      index += word.length;
    } else if (two === '${') {
      const close = closingBrace(raw, index + 2);
      const match =
        close === undefined ? null : /^([A-Za-z_][\w.-]*?)(?:(:?-)([^]*))?$/.exec(raw.slice(index + 2, close));
      if (close === undefined || !match) return undefined;
      const [, name = '', dash, written] = match;
      const fallback = dash === undefined ? undefined : piecesOf(written ?? '', quoting);
      if (dash !== undefined && !fallback) return undefined;
      pieces.push({ name, otherwise: fallback ? { kind: 'default', pieces: fallback } : { kind: 'empty' } });
      index = close + 1;
    } else {
      const name = two[0] === '$' ? /^[A-Za-z_]\w*/.exec(raw.slice(index + 1))?.[0] : undefined;
      if (name === undefined) pieces.push(two[0] ?? '');
      else pieces.push({ name, otherwise: { kind: 'as-written', text: `$${name}` } });
      index += 1 + (name?.length ?? 0);
    }
  }
  return pieces;
}

function closingBrace(raw: string, from: number): number | undefined {
  let depth = 1;
  for (let index = from; index < raw.length; index++) {
    if (raw.startsWith('${', index)) depth++;
    if (raw[index] === '}' && --depth === 0) return index;
  }
  return undefined;
}
