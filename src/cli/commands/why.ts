import { explain } from '../../core/explain.ts';
import { FailureError } from '../../core/failure.ts';
import { whyInWords } from '../../output/why.ts';
import { connectOrFail, findCheckout } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { namesOf, resolveNames } from '../names.ts';
import { snapshotOf } from '../wait.ts';

/** Says why a resource is, or is not, running. */
export async function why(context: Context, given: string, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  const checkout = findCheckout(context, options);
  const client = await connectOrFail(checkout);
  try {
    const snapshot = await snapshotOf(client);
    if (!snapshot) throw new FailureError({ code: 'connection-lost', instance: client.instance });
    for (const name of resolveNames(await namesOf(context, options, snapshot), 'why', [given])) {
      const explanation = explain(snapshot, name);
      if (explanation) context.print(options.json ? JSON.stringify(explanation, undefined, 2) : whyInWords(explanation, Date.now()));
    }
    return EXIT.ok;
  } finally {
    client.close();
  }
}
