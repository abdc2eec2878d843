import type { Assembly } from './assemble/engine.ts';
import type { Context } from './context.ts';
import { isGithub } from './is-github.ts';

/** In GitHub Actions: the ends of logs and annotations of what is not up, which the stream has told already. */
export async function annotate(
  context: Context,
  { engine, hub }: Pick<Assembly, 'engine' | 'hub'>,
  names: readonly string[],
): Promise<void> {
  if (!isGithub(context.env)) return;
  const { failuresFirst, troublesOf } = await import('./troubles.ts');
  const { sayTroubles } = await import('./report.ts');
  const { statuses } = engine.snapshot();
  const { stack } = engine.world();
  const source = { engine, statuses, stack, mask: (text: string) => hub.masker.text(text) };
  const failed = failuresFirst(names, statuses).filter(({ failure }) => failure);
  sayTroubles(context, { text: '', failures: [], troubles: await troublesOf(source, failed) }, stack.root);
}
