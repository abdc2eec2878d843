import { isatty } from 'node:tty';
import { CommanderError } from 'commander';
import { FailureError } from '../core/failure.ts';
import { resultLine } from '../output/result.ts';
import { createProgram } from './args.ts';
import { createContext, EXIT, exitCodeOf, failureText, type Context, type LoadMcp, type LoadTui } from './context.ts';
import { isGithub } from './is-github.ts';
import { within } from './within.ts';

/** With `--json` these print a line for each thing that happens, and one for how it ended. */
const STREAMING: ReadonlySet<string> = new Set(['up', 'test', 'run', 'start', 'stop', 'restart', 'down']);

const PATIENCE_MS = 500;

/** From the words on the command line to an exit code. The only place that ends the process. */
export async function main(
  argv: readonly string[],
  version: string,
  loadTui: LoadTui,
  loadMcp: LoadMcp,
): Promise<void> {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.stdout.on('error', endUnread);
  process.stderr.on('error', passUnread);
  const context = createContext(version, loadTui, loadMcp);
  let streaming: string | undefined;
  process.exitCode = await run(argv, context, (command) => (streaming = command));
  if (streaming !== undefined && STREAMING.has(streaming))
    context.print(resultLine(streaming, process.exitCode, context.failures));
  // What is still open (a pipe of a child that escaped, say) must not keep the command from ending.
  const written = Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Whoever asked for the end does not wait for a pager that reads nothing. A terminal is to have its modes back.
  const mayBeStuck = process.exitCode === EXIT.interrupted && !process.stdout.isTTY;
  await (mayBeStuck ? within(PATIENCE_MS, written) : written);
  if (!terminals.every((fd) => isatty(fd))) endAsHungUp();
  process.exit();
}

/** A terminal it began on is gone: Node gives it its modes back on exit, and aborts when it does not take them. */
function endAsHungUp(): void {
  // Whoever waits for us is to see the signal, so nothing may handle it any more.
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** 128 and the number of SIGPIPE, as shells tell of programs that nobody reads any more. */
const UNREAD = 141;

/** As in `devstack ps | head -1`. What runs for longer stops first, as it does when it is asked to end. */
function endUnread(error: NodeJS.ErrnoException): void {
  passUnread(error);
  process.stdout.off('error', endUnread).on('error', passUnread);
  if (process.listenerCount('SIGTERM') === 0) process.exit(UNREAD);
  process.kill(process.pid, 'SIGTERM');
}

function passUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
}

/** `tell` is called for a command with `--json`. */
async function run(argv: readonly string[], context: Context, tell: (command: string) => void): Promise<number> {
  try {
    if (process.platform === 'win32') throw new FailureError({ code: 'platform-unsupported', platform: 'Windows' });
    let code: number = EXIT.ok;
    await createProgram(context, (result) => (code = result), tell).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof FailureError) {
      context.failures.push(error.failure);
      context.say(failureText(error.failure));
      if (isGithub(context.env)) (await import('./report.ts')).sayAnnotations(context, error.failure);
      if (context.env['DEVSTACK_DEBUG'] && error.cause)
        context.say(
          error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : JSON.stringify(error.cause),
        );
      return exitCodeOf(error.failure);
    }
    context.say(
      `This is a bug in devstack ${context.version}:\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return EXIT.bug;
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
