import { graphAsData, graphAsMermaid, graphAsText } from '../../output/graph.ts';
import { loadFor } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

/** Prints what depends on what. */
export async function graph(
  context: Context,
  options: CommonOptions & { readonly format: 'text' | 'mermaid' | 'json'; readonly json?: boolean },
): Promise<number> {
  const { stack } = await loadFor(context, options);
  switch (options.json ? 'json' : options.format) {
    case 'text':
      context.print(graphAsText(stack));
      break;
    case 'mermaid':
      context.print(graphAsMermaid(stack));
      break;
    case 'json':
      context.print(JSON.stringify(graphAsData(stack), undefined, 2));
      break;
  }
  return EXIT.ok;
}
