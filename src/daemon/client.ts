import { connect, type Socket } from 'node:net';
import type { Engine, Outcome } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import { createFrameReader } from './frames.ts';
import { decodeResponse, encode, PROTOCOL, type Request, type Response } from './protocol.ts';

export interface EngineClient extends Engine {
  readonly instance: string;
  readonly pid: number;
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
      // The server waits while we do not read: nothing piles up here.
      if (queue.length > 256) socket.pause();
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
          if (!response) throw new FailureError({ code: 'connection-lost', instance });
          if (response.kind === 'end') return;
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
      new Promise<Outcome>((resolve) => {
        const id = nextId++;
        const refused: Outcome = { kind: 'refused', failure: { code: 'connection-lost', instance } };
        handlers.set(id, (response) => {
          handlers.delete(id);
          resolve(response?.kind === 'outcome' ? response.outcome : refused);
        });
        if (lost) resolve(refused);
        else write({ id, kind: 'send', command });
      }),
    close: () => socket.destroy(),
  };
}
