import { FailureError } from '../../core/failure.ts';
import { confirm } from '../confirm.ts';
import { findCheckout, instanceName, type Checkout } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { endInstance } from '../end-instance.ts';
import { instanceByTraces } from '../traces.ts';

export interface DownOptions extends CommonOptions {
  /** Every instance of this user, not that of the checkout. */
  readonly all?: boolean;
  readonly volumes?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Stops what runs, alive or left behind; removes containers and network, on request the data. */
export async function down(outer: Context, options: DownOptions): Promise<number> {
  const context = options.json ? { ...outer, say: tellAs(outer) } : outer;
  if (options.all) return (await import('./down-all.ts')).downAll(context, options);
  const checkout = findCheckout(context, options);
  const instance = await instanceToEnd(context, options, checkout);
  const say = (text: string): void => context.say(`${instance}: ${text}`);
  if (options.volumes) await confirm(context, `This removes all data of ${instance}`, options.yes);
  const did = await endInstance(context, { instance, ...checkout }, { volumes: options.volumes ?? false }, say);
  if (!did) say('nothing runs, nothing to remove');
  return EXIT.ok;
}

/** With --json: what is done, one object a line. */
function tellAs(context: Context): Context['say'] {
  return (text) => context.print(JSON.stringify({ kind: 'notice', level: 'info', text }));
}

/** A config that no longer loads is no obstacle: the last session knows, and without its note what was left does. */
async function instanceToEnd(context: Context, options: CommonOptions, checkout: Checkout): Promise<string> {
  try {
    return await instanceName(context, options, checkout);
  } catch (error) {
    const found = error instanceof FailureError ? await instanceByTraces(checkout.paths, context.env) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}
