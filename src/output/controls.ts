/**
 * What a service may do to the terminal of others: colour it, and nothing else. Sequences that move the cursor, clear
 * the screen, set its title or change its mode are left out; a line end always ends one, so that none is waited for.
 */
export interface Cleaned {
  readonly bytes: Buffer;
  /** How many bytes at the end are the beginning of a sequence, and not part of `bytes`. */
  readonly open: number;
}

export const ESCAPE = 0x1b;
const NEWLINE = 10;
const BELL = 7;
const COLOUR = 'm'.charCodeAt(0);

let scratch = Buffer.alloc(0);

/** For bytes that have an escape character. What comes back is valid until the next call. */
export function cleanControls(bytes: Buffer, keepsColours: boolean): Cleaned {
  const { length } = bytes;
  if (scratch.length < length) scratch = Buffer.allocUnsafe(length);
  const out = scratch;
  let used = 0;
  // Byte by byte: lines full of colours have runs too short for anything else.
  for (let at = 0; at < length;) {
    const byte = bytes[at] ?? 0;
    if (byte !== ESCAPE) {
      out[used++] = byte;
      at++;
      continue;
    }
    const end = endOfSequence(bytes, at);
    if (end === undefined) return { bytes: out.subarray(0, used), open: length - at };
    if (keepsColours && isColour(bytes, at, end)) while (at < end) out[used++] = bytes[at++] ?? 0;
    at = end;
  }
  return { bytes: out.subarray(0, used), open: 0 };
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
  switch (kind) {
    case 0x5b: // [
      return endAfter(bytes, at + 2, 0x20, 0x3f, 0x40);
    case 0x5d: // ]
    case 0x50: // P
    case 0x58: // X
    case 0x5e: // ^
    case 0x5f: // _
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
