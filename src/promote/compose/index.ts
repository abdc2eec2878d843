import { posix } from 'node:path';
import type { Plan } from '../plan.ts';
import type { FileTree } from '../tree.ts';
import { generatedBy } from '../tree.ts';
import type { ImageBuild, Note, Workload } from '../workload.ts';
import { deployNotes, withPlaceForAll } from './deployed.ts';
import { documentText } from './document.ts';
import { networksOf, OUTSIDE } from './networks.ts';
import { violationsOf } from './rules.ts';
import type { RuledFile, Violation } from './rules.ts';
import { configSection, localFiles, localNotes, sharedFiles } from './files.ts';
import type { LocalFile } from './files.ts';
import { secretName, serviceOf, without } from './service.ts';
import type { Places } from './service.ts';
import { sharedBy } from './shared.ts';
import { Variables } from './variables.ts';
import type { Variable } from './variables.ts';

export interface ComposeOptions {
  /** Of the file, below the root of the project: `deploy/compose`. */
  readonly folder: string;
  readonly file: string;
  readonly project: string;
  readonly registry?: string;
  readonly command: string;
}

/** Everything `docker compose up` needs, but for the values of its variables. */
export interface ComposeOutput {
  readonly tree: FileTree;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Files that are filled in with them, below the folder. */
  readonly local: readonly LocalFile[];
  readonly notes: readonly Note[];
  /** Rules that it breaks. */
  readonly violations: readonly Violation[];
}

const DOCKERFILES = 'deploy/docker';

export function renderCompose(plan: Plan, options: ComposeOptions): ComposeOutput {
  const { folder, file, project } = options;
  const places: Places = { root: posix.relative(folder, '.') || '.', dockerfiles: DOCKERFILES };
  const imagePrefix = options.registry === undefined ? plan.stack : `${options.registry}/${plan.stack}`;
  const workloads = withOwnPorts(withOneNamePerImage(plan.workloads)).map(withPlaceForAll);
  const variables = new Variables({ ...plan, workloads });
  const networks = networksOf(workloads);
  const services = Object.fromEntries(
    workloads.map((workload) => {
      const joined = networks.of.get(workload.name) ?? [];
      const context = { workloads, variables, places, imagePrefix, networks: joined };
      return [workload.name, serviceOf(workload, context)];
    }),
  );
  const content = without({
    name: project,
    services,
    networks: networkSection(networks.all),
    volumes: Object.fromEntries(workloads.flatMap(({ volumes }) => Object.keys(volumes).map((name) => [name, {}]))),
    configs: configSection(workloads),
    secrets: secretSection(workloads, variables),
  });
  const advice = `What is to be different here goes into ${overrideOf(file)}, which compose reads too and nobody overwrites.`;
  const text = documentText(generatedBy(options.command, advice), content, sharedBy(services));
  return {
    tree: new Map([
      [`${folder}/${file}`, text],
      ...sharedFiles(workloads).map(([path, content]) => [`${folder}/${path}`, content] as const),
      ...dockerfilesOf(workloads, options),
    ]),
    local: localFiles(workloads, variables),
    variables: variables.all,
    violations: violationsOf(content as unknown as RuledFile, (name) => isPublic(workloads, name)),
    notes: [...plan.workloads.flatMap(deployNotes), ...localNotes(workloads)],
  };
}

export function overrideOf(file: string): string {
  return file.replace(/(\.ya?ml)$/, '.override$1');
}

function isPublic(workloads: readonly Workload[], service: string): boolean {
  return workloads.some(
    ({ name, ports }) => name === service && ports.some(({ outside }) => outside?.isPublic === true),
  );
}

/** Two that wish for one number outside get one each. */
function withOwnPorts(workloads: readonly Workload[]): readonly Workload[] {
  const taken = new Set<number>();
  return workloads.map((workload) => ({
    ...workload,
    ports: workload.ports.map((port) => {
      if (!port.outside) return port;
      let { number } = port.outside;
      while (taken.has(number)) number += 1;
      taken.add(number);
      return { ...port, outside: { ...port.outside, number } };
    }),
  }));
}

/** Equal builds are one image, with the name of the first that has it. */
function withOneNamePerImage(workloads: readonly Workload[]): readonly Workload[] {
  const names = new Map<string, string>();
  return workloads.map((workload) => {
    if (workload.image.kind !== 'built') return workload;
    const { build } = workload.image;
    const key = JSON.stringify({ ...build, name: undefined });
    const name = names.get(key) ?? build.name;
    names.set(key, name);
    return { ...workload, image: { kind: 'built', build: { ...build, name } } };
  });
}

function networkSection(all: ReadonlyMap<string, { readonly isInternal: boolean }>): Record<string, unknown> {
  return Object.fromEntries(
    [...all].map(([name, { isInternal }]) => {
      if (name === OUTSIDE) return [name, { driver_opts: { 'com.docker.network.bridge.enable_icc': 'false' } }];
      return [name, isInternal ? { internal: true } : {}];
    }),
  );
}

function secretSection(workloads: readonly Workload[], variables: Variables): Record<string, unknown> {
  return Object.fromEntries(
    buildsOf(workloads).flatMap((build) => [
      ...Object.entries(build.secrets).map(([id, value]) => {
        const [, variable] = /^\$\{(\w+):\?\}$/.exec(variables.text(value)) ?? [];
        return [secretName(build, id), { environment: variable ?? '' }] as const;
      }),
      ...build.secretFiles.map((one) => {
        const name = `BUILD_${one.id.replace(/\W+/g, '_').toUpperCase()}_FILE`;
        return [one.id, { file: variables.file(name, describeFile(one)) }] as const;
      }),
    ]),
  );
}

function describeFile(one: ImageBuild['secretFiles'][number]): string {
  return one.of === 'machine' ? 'certificates of a proxy, for builds' : `${one.file} of whoever builds`;
}

function buildsOf(workloads: readonly Workload[]): readonly ImageBuild[] {
  return workloads.flatMap(({ image }) => (image.kind === 'built' ? [image.build] : []));
}

function dockerfilesOf(
  workloads: readonly Workload[],
  { command }: ComposeOptions,
): readonly (readonly [string, string])[] {
  const advice = 'A Dockerfile of your own goes before: build in the config names it.';
  const head = generatedBy(command, advice)
    .map((line) => `# ${line}\n`)
    .join('');
  return buildsOf(workloads).flatMap(({ generated, dockerfile }) =>
    generated
      ? [
          [`${DOCKERFILES}/${dockerfile}`, `${head}${generated.text}`] as const,
          [`${DOCKERFILES}/${dockerfile}.dockerignore`, `${head}${generated.ignore.join('\n')}\n`] as const,
        ]
      : [],
  );
}
