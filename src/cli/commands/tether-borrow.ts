import type { ToStack } from '../../tether/messages.ts';
import type { Line } from '../../tether/lines.ts';
import { FailureError } from '../../core/failure.ts';
import { sessionOf } from '../../project/known.ts';
import { openOffline } from '../assemble/offline.ts';
import type { Connected } from '../connect.ts';
import { EXIT, failureText, type Context } from '../context.ts';
import { reachedIn } from '../reached.ts';
import { failureOf, failuresFirst, troublesOf } from '../troubles.ts';
import { wantedOf, type TetherOptions } from '../tether-wanted.ts';
import { snapshotOf, untilUp, waitFor } from '../wait.ts';

/** A stack that runs already: what is missing of it is started, and it runs on afterwards. */
export async function borrow(
  context: Context,
  { client, snapshot }: Connected,
  line: Line<ToStack>,
  names: readonly string[],
  options: TetherOptions,
): Promise<number> {
  const { stack, values, paths, instance } = await openOffline(context, options);
  const mask = (text: string): string =>
    values.secrets().reduce((before, secret) => before.replaceAll(secret, '***'), text);
  const troubles = async (found: Parameters<typeof troublesOf>[1], statuses = snapshot.statuses) =>
    troublesOf({ engine: client, statuses, stack, mask }, found);
  try {
    const { wanted, awaited } = wantedOf(stack, names, options);
    const { name, root } = paths;
    const outcome = await client.send({ kind: 'up', names: wanted, deps: true });
    if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
    const socket = sessionOf(paths)?.socket ?? '';
    line.tell({ kind: 'serving', instance, ...(name !== undefined && { name }), root, socket });
    const waited = await waitFor(client, awaited, untilUp, options.timeout);
    const { statuses } = (await snapshotOf(client)) ?? snapshot;
    if (waited.kind !== 'ready') {
      const found = failuresFirst(awaited, statuses);
      const late = waited.kind === 'timeout' ? [waited.failure] : [];
      const why = await troubles(found, statuses);
      const text = late.length > 0 ? late.map(failureText).join('\n') : why.map((one) => one.why).join('\n');
      const failures = [...found.flatMap(({ failure }) => failure ?? []), ...late];
      line.tell({ kind: 'failed', failures, text, troubles: why, exitCode: EXIT.failed });
      return EXIT.failed;
    }
    line.tell({ kind: 'ready', resources: reachedIn(stack, values, context.env) });
    for await (const { kind } of line.messages) {
      if (kind === 'keep') line.tell({ kind: 'kept' });
      else {
        const now = (await snapshotOf(client))?.statuses ?? [];
        const failed = now.flatMap((status) => {
          const failure = failureOf(status);
          return failure ? [{ name: status.name, failure }] : [];
        });
        line.tell({ kind, troubles: await troubles(failed, now) });
      }
    }
    return EXIT.ok;
  } finally {
    client.close();
    line.tell({ kind: 'gone' });
  }
}
