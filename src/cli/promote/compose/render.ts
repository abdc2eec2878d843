import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { LoadedConfig } from '../../../config/load.ts';
import { FailureError } from '../../../core/failure.ts';
import type { Stack } from '../../../core/stack.ts';
import { renderCompose } from '../../../promote/compose/index.ts';
import { LOCAL } from '../../../promote/compose/files.ts';
import { hashOf } from '../../../promote/contents.ts';
import { exampleText, fillVariables } from '../../../promote/compose/env-file.ts';
import type { EnvFileParts } from '../../../promote/compose/env-file.ts';
import { envFileText } from '../../../promote/env-text.ts';
import { explain } from '../../../promote/explain.ts';
import type { Explanation } from '../../../promote/explain.ts';
import { imagesByTag, pinningBy } from '../../../promote/images-lock.ts';
import { withComments } from '../../../promote/observed.ts';
import type { ResourcesPlace, ResourcesWay } from '../../../promote/observed.ts';
import { planWorkloads } from '../../../promote/plan.ts';
import type { FileTree } from '../../../promote/tree.ts';
import type { Note, Workload } from '../../../promote/workload.ts';
import { projectPaths } from '../../../project/paths.ts';
import { randomText, storedSecrets } from '../../../project/secrets.ts';
import { buildableImage } from '../buildable.ts';
import type { BuildableImage } from '../buildable.ts';
import { folderBelow } from '../folder.ts';
import { imageTag } from '../git.ts';
import { readImagesLock } from '../images-lock.ts';
import { sayLastWord } from '../last-word.ts';
import { withObserved } from '../observed.ts';
import type { ObservedPlan } from '../observed.ts';
import { projectFiles } from '../project-files.ts';
import { readValues } from '../values-file.ts';

export interface Rendered {
  readonly tree: FileTree;
  /** The file of secrets, which is never among those that are committed. */
  readonly env: { readonly path: string; readonly text: string; readonly isNew: boolean };
  /** Files with values of it, for this machine only; none as long as a value is missing. */
  readonly local: FileTree;
  /** Variables that somebody has to give a value. */
  readonly missing: readonly string[];
  readonly notes: readonly Note[];
  readonly seen: ObservedPlan['seen'];
  /** Images that are what their tag means at the time. */
  readonly unlocked: readonly string[];
  /** Thing by thing. */
  readonly explanations: readonly Explanation[];
  readonly workloads: readonly Workload[];
  /** Address of everything that is reached from outside. */
  readonly urls: readonly { readonly name: string; readonly url: string; readonly isHttp: boolean }[];
  readonly folder: string;
  readonly file: string;
  readonly project: string;
  /** What was typed, without what is to be done. */
  readonly command: string;
  /** Of the file of secrets. */
  readonly values: ReadonlyMap<string, string>;
  /** What is built, with values; reads the files that builds may. */
  images(): readonly BuildableImage[];
}

export interface RenderOptions {
  readonly stack: Stack;
  readonly env: NodeJS.ProcessEnv;
  readonly only?: 'infra';
  readonly lastWords: LoadedConfig['lastWords'];
  /** Instead of `deploy/compose`. */
  readonly output?: string;
  /** Of the images; that of the commit unless it is given. */
  readonly tag?: string;
  readonly resources?: ResourcesWay;
  isPortFree(port: number): boolean;
}

const COMMAND = 'devstack promote --to compose';
function servicePlaces(seen: ReadonlyMap<string, unknown>, file: string): readonly ResourcesPlace[] {
  return [...seen.keys()].map((name) => ({
    name,
    file,
    lines: ['services:', `  ${name}:`, '    deploy:', '      resources:'],
  }));
}

const ENV_TITLE = 'Values for compose.yaml. Not for git: it has secrets.';

export async function renderForCompose(options: RenderOptions): Promise<Rendered> {
  const { stack, env, only } = options;
  const { file: wanted = 'deploy/compose/compose.yaml', project = stack.name, registry } = stack.compose ?? {};
  const folder = folderBelow(stack.root, options.output ?? path.dirname(wanted));
  const name = path.posix.basename(wanted);
  const file = only === 'infra' ? name.replace(/(\.ya?ml)?$/, '.infra$1') : name;
  const command = only === undefined ? COMMAND : `${COMMAND} --only ${only}`;
  const { pin, asked } = pinningBy(readImagesLock(stack.root));
  const planned = planWorkloads(stack, {
    asker: { target: 'compose' },
    files: projectFiles(stack.root),
    baseImage: pin,
    ...(only && { only }),
  });
  const { plan, seen } = withObserved(planned, stack.root, options.resources);
  if (plan.problems.length > 0) throw new FailureError({ code: 'config-invalid', problems: plan.problems });
  const output = renderCompose(plan, {
    folder,
    file,
    project,
    command,
    ...(registry !== undefined && { registry }),
    ...(options.lastWords.size > 0 && { lastWord: (name, service) => withLastWord(name, service, options) }),
  });
  const problems = output.violations.map(({ service, rule, text }) => {
    const at = stack.resources.find(({ name }) => name === service)?.at;
    return { code: rule, ...(at !== undefined && { at }), message: `${service}: ${text} (rule ${rule})` };
  });
  if (problems.length > 0) throw new FailureError({ code: 'config-invalid', problems });
  const envPath = `${folder}/.env`;
  const known = readValues(path.join(stack.root, envPath), ENV_TITLE, env);
  const filled = fillVariables(output.variables, {
    known: known ?? {},
    given: storedSecrets(projectPaths(stack.root), 'compose'),
    tag: options.tag ?? (await imageTag(stack.root)),
    makeUp: randomText,
    freePort: portFinder(options.isPortFree),
    filesHash: (service, values) =>
      hashOf(output.local.filter((file) => file.service === service).map(({ path, textOf }) => [path, textOf(values)])),
    buildFile: (name) => buildFile(name, stack.root, env),
  });
  const rest = Object.entries(known ?? {}).filter(([name]) => !filled.values.has(name));
  const head = [ENV_TITLE, `Written by \`${command}\`; what is set here stays.`];
  const example = ['Copy to .env and fill in, or let devstack write it.'];
  const value = (name: string): string => filled.values.get(name) ?? '';
  return {
    tree: new Map([
      ...(options.resources ? withComments(output.tree, servicePlaces(seen, `${folder}/${file}`), seen) : output.tree),
      [`${folder}/.env.${only === undefined ? '' : `${only}.`}example`, exampleText(example, output.variables)],
      [`${folder}/.gitignore`, `.env\n${LOCAL}/\n`],
    ]),
    local: new Map(
      filled.missing.length > 0
        ? []
        : output.local.map((file) => [`${folder}/${file.path}`, file.textOf(filled.values)] as const),
    ),
    env: { path: envPath, text: envFileText(head, new Map([...filled.values, ...rest])), isNew: known === undefined },
    missing: filled.missing,
    seen,
    notes: [...plan.notes, ...output.notes],
    unlocked: imagesByTag(plan.workloads, asked).map(({ image }) => image),
    explanations: explain(stack.resources, plan.workloads, [...plan.notes, ...output.notes]),
    workloads: plan.workloads,
    urls: [...output.variables].flatMap(([name, variable]) =>
      variable.kind === 'port' ? [urlOf(variable.resource, value(name), plan.workloads)] : [],
    ),
    folder,
    file,
    project,
    command,
    images: () =>
      output.images.map((image) =>
        buildableImage(image, { root: stack.root, tree: output.tree, values: filled.values }),
      ),
    values: filled.values,
  };
}

function withLastWord(
  name: string,
  service: Record<string, unknown>,
  { stack, lastWords }: RenderOptions,
): Record<string, unknown> {
  const { compose: change } = lastWords.get(name) ?? {};
  if (!change) return service;
  return sayLastWord(name, 'deploy.compose', service, { change, stack }) as Record<string, unknown>;
}

function urlOf(name: string, port: string, workloads: readonly Workload[]) {
  const first = workloads.find((workload) => workload.name === name)?.ports.find(({ outside }) => outside);
  const isHttp = first?.protocol === 'http' || first?.protocol === 'https';
  return { name, url: `${isHttp ? first.protocol : (first?.protocol ?? 'tcp')}://localhost:${port}`, isHttp };
}

/** The next number nobody listens on, and nobody here has been given. */
function portFinder(isFree: (port: number) => boolean): EnvFileParts['freePort'] {
  const given = new Set<number>();
  return (number, taken) => {
    let port = number;
    while (port < 65_535 && (given.has(port) || taken.has(port) || !isFree(port))) port += 1;
    given.add(port);
    return port;
  };
}

/** Files that make builds work behind a proxy or with a registry of one's own. */
function buildFile(name: string, root: string, env: NodeJS.ProcessEnv): string | undefined {
  const home = env['HOME'] ?? homedir();
  const candidates: Readonly<Record<string, readonly (string | undefined)[]>> = {
    BUILD_NPMRC_FILE: [env['NPM_CONFIG_USERCONFIG'], path.join(home, '.npmrc')],
    BUILD_NPMRC_PROJECT_FILE: [path.join(root, '.npmrc')],
    BUILD_CA_FILE: [env['NODE_EXTRA_CA_CERTS'], env['SSL_CERT_FILE']],
    BUILD_PIP_FILE: [env['PIP_CONFIG_FILE'], path.join(home, '.config/pip/pip.conf')],
    BUILD_NETRC_FILE: [env['NETRC'], path.join(home, '.netrc')],
    BUILD_MAVEN_SETTINGS_FILE: [path.join(home, '.m2/settings.xml')],
  };
  return (candidates[name] ?? []).find((file) => file !== undefined && existsSync(file));
}
