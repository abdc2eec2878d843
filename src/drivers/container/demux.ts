/** One message of a container: the engine adds its time to each. */
export interface LogMessage {
  /** RFC 3339 with nine digits, so texts compare as times do; empty where the engine gave none. */
  readonly time: string;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 8;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;
const TIME_BYTES = 31;

/**
 * Takes the engine's log stream apart: frames of an 8 byte header (stream, length) and one message each. Chunks may
 * end anywhere. Only the part of a frame that is still incomplete is copied.
 */
export function createDemux(onMessage: (message: LogMessage) => void): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let wantedBytes = HEADER_BYTES;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < wantedBytes) return;
    let rest = pending.length === 1 ? chunk : Buffer.concat(pending);
    for (;;) {
      wantedBytes = HEADER_BYTES;
      if (rest.length < wantedBytes) break;
      wantedBytes += rest.readUInt32BE(4);
      if (rest.length < wantedBytes) break;
      onMessage(splitTime(rest.subarray(HEADER_BYTES, wantedBytes)));
      rest = rest.subarray(wantedBytes);
    }
    pending = rest.length === 0 ? [] : [rest];
    pendingBytes = rest.length;
  };
}

function splitTime(frame: Buffer): LogMessage {
  const start = frame.toString('latin1', 0, TIME_BYTES);
  if (!TIME.test(start)) return { time: '', bytes: frame };
  return { time: start.trimEnd(), bytes: frame.subarray(TIME_BYTES) };
}

/** Seconds and nanoseconds, as the engine wants its `since`. */
export function sinceOf(time: string): string {
  const seconds = Math.floor(Date.parse(`${time.slice(0, 19)}Z`) / 1000);
  return `${seconds}.${time.slice(20, 29)}`;
}
