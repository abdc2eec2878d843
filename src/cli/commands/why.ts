import { explain } from '../../core/explain.ts';
import { whyInWords } from '../../output/why.ts';
import { connectOrFail } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { namesOf, resolveNames } from '../names.ts';

/** Says why a resource is, or is not, running. */
export async function why(
  context: Context,
  given: string,
  options: CommonOptions & { readonly json?: boolean },
): Promise<number> {
  const { client, snapshot } = await connectOrFail(context, options);
  try {
    for (const name of resolveNames(await namesOf(context, options, snapshot), 'why', [given])) {
      const explanation = explain(snapshot, name);
      if (explanation)
        context.print(options.json ? JSON.stringify(explanation, undefined, 2) : whyInWords(explanation, Date.now()));
    }
    return EXIT.ok;
  } finally {
    client.close();
  }
}
