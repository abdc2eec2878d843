import { failureOf } from '../../core/lifecycle.ts';
import { FailureError } from '../../core/failure.ts';
import { sessionOf } from '../../project/known.ts';
import type { Line } from '../../tether/lines.ts';
import type { ToStack } from '../../tether/messages.ts';
import { openOffline } from '../assemble/offline.ts';
import type { Connected } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';
import { reachedIn } from '../reached.ts';
import { answerAll, notUp } from '../tether-answers.ts';
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
  const mask = (text: string): string =>
    values.secrets().reduce((before, secret) => before.replaceAll(secret, '***'), text);
  const source = { engine: client, stack, mask };
  try {
    const { wanted, awaited } = wantedOf(stack, names, options);
    const { name, root } = paths;
    const outcome = await client.send({ kind: 'up', names: wanted, deps: true });
    if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
    const socket = sessionOf(paths, context.env)?.socket ?? '';
    line.tell({ kind: 'serving', instance, ...(name !== undefined && { name }), isThrowAway: false, root, socket });
    const failed = await notUp(source, awaited, untilUp, options.timeout);
    if (failed) {
      line.tell({ kind: 'failed', ...failed, exitCode: EXIT.failed });
      return EXIT.failed;
    }
    line.tell({ kind: 'ready', resources: reachedIn(stack, values, context.env) });
    await answerAll(line, {
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
    });
    return EXIT.ok;
  } finally {
    client.close();
    line.tell({ kind: 'gone' });
  }
}
