import type { Engine, ResourceStatus } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import type { Trouble } from '../core/trouble.ts';
import { printable } from '../output/controls.ts';
import type { Line } from '../tether/lines.ts';
import type { FromStack, NotUp, ToStack } from '../tether/messages.ts';
import { processesOf } from '../system/processes.ts';
import { commandFor, judgeFor } from './commands/control.ts';
import { failureText } from './context.ts';
import { endProcesses } from './end-left.ts';
import { failuresFirst, troublesOf, type TroubleSource } from './troubles.ts';
import { snapshotOf, waitFor, type Judge } from './wait.ts';

/** What answers come from. */
export interface Asked extends Omit<TroubleSource, 'statuses' | 'engine'> {
  readonly engine: Engine;
  /** What failed so far. */
  troubles(): Promise<readonly Trouble[]>;
  /** It is to go on by itself. */
  keep(): void;
}

/** Answers whoever holds the tether until that is gone; a slow answer holds up nothing. */
export async function answerAll(line: Line<ToStack>, asked: Asked): Promise<void> {
  for await (const message of line.messages)
    void answer(message, asked).then(
      (answer) => line.tell(answer),
      (error: unknown) => line.tell({ kind: 'unanswered', id: message.id, failed: failedWith(error) }),
    );
}

function failedWith(error: unknown): NotUp {
  if (!(error instanceof FailureError)) return { failures: [], text: String(error), troubles: [] };
  return { failures: [error.failure], text: failureText(error.failure), troubles: [] };
}

/**
 * Tells what happens to a stack until it has ended, as fast as it is taken: who is slow is told the state at the end of
 * what was left out, as the engine does it.
 */
export async function tellEvents(line: Line<ToStack>, { engine, mask }: Pick<Asked, 'engine' | 'mask'>): Promise<void> {
  for await (const event of engine.watch(new AbortController().signal))
    if (!(await line.told({ kind: 'event', json: mask(JSON.stringify(event)) }))) return;
}

/** Once whoever holds the tether is gone: ends the command that ran beside the stack, and all that it started. */
export async function endBeside(line: Line<ToStack>, runId: string): Promise<void> {
  await line.over;
  await endProcesses(() => processesOf({ runId }));
}

async function answer(message: ToStack, asked: Asked): Promise<FromStack> {
  const { engine } = asked;
  const { id } = message;
  switch (message.kind) {
    case 'troubles':
      return { kind: 'troubles', id, troubles: await asked.troubles() };
    case 'keep':
      asked.keep();
      return { kind: 'kept', id };
    case 'logs': {
      const lines: string[] = [];
      const query = { resources: [message.name], follow: false };
      for await (const batch of engine.logs(query, new AbortController().signal))
        lines.push(...batch.map(({ text }) => printable(text, false)));
      return { kind: 'logs', id, lines };
    }
    case 'restart': {
      const { name, timeoutMs } = message;
      const before = await statusesOf(engine);
      const runs = new Map(before.map((status) => [status.name, status.run]));
      const outcome = await engine.send(commandFor('restart', [name]));
      if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
      const failed = await notUp(asked, [name], judgeFor('restart', runs), timeoutMs);
      return { kind: 'restarted', id, ...(failed && { failed }) };
    }
  }
}

/** Waits; undefined when all of them are up, otherwise why not. */
export async function notUp(
  { engine, stack, mask }: Omit<TroubleSource, 'statuses' | 'engine'> & { readonly engine: Engine },
  names: readonly string[],
  judge: Judge,
  timeoutMs: number,
): Promise<NotUp | undefined> {
  const waited = await waitFor(engine, names, judge, timeoutMs);
  if (waited.kind === 'ready') return undefined;
  if (waited.kind === 'ended') return { failures: [], text: 'The stack was stopped meanwhile.', troubles: [] };
  const statuses = await statusesOf(engine);
  const late = waited.kind === 'timeout' ? [waited.failure] : [];
  const troubles = await troublesOf({ engine, statuses, stack, mask }, failuresFirst(names, statuses));
  const text = late.length > 0 ? late.map(failureText).join('\n') : troubles.map(({ why }) => why).join('\n');
  const failures = [...troubles.flatMap(({ failure }) => failure ?? []), ...late];
  return { failures, text: mask(text), troubles };
}

async function statusesOf(engine: Engine): Promise<readonly ResourceStatus[]> {
  return (await snapshotOf(engine))?.statuses ?? [];
}
