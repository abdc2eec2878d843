const NEWLINE = 10;
const RETURN = 13;
/** A longer line is no log message a check waits for. */
const LONGEST = 64 * 1024;

/** Cuts the output of one run into lines, only while somebody listens. */
export interface LineFeed {
  push(chunk: Uint8Array): void;
  readonly listen: (listener: (line: string) => void) => () => void;
}

/** `isAwaited`: the start of a run is kept until the first listener comes, so that an early line is not missed. */
export function createLineFeed(isAwaited: boolean): LineFeed {
  let listener: ((line: string) => void) | undefined;
  let early: Buffer[] | undefined = isAwaited ? [] : undefined;
  let earlyBytes = 0;
  let rest: Buffer = Buffer.alloc(0);
  const feed = (chunk: Uint8Array): void => {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      // A terminal ends lines with both.
      listener?.(bytes.toString('utf8', at, end > at && bytes[end - 1] === RETURN ? end - 1 : end));
      at = end + 1;
    }
    rest = bytes.subarray(Math.max(at, bytes.length - LONGEST));
  };
  return {
    push(chunk) {
      if (listener) feed(chunk);
      else if (early && earlyBytes < LONGEST) {
        early.push(Buffer.from(chunk));
        earlyBytes += chunk.length;
      }
    },
    listen(added) {
      listener = added;
      const missed = early ?? [];
      early = undefined;
      for (const chunk of missed) feed(chunk);
      return () => {
        listener = undefined;
      };
    },
  };
}
