import { posix } from 'node:path';
import type { Plan } from '../plan.ts';
import type { FileTree } from '../tree.ts';
import { generatedBy } from '../tree.ts';
import type { Note, Workload } from '../workload.ts';
import { BAKE_FILE, renderBake } from './bake.ts';
import { buildsOf, DOCKERFILES, dockerfilesOf, fileVariable, imagePrefixOf, withOneNamePerImage } from './builds.ts';
import { imageOfBuild } from './images.ts';
import type { ComposeImage } from './images.ts';
import { deployNotes, withPlaceForAll } from './deployed.ts';
import { documentText } from './document.ts';
import { networksOf, OUTSIDE } from './networks.ts';
import { violationsOf } from './rules.ts';
import type { RuledFile, Violation } from './rules.ts';
import { configName, secretName, serviceOf, variableOf, without } from './service.ts';
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
  readonly notes: readonly Note[];
  readonly images: readonly ComposeImage[];
  /** Rules that it breaks. */
  readonly violations: readonly Violation[];
}

export function renderCompose(plan: Plan, options: ComposeOptions): ComposeOutput {
  const { folder, file, project } = options;
  const places: Places = { root: posix.relative(folder, '.') || '.', dockerfiles: DOCKERFILES };
  const imagePrefix = imagePrefixOf(plan.stack, options.registry);
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
  const builds = buildsOf(workloads);
  const { command, registry } = options;
  const bake = { stack: plan.stack, command, folder: DOCKERFILES, ...(registry !== undefined && { registry }) };
  return {
    tree: new Map([
      [`${folder}/${file}`, text],
      ...filesOf(workloads, folder),
      ...dockerfilesOf(builds, command),
      ...(builds.length === 0 ? [] : [[`${DOCKERFILES}/${BAKE_FILE}`, renderBake(builds, variables, bake)] as const]),
    ]),
    variables: variables.all,
    violations: violationsOf(content as unknown as RuledFile, (name) => isPublic(workloads, name)),
    notes: plan.workloads.flatMap(deployNotes),
    images: builds.map((build) => imageOfBuild(build, { workloads, variables, imagePrefix })),
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

function networkSection(all: ReadonlyMap<string, { readonly isInternal: boolean }>): Record<string, unknown> {
  return Object.fromEntries(
    [...all].map(([name, { isInternal }]) => {
      if (name === OUTSIDE) return [name, { driver_opts: { 'com.docker.network.bridge.enable_icc': 'false' } }];
      return [name, isInternal ? { internal: true } : {}];
    }),
  );
}

function configSection(workloads: readonly Workload[]): Record<string, unknown> {
  return Object.fromEntries(
    workloads.flatMap(({ name, files }) =>
      Object.keys(files).map((place) => [configName(name, place), { file: `./${configFile(name, place)}` }]),
    ),
  );
}

function configFile(service: string, place: string): string {
  return `config/${service}/${posix.basename(place)}`;
}

function filesOf(workloads: readonly Workload[], folder: string): readonly (readonly [string, string])[] {
  return workloads.flatMap(({ name, files }) =>
    Object.entries(files).map(([place, text]) => [`${folder}/${configFile(name, place)}`, text] as const),
  );
}

function secretSection(workloads: readonly Workload[], variables: Variables): Record<string, unknown> {
  return Object.fromEntries(
    buildsOf(workloads).flatMap((build) => [
      ...Object.entries(build.secrets).map(([id, value]) => {
        return [secretName(build, id), { environment: variableOf(variables, value) }] as const;
      }),
      ...build.secretFiles.map((one) => {
        return [one.id, { file: variables.file(...fileVariable(one)) }] as const;
      }),
    ]),
  );
}
