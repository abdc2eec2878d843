import path from 'node:path';
import { closureOf } from '../../core/graph.ts';
import { isActive } from '../../core/lifecycle.ts';
import type { RuntimeChoice } from '../../core/stack.ts';
import type { Use } from '../../core/use.ts';
import type { WayBack } from '../../output/plain.ts';
import { tidyUpLater } from '../../system/tidy.ts';
import { assemble, type Assembly } from '../assemble/engine.ts';
import { missingValues } from '../assemble/missing-values.ts';
import { beginInstance } from '../begin.ts';
import { cleanupCommand } from '../cleanup-command.ts';
import { connectLive, findCheckout, loadFor } from '../connect.ts';
import { createDetaching, type HangupPolicy } from '../detaching.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { holdSession } from '../hold-session.ts';
import { isAwaited } from '../leaving.ts';
import { noteTerminal } from '../left-terminal.ts';
import { resolveNames } from '../names.ts';
import { annotate } from '../annotate.ts';
import { isOver } from '../over.ts';
import { localStack } from '../running-stack.ts';
import { createServed } from '../served.ts';
import { onSignals } from '../signals.ts';
import { untilUp, waitFor } from '../wait.ts';
import { createView, viewOf } from '../view.ts';

export interface UpOptions extends CommonOptions {
  readonly deps: boolean;
  readonly watch: boolean;
  readonly detach?: boolean;
  readonly wait?: boolean;
  readonly timeout: number;
  readonly runtime?: RuntimeChoice;
  readonly use?: readonly Use[];
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly keep?: boolean;
}

/** Starts the stack and stays until it is stopped. */
export async function up(context: Context, names: readonly string[], options: UpOptions): Promise<number> {
  if (options.detach) return (await import('./up-detached.ts')).upDetached(context, names, options);
  const running = await connectLive(findCheckout(context, options));
  if (running) return (await import('./up-running.ts')).upRunning(context, running, names, options);
  await beginInstance(context, options);
  const config = await loadFor(context, options);
  const { stack } = config;
  const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
  const wanted = names.length > 0 ? resolveNames(known, 'up', names) : stack.default;
  const all = options.deps ? closureOf(stack, wanted) : wanted;

  const problems: string[] = [];
  let report = (text: string): void => void problems.push(text);
  const assembly = await assemble({
    config,
    env: context.env,
    ...(options.runtime && { runtime: options.runtime }),
    cleanup: cleanupCommand,
    onProblem: (text) => report(text),
  });
  const { engine } = assembly;
  const release = await holdSession(context, assembly, stack.name);
  const isWatched = (name: string): boolean => {
    const resource = engine.world().instances.get(name)?.resource;
    return options.watch && resource?.kind === 'process' && resource.watch !== undefined;
  };
  // With --wait a failure on the way up ends everything.
  let isLasting = options.wait !== true;
  const wayBack = (name: string): WayBack => {
    const { statuses, quitting } = engine.snapshot();
    if (!isLasting || quitting || isOver(statuses, isWatched)) return 'none';
    return isWatched(name) ? 'save or start' : 'start';
  };
  const quit = (): void => void engine.send({ kind: 'quit' });
  const policy: HangupPolicy = options.keep ? 'keep' : (stack.onHangup ?? 'stop');
  const detaching = createDetaching(context, { assembly, policy, view: () => view, onDeserted: quit });
  const { live, journal, viewing } = createServed(context, { assembly, config, options, wayBack });
  const view = createView(context, localStack(assembly, viewing, journal), {
    how: viewOf(context, options),
    names: known.resources,
    // A terminal that is gone says so this way too.
    onReaderGone: () => (process.stdout.isTTY && detaching.hungUp()) || quit(),
    wayBack,
    onLeave: detaching.leave,
    noteTerminal: () => noteTerminal(path.join(path.dirname(assembly.socket), assembly.sessionId)),
  });
  report = (text) => engine.notify('warn', text);
  for (const problem of [...problems, ...config.warnings.map(({ message }) => message)]) report(problem);

  let interrupted = false;
  let failed = false;
  /** Everything has stopped. */
  let isClosing = false;
  const offSignals = onSignals(
    {
      takes: (signal) => signal === 'SIGHUP' && detaching.hungUp(),
      first(signal) {
        if (isClosing) return;
        interrupted = true;
        engine.notify('info', `${signal}: stopping everything; once more ends it at once`);
        quit();
      },
      second() {
        // What is left is quick; whoever insists does not wait for it.
        if (isClosing) offSignals();
        else void engine.send({ kind: 'kill' });
      },
    },
    () => isAwaited(context.starter),
  );
  try {
    const missing = missingValues(stack, all, assembly.values());
    if (missing.length > 0) {
      context.failures.push(...missing);
      for (const failure of missing) context.say(failureText(failure));
      return EXIT.failed;
    }
    // Said before anything starts: what has the port may be ended until it is its turn.
    for (const failure of await assembly.takenPorts(all)) engine.notify('warn', failureText(failure));
    await engine.send({ kind: 'up', names: wanted, deps: options.deps });
    const services = await (
      await import('../serve.ts')
    ).startServices(context, assembly, {
      config: live,
      viewing,
      watch: options.watch,
    });
    assembly.usage.begin();
    tidyUpLater();
    if (options.wait) {
      isLasting = await isReadyInTime(context, assembly, all, options.timeout);
      failed = !isLasting;
    }
    await view.begin?.();
    if (!view.staysOpen) void quitWhenOver(assembly, isWatched);
    await engine.ended;
    await services.close();
  } finally {
    // Whatever went wrong: nothing outlives this process.
    await engine.send({ kind: 'quit' });
    await engine.ended;
    isClosing = true;
    detaching.close();
    if (!detaching.isDetached()) await view.close();
    const broken = engine
      .snapshot()
      .statuses.flatMap(({ lifecycle }) => (lifecycle.kind === 'failed' ? lifecycle.failure : []));
    context.failures.push(...broken);
    // It came up, and broke afterwards.
    if (options.wait && isLasting && broken.length > 0 && !interrupted) await annotate(context, assembly, all);
    // Who looks at it knows, and has asked for the end.
    failed ||= broken.length > 0 && !interrupted && !view.staysOpen;
    await assembly.close();
    release();
    offSignals();
  }
  return interrupted ? EXIT.interrupted : failed ? EXIT.failed : EXIT.ok;
}

async function isReadyInTime(
  context: Context,
  assembly: Assembly,
  names: readonly string[],
  timeoutMs: number,
): Promise<boolean> {
  const { engine } = assembly;
  const result = await waitFor(engine, names, untilUp, timeoutMs);
  switch (result.kind) {
    case 'ready':
      return true;
    case 'timeout':
      context.failures.push(result.failure);
      context.say(failureText(result.failure));
      break;
    case 'failed':
    case 'ended':
      break;
  }
  await annotate(context, assembly, names);
  await engine.send({ kind: 'quit' });
  return false;
}

async function quitWhenOver({ engine }: Assembly, isWatched: (name: string) => boolean): Promise<void> {
  const abort = new AbortController();
  for await (const event of engine.watch(abort.signal)) {
    if (event.kind !== 'status' && event.kind !== 'snapshot') continue;
    // While this one is up nothing is over; a snapshot for each of hundreds that start would be dear.
    if (event.kind === 'status' && isActive(event.status.lifecycle)) continue;
    if (!isOver(engine.snapshot().statuses, isWatched)) continue;
    abort.abort();
    await engine.send({ kind: 'quit' });
  }
}
