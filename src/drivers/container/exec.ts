import { Writable } from 'node:stream';
import type { Readable } from 'node:stream';
import { FailureError } from '../../core/failure.ts';
import { failureOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { containerName } from './spec.ts';

export interface ExecOptions {
  /** With a terminal both streams arrive at `stdout`. */
  readonly tty: boolean;
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Size of the terminal, now and whenever `onResize` calls back; its result ends that. */
  readonly size?: () => { readonly columns: number; readonly rows: number };
  readonly onResize?: (changed: () => void) => () => void;
}

const RESIZE_TRIES = 10;
const RESIZE_AGAIN_MS = 20;

/** A container of ours; by its id, where that is known, it is found under any name. */
export interface Place {
  readonly instance: string;
  readonly resource: string;
  readonly containerId?: string;
}

/** Runs a command in the running container of a resource and gives its exit code. */
export async function execInContainer(
  engine: ReachedEngine,
  at: Place,
  argv: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const { docker } = engine;
  const { tty, stdin, stdout, stderr, size } = options;
  try {
    const exec = await docker.getContainer(at.containerId ?? containerName(at.instance, at.resource)).exec({
      Cmd: [...argv],
      Tty: tty,
      AttachStdin: stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      ...(options.env && { Env: Object.entries(options.env).map(([name, value]) => `${name}=${value}`) }),
      ...(options.cwd !== undefined && { WorkingDir: options.cwd }),
    });
    const stream = await exec.start({ hijack: true, stdin: stdin !== undefined, Tty: tty });
    const resize = async (tries = RESIZE_TRIES): Promise<void> => {
      const now = size?.();
      if (!tty || !now || tries === 0) return;
      try {
        await exec.resize({ w: now.columns, h: now.rows });
      } catch {
        // Just begun it may have no terminal yet; when it has ended a size is of no interest to it.
        await new Promise((resolve) => setTimeout(resolve, RESIZE_AGAIN_MS));
        await resize(tries - 1);
      }
    };
    // Before anybody sees or types anything: a program asks for the size when it is asked to draw.
    await resize();
    const stopResizing = options.onResize?.(() => void resize());
    if (tty) stream.pipe(stdout, { end: false });
    else {
      docker.modem.demuxStream(stream, stdout, stderr);
      // It hands on all it gets: what nobody reads yet would fill the memory.
      stream.on('data', () => stdout.writableNeedDrain && stream.pause());
      stdout.on('drain', () => stream.resume());
    }
    stdin?.pipe(stream);
    await new Promise<void>((resolve, reject) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', reject);
    });
    stopResizing?.();
    stdin?.unpipe(stream);
    stdin?.pause();
    const { ExitCode } = await exec.inspect();
    return ExitCode ?? 0;
  } catch (error) {
    throw new FailureError(failureOf(error, { resource: at.resource, doing: `running ${argv[0] ?? ''}` }), error);
  }
}

const KEPT_CHARACTERS = 2000;

/** Runs a command there that nobody watches, without input; what it printed is cut to its last 2,000 characters. */
export async function askInContainer(
  engine: ReachedEngine,
  at: Place,
  argv: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const keep = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said = (said + chunk.toString()).slice(-KEPT_CHARACTERS);
        done();
      },
    });
  const code = await execInContainer(engine, at, argv, { tty: false, env, stdout: keep(), stderr: keep() });
  return { code, said: said.trim() };
}
