import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import { loadFor } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

/** Checks the config and starts nothing. */
export async function check(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  try {
    const { stack, warnings } = await loadFor(context, options);
    if (options.json)
      context.print(
        JSON.stringify(
          { ok: true, stack: stack.name, resources: stack.resources.map(({ name }) => name), problems: [], warnings },
          undefined,
          2,
        ),
      );
    else context.print(`${path.basename(stack.file)}: ${counted(stack.resources.length)}, fine`);
    return EXIT.ok;
  } catch (error) {
    if (!options.json || !(error instanceof FailureError) || error.failure.code !== 'config-invalid') throw error;
    context.print(JSON.stringify({ ok: false, problems: error.failure.problems, warnings: [] }, undefined, 2));
    return EXIT.failed;
  }
}

function counted(resources: number): string {
  return resources === 1 ? '1 resource' : `${resources} resources`;
}
