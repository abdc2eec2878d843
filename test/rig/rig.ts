import { mkdtempSync, realpathSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One process under supervision, as the test sees it. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  /** Tells it to do something and waits until it says it did; `exit` and `throw` are not waited for. */
  do(action: string, options?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  tell(action: string, options?: Readonly<Record<string, unknown>>): void;
  /** Resolves when its connection is gone. */
  readonly gone: Promise<void>;
}

export interface Rig extends AsyncDisposable {
  /** A temporary folder, removed at the end. */
  readonly folder: string;
  readonly env: { readonly RIG: string };
  /** Shell command of a steered child. */
  command(name: string): string;
  /** The next process of that name that reports in. */
  next(name: string): Promise<Child>;
  write(file: string, text: string): string;
}

const script = fileURLToPath(new URL('child.mjs', import.meta.url));

export async function createRig(): Promise<Rig> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-rig-')));
  const socketPath = path.join(folder, 'rig.sock');
  const arrived = new Map<string, Child[]>();
  const waiting = new Map<string, ((child: Child) => void)[]>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    receive(socket, (child) => {
      const waiter = waiting.get(child.name)?.shift();
      if (waiter) waiter(child);
      else arrived.set(child.name, [...(arrived.get(child.name) ?? []), child]);
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    folder,
    env: { RIG: socketPath },
    command: (name) => `${process.execPath} ${script} ${name}`,
    next(name) {
      const child = arrived.get(name)?.shift();
      if (child) return Promise.resolve(child);
      return new Promise((resolve) => waiting.set(name, [...(waiting.get(name) ?? []), resolve]));
    },
    write(file, text) {
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
      return target;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function receive(socket: Socket, onChild: (child: Child) => void): void {
  const answers: ((message: Readonly<Record<string, unknown>>) => void)[] = [];
  let rest = '';
  let known = false;
  const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const tell: Child['tell'] = (action, options = {}) =>
    void socket.write(`${JSON.stringify({ do: action, ...options })}\n`);
  socket.on('error', () => undefined);
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      if (known) answers.shift()?.(message);
      else {
        known = true;
        onChild({
          name: message.name,
          pid: message.pid,
          env: message.env,
          gone,
          tell,
          do: (action, options) =>
            new Promise((resolve) => {
              answers.push(resolve);
              tell(action, options);
            }),
        });
      }
    }
  });
}
