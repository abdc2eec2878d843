import { resolveStack, STACK_SCHEMA } from '../../config/resolve.ts';
import { loadFor, loadShared } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

/** Prints the resolved stack for a target, as JSON; the same every time, without a secret in it. */
export async function render(
  context: Context,
  options: CommonOptions & { readonly target: 'dev' | 'compose' | 'kind' },
): Promise<number> {
  const { stack } = await (options.target === 'dev' ? loadFor : loadShared)(context, options);
  context.print(JSON.stringify({ $schema: STACK_SCHEMA, ...resolveStack(stack, options.target) }, undefined, 2));
  return EXIT.ok;
}
