import { failureOf } from '../../core/lifecycle.ts';
import { FailureError } from '../../core/failure.ts';
import { createMasker } from '../../logs/mask.ts';
import { crypto } from '../../project/crypto.ts';
import type { Line } from '../../tether/lines.ts';
import type { ToStack } from '../../tether/messages.ts';
import { openOffline } from '../assemble/offline.ts';
import type { EngineClient } from '../../daemon/client.ts';
import type { Connected } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';
import { reachedIn } from '../reached.ts';
import { onSignals } from '../signals.ts';
import { answerAll, endBeside, notUp, tellEvents } from '../tether-answers.ts';
import { wantedOf, type TetherOptions } from '../tether-wanted.ts';
import { troublesOf } from '../troubles.ts';
import { snapshotOf, untilUp } from '../wait.ts';

/** A stack that runs already: what is missing of it is started, and it runs on afterwards. */
export async function borrow(
  context: Context,
  { client }: Connected,
  line: Line<ToStack>,
  names: readonly string[],
  options: TetherOptions,
): Promise<number> {
  const { stack, values, paths, instance } = await openOffline(context, options);
  const masker = createMasker();
  masker.add(values.secrets());
  const source = { engine: client, stack, mask: (text: string) => masker.text(text) };
  // A session of its own, of nothing but a command: that of the stack goes on.
  const runId = `${instance}-${crypto().randomBytes(4).toString('hex')}.devstack.1`;
  const swept = endBeside(line, runId);
  const letGo = (): void => client.close();
  const offSignals = onSignals({ first: letGo, second: letGo });
  void answerAll(line, {
    ...source,
    keep: () => undefined,
    async troubles() {
      const statuses = (await snapshotOf(client))?.statuses ?? [];
      const found = statuses.flatMap((status) => {
        const failure = failureOf(status);
        return failure ? [{ name: status.name, failure }] : [];
      });
      return troublesOf({ ...source, statuses }, found);
    },
  }).then(letGo);
  const telling = options.events ? untilLost(tellEvents(line, source)) : undefined;
  try {
    const { wanted, awaited } = wantedOf(stack, names, options);
    const { name, root } = paths;
    const outcome = await client.send({ kind: 'up', names: wanted, deps: true });
    if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
    line.tell({ kind: 'serving', instance, ...(name !== undefined && { name }), isThrowAway: false, root, runId });
    const failed = await notUp(source, awaited, untilUp, options.timeout);
    if (failed) {
      line.tell({ kind: 'failed', ...failed, exitCode: EXIT.failed });
      return EXIT.failed;
    }
    line.tell({ kind: 'ready', resources: reachedIn(stack, values, context.env) });
    await untilLost(followed(client));
    return EXIT.ok;
  } finally {
    client.close();
    await telling;
    await line.told({ kind: 'gone' });
    await swept;
    offSignals();
  }
}

async function followed(client: EngineClient): Promise<void> {
  for await (const _ of client.watch(new AbortController().signal));
}

/** Until it is let go, or the stack has ended. */
async function untilLost(following: Promise<void>): Promise<void> {
  try {
    await following;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
  }
}
