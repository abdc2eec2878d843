import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export type Env = Readonly<Record<string, string | undefined>>;

export interface ProgramRun {
  readonly env: Env;
  /** What it reads; nothing by default. */
  readonly input?: string | NodeJS.ReadableStream;
  /** Where its output goes, instead of into what it ended with. */
  readonly output?: NodeJS.WritableStream;
  /** Ends it. */
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** Each line it writes for people. */
  readonly onTalk?: (line: string) => void;
}

/** How a program ended, and all it wrote. */
export type Ran =
  | { readonly kind: 'ended'; readonly code: number; readonly output: string; readonly talk: string }
  | { readonly kind: 'missing' };

/** Runs a program to its end. Ended from outside it has the code of a shell. */
export function runProgram(file: string, args: readonly string[], run: ProgramRun): Promise<Ran> {
  const { input, output: sink, signal, cwd, env, onTalk } = run;
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ kind: 'ended', code: 130, output: '', talk: '' });
    const child = spawn(file, args, { env: { ...env }, stdio: 'pipe', ...(cwd !== undefined && { cwd }) });
    const output: Buffer[] = [];
    const talk: Buffer[] = [];
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    if (sink) child.stdout.pipe(sink, { end: false });
    else child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => talk.push(chunk));
    if (onTalk) eachLine(child.stderr, onTalk);
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    if (typeof input === 'object') input.pipe(child.stdin);
    else child.stdin.end(input);
    const end = (result: Ran): void => {
      signal?.removeEventListener('abort', stop);
      resolve(result);
    };
    child.once('error', () => end({ kind: 'missing' }));
    child.once('close', (code) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      end({ kind: 'ended', code: code ?? 130, output: text(output), talk: text(talk) });
    });
  });
}

/** A program that goes on writing lines until it is stopped. */
export function followProgram(
  file: string,
  args: readonly string[],
  { env, onLine, onEnd }: { readonly env: Env; onLine(line: string): void; onEnd(): void },
): { stop(): Promise<void> } {
  const child = spawn(file, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
  eachLine(child.stdout, onLine);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  void ended.then(onEnd);
  return { stop: () => stopped(child, ended) };
}

function stopped(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  return ended;
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  const decoder = new TextDecoder();
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
