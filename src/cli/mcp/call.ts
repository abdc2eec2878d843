import { spawn } from 'node:child_process';
import { explain } from '../../core/explain.ts';
import { FailureError } from '../../core/failure.ts';
import type { Answer, Arguments, ToolName } from '../../mcp/index.ts';
import { whyInWords } from '../../output/why.ts';
import { maskedEnvironment } from '../commands/env.ts';
import { connectLive, connectOrFail, findCheckout, loadIfFine, resolveAsked, type Connected } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { untilUp } from '../wait.ts';
import { clipped, fitting, placeOf } from './bounded.ts';
import { controlAnswer, taskAnswer, upAnswer } from './control.ts';
import { createLogPages } from './log-pages.ts';
import { logsAnswer, searchAnswer } from './logs.ts';
import { statusAnswer } from './status.ts';

const MOST_BYTES = 8_000;

type Call = (tool: ToolName, given: Arguments, signal: AbortSignal) => Promise<Answer>;

/** Answers the tools. Each call finds the stack anew: it may have been stopped, or started, since the last one. */
export function createCall(context: Context, options: CommonOptions): Call {
  const pages = createLogPages();

  async function answer(tool: ToolName, given: Arguments, signal: AbortSignal): Promise<Answer> {
    const request = { context, options, pages, timeoutMs: given.timeoutMs, signal };
    switch (tool) {
      case 'status':
        return status(context, options, given);
      case 'why':
        return why(context, options, given.name);
      case 'logs':
        return logsAnswer(context, options, pages, given);
      case 'search':
        return searchAnswer(context, options, pages, given);
      case 'env':
        return environment(context, options, given);
      case 'start':
      case 'stop':
      case 'restart':
        return controlAnswer(request, tool, given.names);
      case 'run_task':
        return taskAnswer(request, given.name);
      case 'up':
        if (!(await isLive(context, options))) {
          const { code, said } = await runSelf(['up', '--detach'], options, given.names, context);
          if (code !== EXIT.ok) return { text: clipped(said, MOST_BYTES), isError: true };
        }
        return upAnswer(request, given.names, untilUp);
      case 'down': {
        const { code, said } = await runSelf(['down'], options, [], context);
        return { text: clipped(said, MOST_BYTES), ...(code !== EXIT.ok && { isError: true }) };
      }
    }
  }

  return async (tool, given, signal) => {
    try {
      return await answer(tool, given, signal);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const hint = error.failure.code === 'not-running' ? '\nHere the tool up does.' : '';
      return { text: clipped(`${failureText(error.failure)}${hint}`, MOST_BYTES), isError: true };
    }
  };
}

async function status(context: Context, options: CommonOptions, { names, cursor }: Arguments): Promise<Answer> {
  return once(context, options, 'status', names, ({ snapshot }, asked) =>
    statusAnswer(snapshot, asked, cursor, Date.now()),
  );
}

async function why(context: Context, options: CommonOptions, name: string): Promise<Answer> {
  return once(context, options, 'why', [name], ({ snapshot }, asked) => {
    const found = asked.flatMap((one) => explain(snapshot, one) ?? []);
    return { text: clipped(found.map((one) => whyInWords(one, Date.now())).join('\n'), MOST_BYTES) };
  });
}

/** For what needs one look at the running stack. */
async function once(
  context: Context,
  options: CommonOptions,
  tool: string,
  names: readonly string[],
  look: (connected: Connected, names: readonly string[]) => Answer,
): Promise<Answer> {
  const connected = await connectOrFail(context, options);
  connected.client.close();
  const known = connected.snapshot.statuses.map(({ name }) => name);
  const asked = names.length === 0 ? known : await resolveAsked(tool, names, known, () => loadIfFine(context, options));
  return look(connected, asked);
}

async function environment(context: Context, options: CommonOptions, { name, cursor }: Arguments): Promise<Answer> {
  const entries = await maskedEnvironment(context, name, options);
  const rows = entries.map(([key, text]) => `${key}=${clipped(text, MOST_BYTES / 4)}`);
  const from = placeOf(cursor, rows.length);
  if (from === undefined) return { text: `There is no page ${cursor}. Leave the cursor out.`, isError: true };
  const { lines, next } = fitting(rows, from, MOST_BYTES);
  const more = next === undefined ? [] : [`[${rows.length - next} more: cursor "${next}"]`];
  return { text: lines.length === 0 ? `The config gives ${name} no variables.` : [...lines, ...more].join('\n') };
}

async function isLive(context: Context, options: CommonOptions): Promise<boolean> {
  const connected = await connectLive(findCheckout(context, options));
  connected?.client.close();
  return connected !== undefined;
}

/** A command of devstack in a process of its own, which may outlive this one; what it said. */
async function runSelf(
  command: readonly string[],
  { config }: CommonOptions,
  names: readonly string[],
  { cwd, env }: Context,
): Promise<{ readonly code: number; readonly said: string }> {
  const [script = ''] = process.argv.slice(1);
  const flags = [...(config === undefined ? [] : ['--config', config]), ...(names.length > 0 ? ['--', ...names] : [])];
  const child = spawn(process.execPath, [...process.execArgv, script, ...command, ...flags], {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? EXIT.failed));
  });
  return { code, said: said.trim() };
}
