import { FailureError } from '../../core/failure.ts';
import { closureOf } from '../../core/graph.ts';
import { inWords } from '../../output/duration.ts';
import { findCheckout, loadFor, resolveAsked, type Connected } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';
import { showRunning } from '../show-running.ts';
import { viewOf } from '../view.ts';
import { snapshotOf, untilUp } from '../wait.ts';
import { waitUntil } from './control.ts';
import type { UpOptions } from './up.ts';

/** `up` where the stack runs already: it is given the config as it is now, starts what was named, and is shown. */
export async function upRunning(
  context: Context,
  connected: Connected,
  names: readonly string[],
  options: UpOptions,
): Promise<number> {
  const { client, snapshot } = connected;
  const { instance, pid } = snapshot;
  try {
    if (snapshot.quitting) throw new FailureError({ code: 'already-running', instance, pid });
    const begun = Date.now();
    const read = await client.view.reload();
    if (read.kind === 'refused') throw new FailureError(read.failure);
    const { stack } = await loadFor(context, options);
    const now = await snapshotOf(client);
    const known = now?.statuses.map(({ name }) => name) ?? [];
    const wanted = await resolveAsked('up', names, known, () => loadFor(context, options));
    if (wanted.length > 0) {
      const started = await client.send({ kind: 'up', names: wanted, deps: options.deps });
      if (started.kind === 'refused') throw new FailureError(started.failure);
    }
    const how = viewOf(context, options);
    const ignored = options.runtime ? '; --runtime counts when it is started anew' : '';
    if (options.detach || options.wait || how !== 'tui')
      context.say(`${instance}: runs already (pid ${pid}); the config was read again${ignored}`);
    if (options.wait) {
      const all = wanted.length > 0 ? wanted : stack.default;
      const code = await waitUntil(
        context,
        client,
        options.deps ? closureOf(stack, all) : all,
        untilUp,
        options.timeout,
      );
      if (code === EXIT.ok) context.say(`${instance}: ready after ${inWords(Date.now() - begun)}`);
      return code;
    }
    if (options.detach) return EXIT.ok;
    return await showRunning(context, connected, findCheckout(context, options).paths, how);
  } finally {
    client.close();
  }
}
