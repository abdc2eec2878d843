import type { LogSource } from '../../logs/source.ts';

/** Private modes that last until they are changed: what keys and pasted text are sent as, and which screen it is. */
const LASTING = ['1049', '1047', '47', '1', '6', '7', '25', '2004'];
/** How far back is looked: a program sets its modes once, when it starts. */
const MOST_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
/** A setting, cut by the end of a piece, is not longer. */
const LONGEST_SETTING = 64;
/** `ESC [ ? 1 ; 25 h`, or `ESC c`, which sets everything as it was at first. */
const SETTING = /\u001b(?:\[\?(?<modes>[\d;]+)(?<to>[hl])|c)/g;

/** What puts an emulator that begins at an offset into the modes that were set before it. */
export function modesBefore(source: LogSource, name: string, offset: number): string {
  const found = new Map<string, string>();
  const first = Math.max(source.bounds(name).start, offset - MOST_BYTES);
  for (let end = offset; end > first && found.size < LASTING.length; end -= PIECE_BYTES) {
    const text = textOf(source, name, Math.max(first, end - PIECE_BYTES), Math.min(offset, end + LONGEST_SETTING));
    for (const { groups } of [...text.matchAll(SETTING)].toReversed()) {
      const { modes, to } = groups ?? {};
      if (modes === undefined || to === undefined) return inOrder(found);
      for (const mode of modes.split(';')) if (!found.has(mode) && LASTING.includes(mode)) found.set(mode, to);
    }
  }
  return inOrder(found);
}

function textOf(source: LogSource, name: string, from: number, to: number): string {
  const parts: Buffer[] = [];
  for (let at = from; at < to;) {
    const bytes = source.read(name, at, to - at);
    if (bytes.length === 0) break;
    at += bytes.length;
    // It is only ours until the next one is read.
    parts.push(Buffer.from(bytes));
  }
  return Buffer.concat(parts).toString('latin1');
}

/** The screen comes first: what is set on it is its own. */
const inOrder = (found: ReadonlyMap<string, string>): string =>
  LASTING.map((mode) => (found.has(mode) ? `\u001b[?${mode}${found.get(mode)}` : '')).join('');
