import { connectOrFail, findCheckout } from '../connect.ts';
import type { CommonOptions, Context } from '../context.ts';
import { showRunning } from '../show-running.ts';
import { viewOf } from '../view.ts';

export interface AttachOptions extends CommonOptions {
  readonly json?: boolean;
  readonly plain?: boolean;
}

/** Shows a running stack as `up` does; leaving it changes nothing. */
export async function attach(context: Context, options: AttachOptions): Promise<number> {
  const { paths } = findCheckout(context, options);
  return showRunning(context, await connectOrFail(context, options), paths, viewOf(context, options));
}
