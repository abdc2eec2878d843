import type Docker from 'dockerode';
import { createDemux, sinceOf } from './demux.ts';

const RETRY_MS = 200;
/** How long after the end of a run its stream may take to end too. */
const LAST_BYTES_MS = 2000;

/** The time of the last message so far; what a later run prints comes after it. Empty when there is none. */
export async function lastMessageTime(container: Docker.Container): Promise<string> {
  let last = '';
  const demux = createDemux(({ time }) => (last = time > last ? time : last));
  demux(await container.logs({ follow: false, stdout: true, stderr: true, timestamps: true, tail: 1 }));
  return last;
}

/**
 * Everything printed after the message at `since` arrives at `output` once, in order, also when the connection drops
 * in between: the engine is asked again from the last message on. Resolves after the last byte of the run that `over`
 * tells the end of.
 */
export async function followLogs(
  container: Docker.Container,
  options: { readonly since: string; readonly over: AbortSignal; readonly output: (chunk: Uint8Array) => void },
): Promise<void> {
  const { over, output } = options;
  let last = options.since;
  let hasTimes = true;
  const query = () => ({
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(last !== '' && { since: sinceOf(last) }),
  });
  const createReader = () => {
    // The engine takes `since` as inclusive, so what is there already is left out by its time.
    const after = last;
    return createDemux(({ time, bytes }) => {
      hasTimes = time !== '';
      if (hasTimes && time <= after) return;
      if (hasTimes) last = time;
      output(bytes);
    });
  };
  while (!over.aborted) {
    try {
      const read = createReader();
      await readStream(await container.logs({ ...query(), follow: true }), read, over);
    } catch {
      // The engine is away for a moment, or the container is gone: the owner of the run finds out which.
    }
    await untilOver(over, RETRY_MS);
  }
  try {
    // A stream may end a little early; what it left out is fetched, which without times would repeat everything.
    const read = createReader();
    if (hasTimes) read(await container.logs({ ...query(), follow: false }));
  } catch {
    // The container was removed by hand, and its log with it.
  }
}

/** Reads without pause: whoever consumes the output must never hold up the container. */
function readStream(stream: NodeJS.ReadableStream, read: (chunk: Buffer) => void, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      over.removeEventListener('abort', giveUp);
      clearTimeout(patience);
      resolve();
    };
    let patience: NodeJS.Timeout | undefined;
    const giveUp = () => {
      patience = setTimeout(
        () => 'destroy' in stream && typeof stream.destroy === 'function' && stream.destroy(),
        LAST_BYTES_MS,
      );
    };
    stream.on('data', read);
    stream.once('end', finish);
    stream.once('close', finish);
    stream.once('error', finish);
    if (over.aborted) giveUp();
    else over.addEventListener('abort', giveUp, { once: true });
  });
}

function untilOver(over: AbortSignal, ms: number): Promise<void> {
  if (over.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    over.addEventListener('abort', finish, { once: true });
  });
}
