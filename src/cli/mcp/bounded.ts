/** Lines that fit into a number of bytes, and where to go on. */
export interface Fitting {
  readonly lines: readonly string[];
  /** Index of the first line that did not fit. */
  readonly next?: number;
}

/** As many lines from `from` on as fit; at least one, so that every page leads on. */
export function fitting(lines: readonly string[], from: number, maxBytes: number): Fitting {
  let bytes = 0;
  for (let at = from; at < lines.length; at++) {
    bytes += Buffer.byteLength(lines[at] ?? '') + 1;
    if (bytes > maxBytes && at > from) return { lines: lines.slice(from, at), next: at };
  }
  return { lines: lines.slice(from) };
}

/** A text without what is beyond the limit. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`;
}

/** A cursor that is the place in a list; undefined when it is none. */
export function placeOf(cursor: string | undefined, length: number): number | undefined {
  if (cursor === undefined) return 0;
  const place = Number(cursor);
  return Number.isInteger(place) && place >= 0 && place < length ? place : undefined;
}
