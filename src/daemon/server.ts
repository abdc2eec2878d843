import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Engine } from '../core/engine.ts';
import type { Viewing } from '../core/viewing.ts';
import { decodeRequest } from './decode.ts';
import { createFrameReader } from './frames.ts';
import { encode, LONGEST_REQUEST, PROTOCOL, type Request, type Response } from './protocol.ts';

export interface EngineServer {
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/** What is served: an engine, and what viewers of it ask for beside. */
export interface Served {
  readonly engine: Engine;
  readonly viewing: Viewing;
}

/** Answers that wait to be read by one client: past that its requests wait as well. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Serves an engine on an owner-only Unix socket. A client that is slow, rude or dead changes nothing for the others. */
export async function serveEngine(
  served: Served,
  options: { readonly socket: string; readonly instance: string },
): Promise<EngineServer> {
  const sockets = new Map<Socket, Client>();
  const server = createServer((socket) => {
    sockets.set(socket, serveClient(served, options.instance, socket));
    socket.on('close', () => sockets.delete(socket));
  });
  rmSync(options.socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The folder is owner-only, so that nobody gets in between listen and chmod.
    server.listen(options.socket, () => {
      try {
        chmodSync(options.socket, 0o600);
        resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const [socket, client] of sockets) void client.finish().then(() => socket.end());
      const impatient = setTimeout(() => {
        for (const socket of sockets.keys()) socket.destroy();
      }, 1_000);
      await closed;
      clearTimeout(impatient);
      rmSync(options.socket, { force: true });
    },
  };
}

interface Client {
  /** Hands out what is left of what it follows. */
  finish(): Promise<void>;
}

function serveClient({ engine, viewing }: Served, instance: string, socket: Socket): Client {
  const streams = new Map<number, AbortController>();
  const tails = new Map<number, Promise<void>>();
  const read = createFrameReader(LONGEST_REQUEST);
  const write = (frame: Response): void => {
    if (!socket.writable) return;
    socket.write(encode(frame));
    if (socket.writableLength < MOST_UNREAD_BYTES || socket.isPaused()) return;
    socket.pause();
    void drained(socket).then(() => socket.resume());
  };
  socket.on('error', () => undefined); // it is gone; `close` cleans up
  /** It draws there. */
  let device = '';
  socket.on('close', () => {
    if (device !== '') viewing.giveBack(device);
    for (const stream of streams.values()) stream.abort();
  });
  write({ kind: 'hello', protocol: PROTOCOL, instance, pid: process.pid });
  socket.on('data', (chunk: Buffer) => {
    const lines = read(chunk);
    if (!lines) {
      socket.end(encode({ kind: 'bad-request', reason: 'request too long' }));
      socket.pause();
      return;
    }
    for (const line of lines) if (line !== '') answer(line);
  });
  return {
    async finish() {
      // Its viewer is told of the end, and gives its terminal back itself.
      device = '';
      for (const id of tails.keys()) streams.get(id)?.abort();
      await Promise.allSettled(tails.values());
    },
  };

  function answer(line: string): void {
    const request = decodeRequest(line);
    if (request.kind === 'bad-request') write(request);
    // A bug in answering one client must not take the stack down with it.
    else perform(request).catch(() => socket.destroy());
  }

  async function perform(request: Request): Promise<void> {
    const { id } = request;
    switch (request.kind) {
      case 'send':
        return write({ kind: 'outcome', id, outcome: await engine.send(request.command) });
      case 'reload':
        return write({ kind: 'outcome', id, outcome: await viewing.reload() });
      case 'cancel':
        return streams.get(id)?.abort();
      case 'watch':
        return stream(
          id,
          (signal) => engine.watch(signal),
          (event) => ({ kind: 'event', id, event }),
        );
      case 'logs':
        return stream(
          id,
          (signal) => engine.logs(request.query, signal),
          (lines) => ({ kind: 'lines', id, lines }),
        );
      case 'tails':
        return followTails(id);
      case 'outline':
        return write({ kind: 'outline', id, stack: viewing.outline() });
      case 'usage':
        return write({ kind: 'usage', id, usage: [...(await viewing.usage())] });
      case 'journal':
        return write({ kind: 'journal', id, entries: viewing.journal() });
      case 'env':
        return write({ kind: 'env', id, lines: viewing.env(request.name) });
      case 'card':
        return write({ kind: 'card', id, card: viewing.card(request.name) });
      case 'terminal':
        device = request.device;
        return write({ kind: 'taken', id, taken: true });
      case 'write':
        return write({ kind: 'taken', id, taken: viewing.write(request.name, request.text) });
      case 'resize':
        return write({ kind: 'taken', id, taken: viewing.resize(request.name, request.columns, request.rows) });
    }
  }

  /** It ends when it is told to, with what has come until then. */
  async function followTails(id: number): Promise<void> {
    const following = stream(
      id,
      (signal) => viewing.tails(signal),
      (tails) => ({ kind: 'tails', id, tails }),
    );
    tails.set(id, following);
    await following;
    tails.delete(id);
  }

  /** One frame at a time: a client that does not read holds up its own stream only. */
  async function stream<T>(
    id: number,
    open: (signal: AbortSignal) => AsyncIterable<T>,
    frame: (item: T) => Response,
  ): Promise<void> {
    if (streams.has(id)) return write({ kind: 'bad-request', id, reason: `id ${id} is in use` });
    const controller = new AbortController();
    streams.set(id, controller);
    for await (const item of open(controller.signal)) {
      if (!socket.writable) break;
      if (!socket.write(encode(frame(item)))) await drained(socket);
    }
    streams.delete(id);
    write({ kind: 'end', id });
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
