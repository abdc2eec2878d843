import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Engine } from '../core/engine.ts';
import { createFrameReader } from './frames.ts';
import { decodeRequest, encode, LONGEST_REQUEST, PROTOCOL, type Request, type Response } from './protocol.ts';

export interface EngineServer {
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/** Serves an engine on an owner-only Unix socket. A client that is slow, rude or dead changes nothing for the others. */
export async function serveEngine(
  engine: Engine,
  options: { readonly socket: string; readonly instance: string },
): Promise<EngineServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveClient(engine, options.instance, socket);
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
      for (const socket of sockets) socket.end();
      const impatient = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 1_000);
      await closed;
      clearTimeout(impatient);
      rmSync(options.socket, { force: true });
    },
  };
}

function serveClient(engine: Engine, instance: string, socket: Socket): void {
  const streams = new Map<number, AbortController>();
  const read = createFrameReader(LONGEST_REQUEST);
  const write = (frame: Response): void => {
    if (socket.writable) socket.write(encode(frame));
  };
  socket.on('error', () => undefined); // it is gone; `close` cleans up
  socket.on('close', () => {
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

  function answer(line: string): void {
    const request = decodeRequest(line);
    if (typeof request === 'string') write({ kind: 'bad-request', reason: request });
    // A bug in answering one client must not take the stack down with it.
    else perform(request).catch(() => socket.destroy());
  }

  async function perform(request: Request): Promise<void> {
    const { id } = request;
    switch (request.kind) {
      case 'send':
        return write({ kind: 'outcome', id, outcome: await engine.send(request.command) });
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
    }
  }

  /** One frame at a time: a client that does not read holds up its own stream only. */
  async function stream<T>(
    id: number,
    open: (signal: AbortSignal) => AsyncIterable<T>,
    frame: (item: T) => Response,
  ): Promise<void> {
    if (streams.has(id)) return write({ kind: 'bad-request', reason: `id ${id} is in use` });
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
