import { FailureError } from '../../core/failure.ts';
import { closureOf } from '../../core/graph.ts';
import { resourceOf, roleOf, type RuntimeChoice } from '../../core/stack.ts';
import { serveEngine } from '../../daemon/server.ts';
import { printable } from '../../output/controls.ts';
import { createLabels } from '../../output/labels.ts';
import { annotate } from '../annotate.ts';
import { assemble } from '../assemble/engine.ts';
import { missingValues } from '../assemble/missing-values.ts';
import { beginInstance } from '../begin.ts';
import { cleanupCommand } from '../cleanup-command.ts';
import { connectLive, findCheckout, loadFor, loadIfFine, resolveAsked, type Connected } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { holdSession } from '../hold-session.ts';
import { localStack } from '../running-stack.ts';
import { createServed } from '../served.ts';
import { onSignals } from '../signals.ts';
import { createView } from '../view.ts';
import { untilUp } from '../wait.ts';
import { untilNewRun, waitUntil } from './control.ts';

export interface RunOptions extends CommonOptions {
  readonly runtime?: RuntimeChoice;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** The longest a timer can be set to, 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Runs a task once: in the running stack, or with just what it needs, which is stopped again afterwards. */
export async function run(context: Context, given: string, options: RunOptions): Promise<number> {
  const connected = await connectLive(findCheckout(context, options));
  if (!connected) return runAlone(context, given, options);
  try {
    return await runInside(context, connected, given, options);
  } finally {
    connected.client.close();
  }
}

/** In a running stack: the lines of this run are printed as they come. */
async function runInside(context: Context, connected: Connected, given: string, options: RunOptions): Promise<number> {
  const { client, snapshot } = connected;
  const names = snapshot.statuses.map(({ name }) => name);
  const [name = given, ...more] = await resolveAsked('run', [given], names, () => loadIfFine(context, options));
  const before = snapshot.statuses.find((status) => status.name === name);
  refuseOther(given, more.length > 0 || name !== given ? 'group' : (before?.role ?? 'task'));
  const { prefixOf } = createLabels(names, name.length, context.style);
  const since = Date.now();
  let printed = -1;
  const print = async (follow: boolean, signal: AbortSignal): Promise<void> => {
    for await (const batch of client.logs({ resources: [name], follow, since }, signal)) {
      for (const line of batch) {
        const { text, offset } = line;
        if (offset <= printed) continue;
        printed = offset;
        if (options.json) {
          context.print(JSON.stringify({ kind: 'line', ...line }));
          continue;
        }
        context.print(`${prefixOf(name)}${printable(text, context.style.enabled)}`);
      }
    }
  };
  const abort = new AbortController();
  const printing = print(true, abort.signal).catch(() => undefined); // the stack went away; waiting says so
  const outcome = await client.send({ kind: 'run', name });
  if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
  let interrupted = false;
  let stopped: Promise<unknown> | undefined;
  const stop = (): void => {
    stopped = client.send({ kind: 'stop', names: [name] });
  };
  const offSignals = onSignals({
    first() {
      interrupted = true;
      stop();
    },
    second: () => process.exit(EXIT.interrupted),
  });
  const judge = untilNewRun(new Map([[name, before?.run ?? 0]]));
  const quiet = { ...context, say: (text: string) => interrupted || context.say(text) };
  const code = await waitUntil(quiet, client, [name], judge, options.timeout ?? LONGEST_MS, stop);
  offSignals();
  await stopped;
  abort.abort();
  await printing;
  // Lines that came with the end may not have been followed any more.
  await print(false, new AbortController().signal).catch(() => undefined);
  return interrupted ? EXIT.interrupted : code;
}

async function runAlone(context: Context, given: string, options: RunOptions): Promise<number> {
  await beginInstance(context, options);
  const config = await loadFor(context, options);
  const { stack } = config;
  const resources = stack.resources.map((resource) => resource.name);
  const [name = given] = await resolveAsked('run', [given], resources, () => Promise.resolve(config));
  refuseOther(given, resources.includes(given) ? roleOf(resourceOf(stack, name)) : 'group');
  const assembly = await assemble({
    config,
    env: context.env,
    ...(options.runtime && { runtime: options.runtime }),
    cleanup: cleanupCommand,
    onProblem: context.say,
  });
  const { engine } = assembly;
  const release = await holdSession(context, assembly, stack.name);
  const quit = (): void => void engine.send({ kind: 'quit' });
  const wayBack = (): 'none' => 'none';
  const { journal, viewing } = createServed(context, { assembly, config, options, wayBack });
  const view = createView(context, localStack(assembly, viewing, journal), {
    how: options.json ? 'json' : 'plain',
    names: resources,
    onReaderGone: quit,
    wayBack,
    onLeave: () => undefined,
  });
  let interrupted = false;
  const offSignals = onSignals({
    first() {
      interrupted = true;
      quit();
    },
    second: () => void engine.send({ kind: 'kill' }),
  });
  const server = await serveEngine({ engine, viewing }, { socket: assembly.socket, instance: assembly.instance });
  let code: number = EXIT.failed;
  try {
    const missing = missingValues(stack, closureOf(stack, [name]), assembly.values());
    context.failures.push(...missing);
    for (const failure of missing) context.say(failureText(failure));
    if (missing.length === 0) {
      await engine.send({ kind: 'run', name });
      // What goes wrong is in the stream already.
      const quiet = { ...context, say: () => undefined };
      code = await waitUntil(quiet, engine, [name], untilUp, options.timeout ?? LONGEST_MS, (failure) =>
        context.say(failureText(failure)),
      );
      if (code !== EXIT.ok && !interrupted) await annotate(context, assembly, closureOf(stack, [name]));
    }
    quit();
    await engine.ended;
  } finally {
    offSignals();
    await view.close();
    await server.close();
    await assembly.close();
    release();
  }
  return interrupted ? EXIT.interrupted : code;
}

/** Only a task can be run. */
export function refuseOther(name: string, kind: string): void {
  if (kind === 'task') return;
  const reason = kind === 'group' ? 'name one task' : `devstack start ${name} starts it`;
  throw new FailureError({ code: 'wrong-kind', command: 'run', name, kind, reason });
}
