import { rmSync } from 'node:fs';
import path from 'node:path';
import { runtimePath } from '../project/paths.ts';
import { processesOf } from '../system/processes.ts';
import { findCheckout, refuseSecond } from './connect.ts';
import type { CommonOptions, Context } from './context.ts';

/**
 * What a start does before anything else: refuses to be the second, and ends what the last one left, if nobody else
 * has. Its ports are free then, and stay those of the instance.
 */
export async function beginInstance(context: Context, options: CommonOptions): Promise<void> {
  const checkout = findCheckout(context, options);
  refuseSecond(checkout);
  const { session } = checkout;
  if (session?.pid === undefined) return; // it ended in order
  const { endProcesses } = await import('./end-left.ts');
  const { id, instance } = session;
  for (const text of await endProcesses(() => processesOf({ runId: id }))) context.say(`${instance}: ${text}`);
  // No more than what was its own: another start may have begun. A socket nobody listens at is replaced.
  rmSync(path.join(runtimePath(instance, context.env), id), { recursive: true, force: true });
}
