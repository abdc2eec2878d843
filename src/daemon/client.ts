import { connect, type Socket } from 'node:net';
import type { Engine, Outcome } from '../core/engine.ts';
import { FailureError, type Failure } from '../core/failure.ts';
import type { Stack } from '../core/stack.ts';
import type { CardFacts, JournalEntry, LogTail, Usage } from '../core/viewing.ts';
import { decodeResponse } from './decode.ts';
import { createFrameReader } from './frames.ts';
import { encode, PROTOCOL, type Request, type Response } from './protocol.ts';

export interface EngineClient extends Engine {
  readonly instance: string;
  readonly pid: number;
  /**
   * What `Viewing` has, across the socket. Throws `connection-lost` when the other side has ended, and an `Error` where it
   * takes a request for none.
   */
  readonly view: {
    outline(): Promise<Stack>;
    env(name: string): Promise<readonly string[]>;
    card(name: string): Promise<CardFacts>;
    write(name: string, text: string): Promise<boolean>;
    resize(name: string, columns: number, rows: number): Promise<boolean>;
    /** On which this process draws, for whoever gives it back when this process is killed; empty: on none. */
    terminal(device: string): Promise<boolean>;
    usage(): Promise<ReadonlyMap<string, Usage>>;
    journal(): Promise<readonly JournalEntry[]>;
    tails(signal: AbortSignal): AsyncIterable<readonly LogTail[]>;
    reload(): Promise<Outcome>;
  };
  close(): void;
}

/** Connects to a running engine; undefined when nobody answers at that socket. */
export async function connectEngine(socketPath: string): Promise<EngineClient | undefined> {
  const socket = connect(socketPath);
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!opened) return undefined;
  return createClient(socket);
}

type Handler = (response: Response | undefined) => void;

async function createClient(socket: Socket): Promise<EngineClient> {
  const handlers = new Map<number, Handler>();
  const read = createFrameReader(Infinity);
  let nextId = 1;
  let lost = false;
  let greet: Handler = () => undefined;
  const hello = new Promise<Response | undefined>((resolve) => {
    greet = resolve;
  });
  socket.on('error', () => undefined); // `close` follows and says it
  socket.on('close', () => {
    lost = true;
    greet(undefined);
    for (const handler of handlers.values()) handler(undefined);
  });
  socket.on('data', (chunk: Buffer) => {
    for (const line of read(chunk) ?? []) {
      const response = decodeResponse(line);
      if (!response) continue;
      if (response.kind === 'hello') greet(response);
      else if ('id' in response) handlers.get(response.id)?.(response);
    }
  });
  const greeting = await hello;
  if (greeting?.kind !== 'hello') throw new FailureError({ code: 'connection-lost', instance: '' });
  const { instance } = greeting;
  if (greeting.protocol !== PROTOCOL) {
    socket.destroy();
    throw new FailureError({ code: 'protocol-mismatch', ours: PROTOCOL, theirs: greeting.protocol });
  }
  const write = (request: Request): void => void socket.write(encode(request));
  /** Answers that are to come: behind whatever the streams are sent. */
  let asked = 0;
  const gone: Failure = { code: 'connection-lost', instance };

  function ask<T>(request: (id: number) => Request, pick: (response: Response) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const id = nextId++;
      asked += 1;
      socket.resume();
      handlers.set(id, (response) => {
        asked -= 1;
        handlers.delete(id);
        const answer = response && pick(response);
        if (response?.kind === 'bad-request') reject(new Error(`request refused: ${response.reason}`));
        else if (answer === undefined) reject(new FailureError(gone));
        else resolve(answer);
      });
      if (lost) handlers.get(id)?.(undefined);
      else write(request(id));
    });
  }

  async function* stream<T>(
    request: (id: number) => Request,
    pick: (response: Response) => T | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<T, void, undefined> {
    const id = nextId++;
    let queue: (Response | undefined)[] = [];
    let wake: () => void = () => undefined;
    const onAbort = (): void => wake();
    handlers.set(id, (response) => {
      queue.push(response);
      // The server waits while we do not read: nothing piles up here, but until an answer has come.
      if (queue.length > 256 && asked === 0) socket.pause();
      wake();
    });
    signal.addEventListener('abort', onAbort);
    if (lost) queue.push(undefined);
    else write(request(id));
    try {
      while (!signal.aborted) {
        const batch = queue;
        queue = [];
        socket.resume();
        for (const response of batch) {
          if (!response) throw new FailureError(gone);
          if (response.kind === 'end') return;
          if (response.kind === 'bad-request') throw new Error(`request refused: ${response.reason}`);
          const item = pick(response);
          if (item !== undefined) yield item;
          if (signal.aborted) return;
        }
        if (queue.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (queue.length > 0 || signal.aborted) resolve();
        });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      handlers.delete(id);
      socket.resume();
      if (!lost) write({ id, kind: 'cancel' });
    }
  }

  return {
    instance,
    pid: greeting.pid,
    watch: (signal) =>
      stream(
        (id) => ({ id, kind: 'watch' }),
        (response) => (response.kind === 'event' ? response.event : undefined),
        signal,
      ),
    logs: (query, signal) =>
      stream(
        (id) => ({ id, kind: 'logs', query }),
        (response) => (response.kind === 'lines' ? response.lines : undefined),
        signal,
      ),
    send: (command) =>
      ask(
        (id) => ({ id, kind: 'send', command }),
        (response) => (response.kind === 'outcome' ? response.outcome : undefined),
      ).catch((error: unknown): Outcome => {
        if (error instanceof FailureError) return { kind: 'refused', failure: error.failure };
        throw error;
      }),
    view: {
      outline: () =>
        ask(
          (id) => ({ id, kind: 'outline' }),
          (response) => (response.kind === 'outline' ? response.stack : undefined),
        ),
      env: (name) =>
        ask(
          (id) => ({ id, kind: 'env', name }),
          (response) => (response.kind === 'env' ? response.lines : undefined),
        ),
      card: (name) =>
        ask(
          (id) => ({ id, kind: 'card', name }),
          (response) => (response.kind === 'card' ? response.card : undefined),
        ),
      terminal: (device) => ask((id) => ({ id, kind: 'terminal', device }), takenOf),
      async write(name, text) {
        // All at once: what is typed next comes behind the last.
        const slices = slicesOf(text).map((slice) => ask((id) => ({ id, kind: 'write', name, text: slice }), takenOf));
        return (await Promise.all(slices)).every(Boolean);
      },
      resize: (name, columns, rows) => ask((id) => ({ id, kind: 'resize', name, columns, rows }), takenOf),
      usage: () =>
        ask(
          (id) => ({ id, kind: 'usage' }),
          (response) => (response.kind === 'usage' ? new Map(response.usage) : undefined),
        ),
      journal: () =>
        ask(
          (id) => ({ id, kind: 'journal' }),
          (response) => (response.kind === 'journal' ? response.entries : undefined),
        ),
      tails: (signal) =>
        stream(
          (id) => ({ id, kind: 'tails' }),
          (response) => (response.kind === 'tails' ? response.tails : undefined),
          signal,
        ),
      reload: () =>
        ask(
          (id) => ({ id, kind: 'reload' }),
          (response) => (response.kind === 'outcome' ? response.outcome : undefined),
        ),
    },
    close: () => socket.destroy(),
  };
}

/** Of whole characters; the longest JSON of one is six times as long, and fits into a request. */
const slicesOf = (text: string): readonly string[] => text.match(/[^]{1,32768}/gu) ?? [''];

const takenOf = (response: Response): boolean | undefined => (response.kind === 'taken' ? response.taken : undefined);
