import { loadConfig } from '../../config/load.ts';
import type { Engine } from '../../core/engine.ts';
import { FailureError } from '../../core/failure.ts';
import { closureOf } from '../../core/graph.ts';
import { resourceOf, type RuntimeChoice, type Stack } from '../../core/stack.ts';
import { loadSpawner } from '../../drivers/process/run.ts';
import { createNarrator } from '../../output/plain.ts';
import { assemble, missingValues } from '../assemble/engine.ts';
import { cleanupCommand } from '../cleanup-command.ts';
import { connect, findCheckout } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { holdSession } from '../hold-session.ts';
import { resolveNames } from '../names.ts';
import { serveEngine } from '../../daemon/server.ts';
import { onSignals } from '../signals.ts';
import { createView } from '../view.ts';
import { snapshotOf, untilUp, type Judge } from '../wait.ts';
import { waitUntil } from './control.ts';

export interface RunOptions extends CommonOptions {
  readonly runtime?: RuntimeChoice;
  readonly timeout: number;
}

/** Runs a task once: in the running stack, or with just what it needs, which is stopped again afterwards. */
export async function run(context: Context, given: string, options: RunOptions): Promise<number> {
  void loadSpawner();
  const config = await loadConfig({ cwd: context.cwd, ...(options.config !== undefined && { file: options.config }) });
  const { stack } = config;
  const name = taskNamed(stack, given);
  const client = await connect(findCheckout(context, options));
  if (client) {
    try {
      return await runIn(context, client, stack, name, options.timeout);
    } finally {
      client.close();
    }
  }
  const assembly = await assemble({ config, env: context.env, ...(options.runtime && { runtime: options.runtime }), cleanup: cleanupCommand, onProblem: context.say });
  const { engine } = assembly;
  const release = await holdSession(context, assembly, stack.name);
  const quit = async (): Promise<void> => void (await engine.send({ kind: 'quit' }));
  const view = createView(context, assembly, { json: false, names: stack.resources.map((resource) => resource.name), onReaderGone: () => void quit() });
  let interrupted = false;
  const offSignals = onSignals({
    first() {
      interrupted = true;
      void quit();
    },
    second: () => void engine.send({ kind: 'kill' }),
  });
  const server = await serveEngine(engine, { socket: assembly.socket, instance: assembly.instance });
  let code: number = EXIT.failed;
  try {
    const missing = missingValues(stack, closureOf(stack, [name]), assembly.values());
    for (const failure of missing) context.say(failureText(failure));
    if (missing.length === 0) {
      await engine.send({ kind: 'run', name });
      code = await waitUntil(context, engine, [name], untilUp, options.timeout);
    }
    await quit();
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

function taskNamed(stack: Stack, given: string): string {
  const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
  const [name = given] = resolveNames(known, 'run', [given]);
  const { kind } = resourceOf(stack, name);
  if (kind !== 'task') throw new FailureError({ code: 'wrong-kind', command: 'run', name, kind, reason: `devstack start ${name} starts it` });
  return name;
}

/** In a running stack: the lines of this run are printed as they come. */
async function runIn(context: Context, engine: Engine, stack: Stack, name: string, timeoutMs: number): Promise<number> {
  const before = (await snapshotOf(engine))?.statuses.find((status) => status.name === name)?.run ?? 0;
  const abort = new AbortController();
  const narrator = createNarrator(stack.resources.map((resource) => resource.name), context.style, Date.now);
  const since = Date.now();
  let printed = -1;
  const print = async (follow: boolean, signal: AbortSignal): Promise<void> => {
    for await (const batch of engine.logs({ resources: [name], follow, since }, signal)) {
      for (const { text, offset } of batch) {
        if (offset <= printed) continue;
        printed = offset;
        context.print(`${narrator.prefixOf(name)}${text}`);
      }
    }
  };
  const printing = print(true, abort.signal).catch(() => undefined); // the stack went away; waiting says so
  const outcome = await engine.send({ kind: 'run', name });
  if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
  const judge: Judge = (status) => (status.run > before || status.lifecycle.kind === 'failed' ? untilUp(status) : 'pending');
  const code = await waitUntil(context, engine, [name], judge, timeoutMs);
  abort.abort();
  await printing;
  // Lines that came with the end may not have been followed any more.
  await print(false, new AbortController().signal).catch(() => undefined);
  return code;
}
