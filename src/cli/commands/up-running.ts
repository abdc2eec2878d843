import { FailureError } from '../../core/failure.ts';
import { closureOf } from '../../core/graph.ts';
import { shownUse } from '../../core/use.ts';
import { inWords } from '../../output/duration.ts';
import { findCheckout, type Connected } from '../connect.ts';
import { EXIT, type Context } from '../context.ts';
import { resolveNames } from '../names.ts';
import { showRunning } from '../show-running.ts';
import { viewOf } from '../view.ts';
import { untilUp } from '../wait.ts';
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
    const [use] = options.use ?? [];
    if (use) {
      const reason = `${instance} runs already (pid ${pid}), and what stands in for what is settled at its start; devstack down ends it`;
      throw new FailureError({ code: 'use-refused', use: shownUse(use), reason });
    }
    const begun = Date.now();
    const read = await client.view.reload();
    if (read.kind === 'refused') throw new FailureError(read.failure);
    const stack = await client.view.outline();
    const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
    const named = resolveNames(known, 'up', names);
    // To wait for all of it is to want all of it; to look at it is not.
    const wanted = named.length === 0 && options.wait ? stack.default : named;
    if (wanted.length > 0) {
      const started = await client.send({ kind: 'up', names: wanted, deps: options.deps });
      if (started.kind === 'refused') throw new FailureError(started.failure);
    }
    const how = viewOf(context, options);
    const ignored = ignoredOf(options);
    const said = `${instance}: runs already (pid ${pid}); the config was read again${ignored}`;
    if (options.detach || options.wait || how !== 'tui') context.say(said);
    if (options.wait) {
      const all = options.deps ? closureOf(stack, wanted) : wanted;
      const code = await waitUntil(context, client, all, untilUp, options.timeout);
      if (code === EXIT.ok) context.say(`${instance}: ready after ${inWords(Date.now() - begun)}`);
      return code;
    }
    if (options.detach) return EXIT.ok;
    const notice = how === 'tui' && ignored !== '' ? said : undefined;
    return await showRunning(context, connected, findCheckout(context, options).paths, how, notice);
  } finally {
    client.close();
  }
}

/** What was asked for and is settled at the start of a stack. */
function ignoredOf({ runtime, watch, keep }: UpOptions): string {
  const flags = [...(runtime ? ['--runtime'] : []), ...(watch ? [] : ['--no-watch']), ...(keep ? ['--keep'] : [])];
  if (flags.length === 0) return '';
  return `; ${flags.join(', ')} ${flags.length > 1 ? 'count' : 'counts'} when it is started anew`;
}
