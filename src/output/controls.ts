/**
 * What a service may do to the terminal of others: colour it, and nothing else. Sequences that move the cursor, clear
 * the screen, set its title or change its mode are left out; a line end always ends one, so that none is waited for.
 */
export interface Cleaned {
  /** May be the given bytes themselves. */
  readonly bytes: Buffer;
  /** How many bytes at the end are the beginning of a sequence, and not part of `bytes`. */
  readonly open: number;
}

export const ESCAPE = 0x1b;
const NEWLINE = 10;
const BELL = 7;
const COLOUR = 'm'.charCodeAt(0);

/** For bytes that have an escape character. */
export function cleanControls(bytes: Buffer, keepsColours: boolean): Cleaned {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(ESCAPE); at >= 0; at = bytes.indexOf(ESCAPE, at)) {
    const end = endOfSequence(bytes, at);
    if (end === undefined) {
      parts.push(bytes.subarray(from, at));
      return { bytes: Buffer.concat(parts), open: bytes.length - at };
    }
    if (!keepsColours || !isColour(bytes, at, end)) {
      if (at > from) parts.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (from === 0) return { bytes, open: 0 };
  parts.push(bytes.subarray(from));
  return { bytes: Buffer.concat(parts), open: 0 };
}

/** A line of a log as it may be printed. Of one that was rewritten (a progress bar) only its last state. */
export function printable(line: string, keepsColours: boolean): string {
  const clean = line.includes('\u001b') ? cleanControls(Buffer.from(line), keepsColours).bytes.toString() : line;
  return clean.includes('\r') ? (clean.split('\r').findLast((state) => state !== '') ?? '') : clean;
}

/** After the sequence that begins at `at`; undefined when it goes on after the bytes. */
function endOfSequence(bytes: Buffer, at: number): number | undefined {
  const kind = bytes[at + 1];
  if (kind === undefined) return undefined;
  switch (String.fromCharCode(kind)) {
    case '[':
      return endAfter(bytes, at + 2, 0x20, 0x3f, 0x40);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return endOfText(bytes, at + 2);
    default:
      return endAfter(bytes, at + 1, 0x20, 0x2f, 0x30);
  }
}

/** Bytes from `low` to `high`, then one final one; what is no part of a sequence ends it. */
function endAfter(bytes: Buffer, start: number, low: number, high: number, final: number): number | undefined {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= low && byte <= high) continue;
    return byte >= final && byte <= 0x7e ? at + 1 : at;
  }
  return undefined;
}

/** A title, a link, a picture: up to BEL or `ESC \`. */
function endOfText(bytes: Buffer, start: number): number | undefined {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BELL) return at + 1;
    if (byte === NEWLINE) return at;
    if (byte !== ESCAPE) continue;
    const next = bytes[at + 1];
    if (next === undefined) return undefined;
    return next === 0x5c ? at + 2 : at;
  }
  return undefined;
}

/** `ESC [ numbers m`; with a mark before the numbers it is another command. */
function isColour(bytes: Buffer, at: number, end: number): boolean {
  if (bytes[end - 1] !== COLOUR || bytes[at + 1] !== 0x5b) return false;
  for (let index = at + 2; index < end - 1; index++) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x30 || byte > 0x3b) return false;
  }
  return true;
}
