import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnvFile } from '../../config/env-file.ts';
import type { Failure } from '../../core/failure.ts';
import type { RefTarget } from '../../core/ref.ts';
import type { ProcessResource, Resource, Stack, TaskResource } from '../../core/stack.ts';
import type { Prepared } from '../../engine/ports.ts';
import type { Values } from './values.ts';

/** Programs that find themselves on a pipe print no colours unless told to. */
const COLOURS = { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', npm_config_color: 'always' } as const;

/** The complete environment of a run, made anew for each: an edited env file counts from the next start on. */
export function prepareRun(stack: Stack, resource: Resource, values: Values, shell: NodeJS.ProcessEnv): Prepared {
  const added = addedEnvironment(stack, resource, values, shell);
  if (added.kind === 'failed') return added;
  const ports = values.portsOf(resource);
  if (resource.kind === 'container') {
    const credentials = values.credentialsOf(resource);
    const build = values.buildOf(resource);
    const { files, missing: inFiles } = values.filesOf(resource);
    const missing = [...inFiles, ...(build ? [...build.args.missing, ...build.secrets.missing] : [])][0];
    if (missing) return { kind: 'failed', failure: missingValue(stack, missing) };
    const given = build && { args: build.args.env, secrets: build.secrets.env };
    const texts = Object.keys(files).length > 0 && { files };
    return {
      kind: 'spec',
      env: added.env,
      ports,
      ...texts,
      ...(credentials && { credentials }),
      ...(given && { build: given }),
    };
  }
  return { kind: 'spec', env: { ...inherited(stack, resource, shell), ...added.env }, ports };
}

export type Added =
  | {
      readonly kind: 'added';
      readonly env: Readonly<Record<string, string>>;
      /** Texts inside the values that must not be shown. */
      readonly secrets: readonly string[];
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the config adds to the environment of a run: env files, ports, then `env`. */
export function addedEnvironment(stack: Stack, resource: Resource, values: Values, shell: NodeJS.ProcessEnv): Added {
  const own = values.environmentOf(resource);
  const missing = own.missing[0];
  if (missing) return { kind: 'failed', failure: missingValue(stack, missing) };
  const files = readEnvFiles(resource, shell);
  if (!files.ok) return { kind: 'failed', failure: files.failure };
  return { kind: 'added', env: { ...files.env, ...own.env }, secrets: own.secrets };
}

/** What the shell has, with colours asked for and the programs of the project's packages in reach. */
function inherited(
  stack: Stack,
  resource: ProcessResource | TaskResource,
  shell: NodeJS.ProcessEnv,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(shell)) if (value !== undefined) env[name] = value;
  const isOnTerminal = resource.kind === 'process' && resource.tty;
  const colours = shell['NO_COLOR'] || isOnTerminal ? {} : COLOURS;
  return {
    ...env,
    ...colours,
    ...shellColours(shell),
    PATH: [...binFolders(resource.cwd, stack.root), env['PATH'] ?? ''].join(path.delimiter),
  };
}

function shellColours(shell: NodeJS.ProcessEnv): Record<string, string> {
  return shell['FORCE_COLOR'] === undefined ? {} : { FORCE_COLOR: shell['FORCE_COLOR'] };
}

/** `node_modules/.bin` from the service's folder up to the project's, as `npm run` would have it. */
export function binFolders(cwd: string, root: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    folders.push(path.join(folder, 'node_modules', '.bin'));
    if (folder === root || folder === path.dirname(folder)) break;
  }
  return folders.filter((folder) => existsSync(folder));
}

type EnvFiles =
  | { readonly ok: true; readonly env: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: Failure };

/** What the env files of a resource say. */
export function readEnvFiles(resource: Resource, shell: NodeJS.ProcessEnv): EnvFiles {
  let env: Readonly<Record<string, string>> = {};
  for (const file of resource.envFiles) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return { ok: false, failure: { code: 'env-file-missing', resource: resource.name, file } };
    }
    const { values, problems } = parseEnvFile(text, file, { ...shell, ...env });
    const problem = problems[0];
    if (problem)
      return {
        ok: false,
        failure: { code: 'env-file-invalid', resource: resource.name, at: problem.at ?? file, reason: problem.message },
      };
    env = { ...env, ...values };
  }
  return { ok: true, env };
}

function missingValue(stack: Stack, ref: RefTarget): Failure {
  if (ref.kind === 'secret' || ref.kind === 'param') {
    const usedBy = stack.resources
      .filter(({ env, build, configFiles }) =>
        JSON.stringify([env, build, configFiles]).includes(JSON.stringify(ref.name)),
      )
      .map(({ name }) => name);
    return { code: ref.kind === 'secret' ? 'secret-missing' : 'param-missing', name: ref.name, usedBy };
  }
  return { code: 'usage', message: `a value has no meaning in dev: ${JSON.stringify(ref)}` };
}
