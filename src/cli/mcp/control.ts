import type { Command } from '../../core/command.ts';
import type { ResourceStatus, Snapshot } from '../../core/engine.ts';
import { explain } from '../../core/explain.ts';
import { FailureError } from '../../core/failure.ts';
import { openStoredLogs } from '../../logs/stored.ts';
import type { Answer } from '../../mcp/index.ts';
import { whyInWords } from '../../output/why.ts';
import { refuseOther } from '../commands/run.ts';
import { commandFor, judgeFor, untilNewRun } from '../commands/control.ts';
import { connectOrFail, findCheckout, loadIfFine, resolveAsked, type Connected } from '../connect.ts';
import type { CommonOptions, Context } from '../context.ts';
import { snapshotOf, waitFor, type Judge, type Waited } from '../wait.ts';
import { clipped } from './bounded.ts';
import { offsetsAt, type LogPages } from './log-pages.ts';
import { linesInWords, written } from './logs.ts';
import { rowOf } from './status.ts';

const MOST_STATES = 3_500;
const LOG_BYTES = 6_000;

interface Request {
  readonly context: Context;
  readonly options: CommonOptions;
  readonly pages: LogPages;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Starts, stops or restarts resources, waits, and says what came of it. */
export async function controlAnswer(
  request: Request,
  kind: 'start' | 'stop' | 'restart',
  given: readonly string[],
): Promise<Answer> {
  return withStack(request, async (connected) => {
    const { statuses } = connected.snapshot;
    const known = statuses.map(({ name }) => name);
    const names = await resolveAsked(kind, given, known, () => loadIfFine(request.context, request.options));
    const runs = new Map(statuses.map(({ name, run }) => [name, run]));
    return follow(request, connected, { names, command: commandFor(kind, names), judge: judgeFor(kind, runs) });
  });
}

/** Runs a task, waits for its end, and gives what it printed. */
export async function taskAnswer(request: Request, given: string): Promise<Answer> {
  return withStack(request, async (connected) => {
    const { statuses } = connected.snapshot;
    const known = statuses.map(({ name }) => name);
    const names = await resolveAsked('run_task', [given], known, () => loadIfFine(request.context, request.options));
    const [name = given] = names;
    const before = statuses.find((status) => status.name === name);
    refuseOther(given, names.length > 1 || name !== given ? 'group' : (before?.role ?? 'task'));
    const judge = untilNewRun(new Map([[name, before?.run ?? 0]]));
    return follow(request, connected, { names: [name], command: { kind: 'run', name }, judge });
  });
}

/** Waits until everything that is wanted is up. */
export async function upAnswer(request: Request, given: readonly string[], judge: Judge): Promise<Answer> {
  return withStack(request, async (connected) => {
    const { statuses } = connected.snapshot;
    const known = statuses.map(({ name }) => name);
    const names =
      given.length > 0
        ? await resolveAsked('up', given, known, () => loadIfFine(request.context, request.options))
        : statuses.filter(({ wanted }) => wanted).map(({ name }) => name);
    return follow(request, connected, { names, command: { kind: 'up', names, deps: true }, judge });
  });
}

async function withStack(request: Request, act: (connected: Connected) => Promise<Answer>): Promise<Answer> {
  const connected = await connectOrFail(request.context, request.options);
  // Whoever no longer waits for the answer lets go; what was asked for goes on.
  const letGo = (): void => connected.client.close();
  request.signal.addEventListener('abort', letGo);
  // It may have gone while the stack was looked for, or started.
  if (request.signal.aborted) letGo();
  try {
    return await act(connected);
  } finally {
    request.signal.removeEventListener('abort', letGo);
    connected.client.close();
  }
}

interface Asked {
  readonly names: readonly string[];
  readonly command: Command;
  readonly judge: Judge;
}

async function follow(request: Request, { client, snapshot }: Connected, asked: Asked): Promise<Answer> {
  const { names, command, judge } = asked;
  const runs = new Map(snapshot.statuses.map(({ name, run }) => [name, run]));
  const askedAt = Date.now();
  /** When the first run began that is not the one from before. */
  const begun = new Map<string, number>();
  const outcome = await client.send(command);
  if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
  const watched: Judge = (status) => {
    const { name, run, runStartAt } = status;
    if (run > (runs.get(name) ?? 0) && runStartAt !== undefined && !begun.has(name)) begun.set(name, runStartAt);
    return judge(status);
  };
  const waited = await waitFor(client, names, watched, request.timeoutMs);
  if (waited.kind === 'ended') return { text: 'The stack was stopped meanwhile.', isError: true };
  const after = (await snapshotOf(client)) ?? snapshot;
  const source = openStoredLogs((await written(client), findCheckout(request.context, request.options).paths.logs));
  const page = request.pages.last(source, {
    names,
    from: offsetsAt(source, names, (name) => begun.get(name) ?? askedAt),
    maxBytes: LOG_BYTES,
  });
  const lines = command.kind === 'stop' ? [] : linesInWords(page, 'it has printed nothing yet');
  const text = [stateInWords(after, names, waited), ...lines].join('\n');
  return { text, ...(waited.kind !== 'ready' && { isError: true }) };
}

function stateInWords(after: Snapshot, names: readonly string[], waited: Exclude<Waited, { kind: 'ended' }>): string {
  const now = Date.now();
  const reasonsOf = (asked: readonly string[]): string => {
    const reasons = asked.flatMap((name) => explain(after, name) ?? []);
    return clipped(reasons.map((one) => whyInWords(one, now)).join('\n'), MOST_STATES);
  };
  switch (waited.kind) {
    case 'ready': {
      const statuses = names.flatMap((name) => statusIn(after, name) ?? []);
      return clipped(statuses.map((status) => rowOf(status, now)).join('\n'), MOST_STATES);
    }
    case 'failed':
      return reasonsOf(waited.statuses.map(({ name }) => name));
    case 'timeout': {
      // What is late now may be ready a moment later; those that are not say why.
      const late = names.filter((name) => statusIn(after, name)?.lifecycle.kind !== 'ready');
      return `It takes longer than was to be waited, and goes on: status tells.\n${reasonsOf(late)}`;
    }
  }
}

function statusIn({ statuses }: Snapshot, name: string): ResourceStatus | undefined {
  return statuses.find((status) => status.name === name);
}
