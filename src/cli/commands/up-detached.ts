import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import { closureOf } from '../../core/graph.ts';
import type { EngineClient } from '../../daemon/client.ts';
import { inWords } from '../../output/duration.ts';
import { ensureProjectFolder } from '../../project/paths.ts';
import { RUN_ID_VARIABLE } from '../../system/process.ts';
import { connectLive, findCheckout, loadFor, type Connected } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';
import { resolveNames } from '../names.ts';
import { untilUp } from '../wait.ts';
import { waitUntil } from './control.ts';
import { upRunning } from './up-running.ts';
import type { UpOptions } from './up.ts';

const LOOK_AGAIN_MS = 25;

/** Starts the stack in a process of its own and returns: at once, or with `--wait` when all is ready. */
export async function upDetached(context: Context, names: readonly string[], options: UpOptions): Promise<number> {
  const checkout = findCheckout(context, options);
  const running = await connectLive(checkout);
  if (running) return upRunning(context, running, names, options);
  // What is wrong with the config is said here; what goes wrong later is in the logs.
  const { stack } = await loadFor(context, options);
  const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
  const wanted = names.length > 0 ? resolveNames(known, 'up', names) : stack.default;
  const { paths } = checkout;
  ensureProjectFolder(paths);
  const said = path.join(paths.folder, 'detached.log');
  const begun = Date.now();
  const child = spawnSelf(context, names, options, said);
  const connected = await untilLive(context, options, child.ended);
  if (connected.kind === 'ended') {
    context.say(readFileSync(said, 'utf8').trimEnd());
    return connected.code;
  }
  const { client, snapshot } = connected;
  const needed = options.deps ? closureOf(stack, wanted) : wanted;
  const code = options.wait ? await waitUntilUp(context, client, needed, options.timeout) : EXIT.ok;
  client.close();
  if (code !== EXIT.ok) {
    // With --wait it ends by itself then.
    await child.ended;
    const commands = readFileSync(said, 'utf8')
      .split('\n')
      .findIndex((line) => line.startsWith('::'));
    // In GitHub Actions: the ends of logs and annotations, which it wrote last.
    if (commands >= 0) context.say(readFileSync(said, 'utf8').split('\n').slice(commands).join('\n').trimEnd());
    return code;
  }
  rmSync(said, { force: true });
  const state = options.wait ? `ready after ${inWords(Date.now() - begun)}` : 'starting';
  context.say(`${snapshot.instance}: ${state}, in the background (pid ${snapshot.pid})`);
  // Behind an option the words of the command line are the only place that knows the name.
  const at = paths.name === undefined ? '' : ` --instance ${paths.name}`;
  context.say(`devstack attach${at} shows it, devstack logs -f${at} follows it, devstack down${at} stops it.`);
  return EXIT.ok;
}

/** Its talk goes to a file until it runs; the logs of the stack are kept as ever. */
function spawnSelf(context: Context, names: readonly string[], options: UpOptions, said: string) {
  const [script = ''] = process.argv.slice(1);
  const flags = [
    ...(options.config === undefined ? [] : ['--config', options.config]),
    ...(options.deps ? [] : ['--no-deps']),
    ...(options.watch ? [] : ['--no-watch']),
    ...(options.use ?? []).flatMap(({ name, instead }) => ['--use', `${name}=${instead}`]),
    ...(options.runtime ? ['--runtime', options.runtime] : []),
    ...(options.wait ? ['--wait', '--timeout', `${options.timeout}ms`] : []),
  ];
  // What it belongs to ends without it: whoever asks for a stack in the background means one that stays.
  const { [RUN_ID_VARIABLE]: _, ...env } = context.env;
  const file = openSync(said, 'w', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, script, 'up', ...flags, '--', ...names], {
    cwd: context.cwd,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', file],
  });
  closeSync(file);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(EXIT.failed));
    child.once('exit', (code) => resolve(code ?? EXIT.failed));
  });
  return { ended };
}

type Live = (Connected & { readonly kind: 'live' }) | { readonly kind: 'ended'; readonly code: number };

async function untilLive(context: Context, options: UpOptions, ended: Promise<number>): Promise<Live> {
  let code: number | undefined;
  void ended.then((result) => (code = result));
  for (;;) {
    if (code !== undefined) return { kind: 'ended', code };
    const connected = await connectLive(findCheckout(context, options));
    if (connected) return { kind: 'live', ...connected };
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function waitUntilUp(
  context: Context,
  client: EngineClient,
  names: readonly string[],
  timeoutMs: number,
): Promise<number> {
  try {
    return await waitUntil(context, client, names, untilUp, timeoutMs);
  } catch (error) {
    // It has ended already.
    if (error instanceof FailureError && error.failure.code === 'connection-lost') return EXIT.failed;
    throw error;
  }
}
