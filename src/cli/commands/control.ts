import type { Command } from '../../core/command.ts';
import type { Engine, ResourceStatus } from '../../core/engine.ts';
import { FailureError, type Failure } from '../../core/failure.ts';
import { inWords } from '../../output/duration.ts';
import { blockerInWords, stateInWords } from '../../output/status-words.ts';
import { connectOrFail, loadIfFine, resolveAsked } from '../connect.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';
import { failureOf } from '../../core/lifecycle.ts';
import { snapshotOf, untilDown, untilUp, waitFor, type Judge } from '../wait.ts';

export interface ControlOptions extends CommonOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
  readonly timeout: number;
}

type Kind = 'start' | 'stop' | 'restart';

/** Starts, stops or restarts resources of a running stack. */
export async function control(
  context: Context,
  kind: Kind,
  names: readonly string[],
  options: ControlOptions,
): Promise<number> {
  const { client, snapshot } = await connectOrFail(context, options);
  let wanted: readonly string[] = [];
  try {
    const resources = snapshot.statuses.map(({ name }) => name);
    wanted = await resolveAsked(kind, names, resources, () => loadIfFine(context, options));
    const outcome = await client.send(commandFor(kind, wanted));
    if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
    if (!options.wait) {
      context.say(`${kind}: ${wanted.join(', ')}`);
      return EXIT.ok;
    }
    const runs = new Map(snapshot.statuses.map(({ name, run }) => [name, run]));
    const begun = Date.now();
    const code = await waitUntil(context, client, wanted, judgeFor(kind, runs), options.timeout);
    const end = kind === 'stop' ? 'stopped' : 'ready';
    if (code === EXIT.ok) context.say(`${wanted.join(', ')}: ${end} after ${inWords(Date.now() - begun)}`);
    return code;
  } finally {
    if (options.json) await printStatuses(context, client, wanted);
    client.close();
  }
}

/** How they fare by now. */
async function printStatuses(context: Context, engine: Engine, names: readonly string[]): Promise<void> {
  const statuses = (await snapshotOf(engine).catch(() => undefined))?.statuses ?? [];
  for (const status of statuses)
    if (names.includes(status.name)) context.print(JSON.stringify({ kind: 'status', status }));
}

/** Waits, says what went wrong, and gives the exit code. */
export async function waitUntil(
  context: Context,
  engine: Engine,
  names: readonly string[],
  judge: Judge,
  timeoutMs: number,
  onTimeout: (failure: Failure) => void = () => undefined,
): Promise<number> {
  const waited = await waitFor(engine, names, judge, timeoutMs);
  switch (waited.kind) {
    case 'ready':
      return EXIT.ok;
    case 'failed':
      context.failures.push(...waited.statuses.flatMap((status) => failureOf(status) ?? []));
      for (const status of waited.statuses) context.say(troubleOf(status));
      return EXIT.failed;
    case 'timeout':
      context.failures.push(waited.failure);
      context.say(failureText(waited.failure));
      onTimeout(waited.failure);
      return EXIT.failed;
    case 'ended':
      context.say('The stack was stopped meanwhile.');
      return EXIT.failed;
  }
}

export function commandFor(kind: Kind, names: readonly string[]): Command {
  switch (kind) {
    case 'start':
    case 'stop':
      return { kind, names };
    case 'restart':
      return { kind, names, cause: { kind: 'asked' } };
  }
}

export function judgeFor(kind: Kind, runs: ReadonlyMap<string, number>): Judge {
  switch (kind) {
    case 'start':
      return untilUpNow;
    case 'stop':
      return untilDown;
    case 'restart':
      return untilNewRun(runs);
  }
}

/** The run before counts for nothing: it may still be going down. */
export function untilNewRun(runs: ReadonlyMap<string, number>): Judge {
  return (status) => {
    const isNew = status.run > (runs.get(status.name) ?? 0);
    return isNew || !status.wanted || isHopeless(status) ? untilUpNow(status) : 'pending';
  };
}

/** What waits to begin again still shows how its last run ended. */
const untilUpNow: Judge = (status) => {
  if (isHopeless(status)) return 'bad';
  return status.blockedBy.length > 0 ? 'pending' : untilUp(status);
};

function isHopeless({ blockedBy }: ResourceStatus): boolean {
  return blockedBy.some(({ hopeless }) => hopeless);
}

function troubleOf(status: ResourceStatus): string {
  const { lifecycle, blockedBy, name } = status;
  if (lifecycle.kind === 'failed') return failureText(lifecycle.failure);
  const now = Date.now();
  if (blockedBy.length === 0) return `${name} is ${stateInWords(status)}.`;
  return `${name} waits for ${blockedBy.map((blocker) => blockerInWords(blocker, now)).join(', ')}.\nThe whole chain: devstack why ${name}`;
}
