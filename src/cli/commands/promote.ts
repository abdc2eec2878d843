import type { Context } from '../context.ts';
import { promoteToCompose } from '../promote/compose/promote.ts';
import type { PromoteOptions } from '../promote/options.ts';

/** The same file as images and an orchestration that needs no devstack. */
export function promote(context: Context, options: PromoteOptions): Promise<number> {
  return promoteToCompose(context, options);
}
