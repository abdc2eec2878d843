import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Trouble } from '../core/trouble.ts';
import { lineOver } from './lines.ts';
import type { FromStack, NotUp, Reached, ToStack } from './messages.ts';

export interface TetherOptions {
  /** The words that start devstack, up to its command. */
  readonly devstack: readonly string[];
  /** Options and names of the command. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onNotice: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** What `--events` has it tell, an object of JSON each. */
  readonly onEvent?: (json: string) => void;
}

type Serving = Extract<FromStack, { kind: 'serving' }>;

/** A stack in a process of its own that ends with whoever holds this, however that ends. */
export interface Tether extends Serving {
  readonly resources: { readonly [name: string]: Reached };
  /** What failed since it was ready. */
  troubles(): Promise<readonly Trouble[]>;
  /** Its output so far. */
  logs(name: string): Promise<readonly string[]>;
  /** Undefined when it is ready again. */
  restart(name: string, timeoutMs: number): Promise<NotUp | undefined>;
  /** Lets go, and it runs on; false when it has stopped. */
  keep(): Promise<boolean>;
  /** Stops it, and waits until nothing is left. */
  close(): Promise<void>;
}

export type Held =
  | { readonly kind: 'ready'; readonly tether: Tether }
  | (NotUp & { readonly kind: 'failed'; readonly exitCode: number });

export interface Hold {
  /** Ready, or why not; nothing is left of it then. */
  readonly held: Promise<Held>;
  /** Stops it at any moment; called again it ends it at once. */
  stop(): void;
}

/** Starts a stack; everything about it comes over one pipe, whose end ends it. */
export function holdStack({ devstack, args, cwd, env, onNotice, onEvent }: TetherOptions): Hold {
  const [file = '', ...words] = devstack;
  // A group of its own: Ctrl-C is for whoever holds it, who tells it.
  const child = spawn(file, [...words, '__tether', ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const socket = socketOf(child);
  const said = collect(child);
  const line = lineOver<FromStack>(socket);
  const exited = endOf(child);
  const answers = new Map<number, (message: FromStack | undefined) => void>();
  let nextId = 1;
  let stopped = false;
  let isReady = false;
  let isGone = false;
  let isOver = false;
  let isKept = false;

  /** Undefined when it has ended. */
  const ask = (messageOf: (id: number) => ToStack): Promise<FromStack | undefined> => {
    if (isOver) return Promise.resolve(undefined);
    const id = nextId++;
    socket.ref();
    return new Promise((resolve) => {
      answers.set(id, (message) => {
        answers.delete(id);
        if (answers.size === 0) socket.unref();
        resolve(message);
      });
      line.tell(messageOf(id));
    });
  };
  const letGo = (): void => {
    child.unref();
    socket.unref();
    if (child.stderr instanceof Socket) child.stderr.unref();
  };
  const stop = (): void => {
    if (stopped) child.kill('SIGTERM');
    else socket.end();
    stopped = true;
  };
  const endOnce = async (serving: Serving | undefined): Promise<void> => {
    if (isKept) return;
    child.ref();
    socket.ref();
    if (!stopped) stop();
    await exited;
    // It was killed: its guardian ends what ran, and this too, for it may have been killed as well.
    if (!isGone && serving?.cleanup) await clear(serving.cleanup, env);
  };
  let ending: Promise<void> | undefined;
  const end = (serving: Serving | undefined): Promise<void> => (ending ??= endOnce(serving));
  const over = (): void => {
    isOver = true;
    for (const answer of answers.values()) answer(undefined);
  };

  function tetherOf(serving: Serving, resources: Tether['resources']): Tether {
    letGo();
    return {
      ...serving,
      resources,
      async troubles() {
        const answer = await ask((id) => ({ kind: 'troubles', id }));
        return answer?.kind === 'troubles' ? answer.troubles : [];
      },
      async logs(name) {
        const answer = await ask((id) => ({ kind: 'logs', id, name }));
        return answer?.kind === 'logs' ? answer.lines : [];
      },
      async restart(name, timeoutMs) {
        const answer = await ask((id) => ({ kind: 'restart', id, name, timeoutMs }));
        const isAnswered = answer?.kind === 'restarted' || answer?.kind === 'unanswered';
        return isAnswered ? answer.failed : hasStopped(serving);
      },
      async keep() {
        isKept = (await ask((id) => ({ kind: 'keep', id })))?.kind === 'kept';
        if (!isKept) return false;
        socket.destroy();
        child.stderr?.destroy();
        return true;
      },
      close: () => end(serving),
    };
  }

  const held = new Promise<Held>((resolve) => {
    void (async () => {
      let serving: Serving | undefined;
      let failed: Held | undefined;
      for await (const message of line.messages) {
        switch (message.kind) {
          case 'serving':
            serving = message;
            break;
          case 'notice':
            onNotice(message.level, message.text);
            break;
          case 'event':
            onEvent?.(message.json);
            break;
          case 'ready':
            isReady = true;
            if (serving) resolve({ kind: 'ready', tether: tetherOf(serving, message.resources) });
            break;
          case 'failed':
            failed = message;
            break;
          case 'troubles':
          case 'kept':
          case 'logs':
          case 'restarted':
          case 'unanswered':
            answers.get(message.id)?.(message);
            break;
          case 'gone':
            isGone = true;
            over();
            // A command beside it has time until it is closed.
            if (!isReady) void end(serving);
            break;
        }
      }
      over();
      await end(serving);
      const text = said().trim() || 'devstack ended without a word';
      resolve(failed ?? { kind: 'failed', failures: [], text, troubles: [], exitCode: 1 });
    })();
  });
  return { held, stop };
}

function hasStopped({ instance }: Serving): NotUp {
  return { failures: [{ code: 'connection-lost', instance }], text: `${instance} has stopped.`, troubles: [] };
}

async function clear([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await endOf(spawn(file, args, { env, stdio: 'ignore' }));
}

/** Also of one that could not be started. */
function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => void child.once('error', () => resolve()).once('close', () => resolve()));
}

function socketOf(child: ChildProcess): Socket {
  const pipe = child.stdio[3];
  if (pipe instanceof Socket) return pipe;
  throw new Error('a pipe of a child is a socket');
}

/** What it said beside the tether: of a start that failed before it could speak, and of bugs. */
function collect(child: ChildProcess): () => string {
  const MOST = 64 * 1024;
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-MOST)));
  return () => text;
}
