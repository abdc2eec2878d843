import path from 'node:path';
import { FailureError, type ConfigProblem } from '../../core/failure.ts';
import type { Stack } from '../../core/stack.ts';
import { connectEngine } from '../../drivers/container/client.ts';
import { counted } from '../../output/counted.ts';
import { loadFor, loadShared, placeOf } from '../connect.ts';
import { EXIT, isPipeline, type CommonOptions, type Context } from '../context.ts';
import { outlookOf } from '../server-outlook.ts';

/** Checks the config and starts nothing. */
export async function check(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  try {
    // What is right in one checkout only is not what a pipeline asks about.
    const config = await (isPipeline(context.env) ? loadShared : loadFor)(context, options);
    const { stack } = config;
    const warnings = [...config.warnings, ...(await serverWarnings(stack, context))];
    if (options.json)
      context.print(
        JSON.stringify(
          { ok: true, stack: stack.name, resources: stack.resources.map(({ name }) => name), problems: [], warnings },
          undefined,
          2,
        ),
      );
    else {
      const verdict = warnings.length === 0 ? 'fine' : counted(warnings.length, 'warning');
      const files = [stack.file, ...(config.local ? [config.local.file] : [])].map((file) => path.basename(file));
      context.print(`${files.join(' with ')}: ${counted(stack.resources.length, 'resource')}, ${verdict}`);
      for (const note of ownServers(stack)) context.say(note);
      for (const { at, message } of warnings) context.say(at === undefined ? message : `${at}  ${message}`);
    }
    return EXIT.ok;
  } catch (error) {
    if (!options.json || !(error instanceof FailureError) || error.failure.code !== 'config-invalid') throw error;
    context.print(JSON.stringify({ ok: false, problems: error.failure.problems, warnings: [] }, undefined, 2));
    return EXIT.failed;
  }
}

/** What the stack would share, and cannot. */
function ownServers({ resources }: Stack): readonly string[] {
  return resources.flatMap((one) =>
    one.kind === 'container' && one.infra?.kind === 'own'
      ? [`${one.at}  ${one.name} is not shared: ${one.infra.because}`]
      : [],
  );
}

/** The config is right, and yet these would not start: for this version, or on this machine. */
async function serverWarnings(stack: Stack, context: Context): Promise<readonly ConfigProblem[]> {
  const servers = stack.resources.filter((resource) => resource.kind === 'container');
  if (servers.length === 0) return [];
  const engine = await connectEngine(context.env);
  const options = { ...placeOf(stack, context), engine, env: context.env };
  const outlooks = await Promise.all(servers.map((server) => outlookOf(server, options)));
  return servers.flatMap(({ name: server, engine: kind, at }, index) => {
    const outlook = outlooks[index];
    if (outlook?.state !== 'fail') return [];
    const message = `${server} (${kind}) cannot be started: ${[outlook.found, outlook.hint].filter((part) => part !== undefined).join('. ')}`;
    return [{ code: 'cannot-start', at, message }];
  });
}
