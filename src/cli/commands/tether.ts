import { Socket } from 'node:net';
import { rmSync, writeFileSync } from 'node:fs';
import { closureOf } from '../../core/graph.ts';
import { failureOf } from '../../core/lifecycle.ts';
import { FailureError, type Failure } from '../../core/failure.ts';
import { lineOver, type Line } from '../../tether/lines.ts';
import { TETHER_FD, type ToStack } from '../../tether/messages.ts';
import { INSTANCE_VARIABLE, throwAwayName } from '../../project/instance.ts';
import { ensureProjectFolder, type ProjectPaths } from '../../project/paths.ts';
import { assemble, type Assembly } from '../assemble/engine.ts';
import { missingValues } from '../assemble/missing-values.ts';
import { beginInstance } from '../begin.ts';
import { cleanupCommand } from '../cleanup-command.ts';
import { connectLive, findCheckout, loadFor } from '../connect.ts';
import { EXIT, exitCodeOf, failureText, type Context } from '../context.ts';
import { endInstance } from '../end-instance.ts';
import { holdSession } from '../hold-session.ts';
import { reachedIn } from '../reached.ts';
import { startServices, type Services } from '../serve.ts';
import { createServed } from '../served.ts';
import { onSignals } from '../signals.ts';
import { answerAll, endBeside, notUp, tellEvents } from '../tether-answers.ts';
import { troublesOf } from '../troubles.ts';
import { wantedOf, type TetherOptions } from '../tether-wanted.ts';
import { untilUp } from '../wait.ts';
import { borrow } from './tether-borrow.ts';

/** Serves a stack to the process at the other end of a pipe, and ends with it. Not for people. */
export async function tether(context: Context, names: readonly string[], options: TetherOptions): Promise<number> {
  const line = lineOver<ToStack>(new Socket({ fd: TETHER_FD, readable: true, writable: true, allowHalfOpen: true }));
  if (options.throwAway) context.env[INSTANCE_VARIABLE] = throwAwayName();
  try {
    return await serveOrBorrow(context, line, names, options);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    tellFailed(line, [error.failure]);
    return exitCodeOf(error.failure);
  }
}

async function serveOrBorrow(
  context: Context,
  line: Line<ToStack>,
  names: readonly string[],
  options: TetherOptions,
): Promise<number> {
  const checkout = findCheckout(context, options);
  const live = await connectLive(checkout);
  if (live) return borrow(context, live, line, names, options);
  try {
    return await serve(context, line, names, options);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'already-running') throw error;
    // Somebody else began at the same moment, and was first.
    const first = await connectLive(checkout);
    if (!first) throw error;
    return borrow(context, first, line, names, options);
  }
}

function tellFailed(line: Line<ToStack>, failures: readonly Failure[]): void {
  const text = failures.map(failureText).join('\n');
  const exitCode = Math.max(EXIT.failed, ...failures.map(exitCodeOf));
  line.tell({ kind: 'failed', failures, text, troubles: [], exitCode });
}

async function serve(
  context: Context,
  line: Line<ToStack>,
  names: readonly string[],
  options: TetherOptions,
): Promise<number> {
  await beginInstance(context, options);
  const config = await loadFor(context, options);
  const { stack } = config;
  const { wanted, awaited } = wantedOf(stack, names, options);
  const { paths } = findCheckout(context, options);
  ensureProjectFolder(paths);
  if (options.throwAway) writeFileSync(paths.throwAway, '', { mode: 0o600 });
  const notice = (text: string): void => line.tell({ kind: 'notice', level: 'warn', text });
  const { runtime } = options;
  const assembly = await assemble({
    config,
    env: context.env,
    ...(runtime && { runtime }),
    cleanup: cleanupCommand,
    onProblem: notice,
  });
  const { engine, instance, sessionId } = assembly;
  const release = await holdSession(context, assembly, stack.name);
  for (const { message } of config.warnings) notice(message);
  let isEnding = false;
  const quit = (): void => {
    isEnding = true;
    void engine.send({ kind: 'quit' });
  };
  const again = (): void => void (isEnding ? engine.send({ kind: 'kill' }) : quit());
  const offSignals = onSignals({ first: again, second: () => void engine.send({ kind: 'kill' }) });
  const crashes = watchCrashes(assembly);
  // It can be looked at as any other: with attach, say.
  const { live, viewing } = createServed(context, { assembly, config, options, wayBack: () => 'none' });
  let isKept = false;
  const mask = (text: string): string => assembly.hub.masker.text(text);
  // No resource is called so.
  const runId = `${sessionId}.devstack.1`;
  const swept = endBeside(line, runId);
  void answerAll(line, {
    engine,
    stack,
    mask,
    troubles: crashes.troubles,
    keep() {
      if (engine.world().quitting) throw new FailureError({ code: 'connection-lost', instance });
      isKept = true;
      rmSync(paths.throwAway, { force: true });
    },
  }).then(() => isKept || quit());
  const telling = options.events ? tellEvents(line, { engine, mask }) : undefined;
  let code: number = EXIT.ok;
  let services: Services | undefined;
  try {
    const missing = missingValues(stack, closureOf(stack, wanted), assembly.values());
    if (missing.length > 0) {
      tellFailed(line, missing);
      return EXIT.failed;
    }
    for (const failure of await assembly.takenPorts(closureOf(stack, wanted))) notice(failureText(failure));
    if (!isEnding) await engine.send({ kind: 'up', names: wanted, deps: true });
    services = await startServices(context, assembly, { config: live, viewing, watch: false });
    const { name, root } = paths;
    const isThrowAway = options.throwAway === true;
    const cleanup = cleanupCommand({ sessionId, root, name, instance });
    line.tell({ kind: 'serving', instance, ...(name !== undefined && { name }), isThrowAway, root, runId, cleanup });
    const failed = await notUp({ engine, stack, mask }, awaited, untilUp, options.timeout);
    if (failed) {
      line.tell({ kind: 'failed', ...failed, exitCode: EXIT.failed });
      code = EXIT.failed;
      quit();
    } else {
      crashes.forget();
      line.tell({ kind: 'ready', resources: reachedIn(stack, assembly.values(), context.env) });
    }
    await engine.ended;
  } finally {
    quit();
    await engine.ended;
    await services?.close();
    await assembly.close();
    release();
    offSignals();
    if (options.throwAway && !isKept) await remove(context, instance, paths);
    await telling;
    await line.told({ kind: 'gone' });
    await swept;
  }
  return code;
}

/** What fails from now on, also what has been started again since. */
function watchCrashes({ engine, hub }: Assembly) {
  const failed = new Map<string, Failure>();
  void (async () => {
    for await (const event of engine.watch(new AbortController().signal)) {
      if (event.kind !== 'status') continue;
      const failure = failureOf(event.status);
      if (failure && !engine.world().quitting) failed.set(event.status.name, failure);
    }
  })();
  return {
    forget: () => failed.clear(),
    troubles() {
      const { statuses } = engine.snapshot();
      const { stack } = engine.world();
      const source = { engine, statuses, stack, mask: (text: string) => hub.masker.text(text) };
      return troublesOf(
        source,
        [...failed].map(([name, failure]) => ({ name, failure })),
      );
    },
  };
}

async function remove(context: Context, instance: string, paths: ProjectPaths): Promise<void> {
  try {
    await endInstance(context, { instance, paths }, { volumes: true }, () => undefined);
  } catch (error) {
    // The engine that has its volumes went away; `ls` shows it, and `down` removes it.
    if (!(error instanceof FailureError)) throw error;
  }
}
