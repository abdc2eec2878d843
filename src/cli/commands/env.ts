import { infraEngines } from '../../config/infra/index.ts';
import type { Resource } from '../../core/stack.ts';
import { createMasker } from '../../logs/mask.ts';
import { prepareRun } from '../assemble/environment.ts';
import { namedResource, openOffline } from '../assemble/offline.ts';
import type { Values } from '../assemble/values.ts';
import { EXIT, failureText, type CommonOptions, type Context } from '../context.ts';

export interface EnvOptions extends CommonOptions {
  readonly reveal: boolean;
  readonly json?: boolean;
}

/** Prints what devstack adds to the environment of a resource; for a server, its values. */
export async function env(context: Context, name: string, options: EnvOptions): Promise<number> {
  const { stack, values } = await openOffline(context, options, true);
  const resource = namedResource(stack, 'env', name);
  const prepared = prepareRun(stack, resource, values, resource.kind === 'container' ? context.env : {});
  if (prepared.kind === 'failed') {
    context.say(failureText(prepared.failure));
    return EXIT.failed;
  }
  const masker = createMasker();
  if (!options.reveal) masker.add(values.secrets());
  const { PATH: _, ...added } = prepared.env;
  const colours = new Set(['FORCE_COLOR', 'CLICOLOR_FORCE', 'npm_config_color']);
  const own = Object.entries({ ...valuesOf(resource, values), ...added }).filter(([key]) => !colours.has(key));
  const shown = own.map(([key, text]) => [key, masker.text(text)] as const);
  if (options.json) context.print(JSON.stringify(Object.fromEntries(shown), undefined, 2));
  else for (const [key, text] of shown) context.print(`${key}=${quote(text)}`);
  return EXIT.ok;
}

/** What refs to a server stand for. */
function valuesOf(resource: Resource, values: Values): Record<string, string> {
  if (resource.kind !== 'container' || resource.engine === 'container') return {};
  const found: Record<string, string> = {};
  for (const part of Object.keys(infraEngines[resource.engine].values)) {
    const value = values.native({ kind: 'resource', resource: resource.name, part });
    if (value) found[part] = value.text;
  }
  return found;
}

/** As a shell would read it back. */
function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./*-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
