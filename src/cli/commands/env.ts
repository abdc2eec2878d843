import path from 'node:path';
import { infraEngines } from '../../kinds/index.ts';
import { FailureError } from '../../core/failure.ts';
import { resourceOf, type Resource } from '../../core/stack.ts';
import { addedEnvironment } from '../assemble/environment.ts';
import { namedResource, openOffline } from '../assemble/offline.ts';
import type { Values } from '../assemble/values.ts';
import { loadShared } from '../connect.ts';
import { writeEnvTypes, isTyped } from '../env-types.ts';
import { resolveNames } from '../names.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { maskedValue, type SecretText } from '../masked-value.ts';

export interface EnvOptions extends CommonOptions {
  readonly reveal: boolean;
  readonly json?: boolean;
  readonly write?: boolean;
}

/** Prints what devstack adds to the environment of a resource; for a server, its values. */
export async function env(context: Context, names: readonly string[], options: EnvOptions): Promise<number> {
  if (options.write) return writeTypes(context, names, options);
  const [name, ...more] = names;
  if (name === undefined || more.length > 0)
    throw new FailureError({
      code: 'usage',
      message: 'env takes the name of one resource; env --write takes any number.',
    });
  const found = await environmentOf(context, name, options);
  const entries = found.map(([key, value]): [string, string] => [
    key,
    options.reveal ? value.text : maskedValue(key, value),
  ]);
  if (options.json) context.print(JSON.stringify(Object.fromEntries(entries), undefined, 2));
  else for (const [key, text] of entries) context.print(`${key}=${quote(text)}`);
  return EXIT.ok;
}

/** For TypeScript: which variables there are. Without names, of all whose folders may ask for it. */
async function writeTypes(context: Context, given: readonly string[], options: EnvOptions): Promise<number> {
  // The file may be in git, as the config is.
  const { stack } = await loadShared(context, options);
  const known = { resources: stack.resources.map(({ name }) => name), groups: stack.groups };
  const asked = resolveNames(known, 'env --write', given).map((name) => resourceOf(stack, name));
  const server = asked.find(({ kind, name }) => kind === 'container' && given.includes(name));
  if (server) {
    const { name, kind } = server;
    const reason = 'it has no program of this project';
    throw new FailureError({ code: 'wrong-kind', command: 'env --write', name, kind, reason });
  }
  // A file is of all who run in its folder, whoever of them is named.
  const folders = new Set(asked.flatMap((resource) => (resource.kind === 'container' ? [] : [resource.cwd])));
  const natives = stack.resources.flatMap((resource) => {
    if (resource.kind === 'container') return [];
    return (given.length > 0 ? folders.has(resource.cwd) : isTyped(resource)) ? [resource] : [];
  });
  for (const { file, change, names } of writeEnvTypes(natives, context.env))
    context.print(`${path.relative(context.cwd, file)}: ${change} (${names.join(', ')})`);
  if (natives.length === 0)
    context.say('No service has a package.json or tsconfig.json in its folder; name those that are meant.');
  return EXIT.ok;
}

/** The same for who must never see a secret. */
export async function maskedEnvironment(
  context: Context,
  name: string,
  options: CommonOptions,
): Promise<readonly (readonly [string, string])[]> {
  return (await environmentOf(context, name, options)).map(([key, value]) => [key, maskedValue(key, value)]);
}

async function environmentOf(
  context: Context,
  name: string,
  options: CommonOptions,
): Promise<readonly (readonly [string, SecretText])[]> {
  const { stack, values } = await openOffline(context, options);
  const resource = namedResource(stack, 'env', name);
  const added = addedEnvironment(stack, resource, values, context.env);
  if (added.kind === 'failed') throw new FailureError(added.failure);
  const secrets = [...added.secrets, ...values.secrets()];
  const own = Object.entries(added.env).map(([key, text]): [string, SecretText] => [key, { text, secrets }]);
  return [...valuesOf(resource, values), ...own];
}

/** What refs to a server, and to databases added to it, stand for. */
function valuesOf(resource: Resource, values: Values): readonly (readonly [string, SecretText])[] {
  if (resource.kind !== 'container' || resource.engine === 'container') return [];
  const parts = Object.keys(infraEngines[resource.engine].values);
  const added = resource.settings.databases.map((database) => [`${database}.url`, `database:${database}.url`] as const);
  return [...parts.map((part) => [part, part] as const), ...added].flatMap(([key, part]) => {
    const value = values.native({ kind: 'resource', resource: resource.name, part });
    return value ? [[key, value] as const] : [];
  });
}

/** As a shell would read it back; `***` is not meant to be read back. */
function quote(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./*-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
