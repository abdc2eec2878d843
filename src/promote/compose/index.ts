import { posix } from 'node:path';
import type { Plan } from '../plan.ts';
import type { FileTree } from '../tree.ts';
import { generatedBy } from '../tree.ts';
import type { Note, Workload } from '../workload.ts';
import { BAKE_FILE, renderBake } from './bake.ts';
import { buildsOf, DOCKERFILES, dockerfilesOf, fileVariable, imagePrefixOf, withOneNamePerImage } from '../builds.ts';
import { imageOfBuild } from './images.ts';
import type { ComposeImage } from './images.ts';
import { deployNotes, withPlaceForAll } from './deployed.ts';
import { documentText } from './document.ts';
import { networksOf, OUTSIDE } from './networks.ts';
import { violationsOf } from './rules.ts';
import type { Violation } from './rules.ts';
import { configSection, localFiles, localNotes, sharedFiles } from './files.ts';
import type { LocalFile } from './files.ts';
import { sidecarServices } from './sidecar.ts';
import { secretName, serviceOf, variableOf, without } from './service.ts';
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
  /** A service as the config wants it, given as it would be. */
  lastWord?(resource: string, service: Record<string, unknown>): Record<string, unknown>;
}

/** Everything `docker compose up` needs, but for the values of its variables. */
export interface ComposeOutput {
  readonly tree: FileTree;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Files that are filled in with them, below the folder. */
  readonly local: readonly LocalFile[];
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
  const own = Object.fromEntries(
    workloads.map((workload) => {
      const joined = networks.of.get(workload.name) ?? [];
      const context = { workloads, variables, places, imagePrefix, networks: joined };
      return [workload.name, serviceOf(workload, context)];
    }),
  );
  const services = { ...own, ...sidecarServices(workloads, variables) };
  const { lastWord } = options;
  const changed = lastWord
    ? Object.fromEntries(Object.entries(services).map(([name, service]) => [name, lastWord(name, service)]))
    : services;
  const content = without({
    name: project,
    services: changed,
    networks: networkSection(networks.all),
    volumes: Object.fromEntries(workloads.flatMap(({ volumes }) => Object.keys(volumes).map((name) => [name, {}]))),
    configs: configSection(workloads),
    secrets: secretSection(workloads, variables),
  });
  const advice = `What is to be different here goes into ${overrideOf(file)}, which compose reads too and nobody overwrites.`;
  const text = documentText(generatedBy(options.command, advice), content, sharedBy(changed));
  const isOpen = (name: string): boolean => isPublic(workloads, name);
  const violations = violationsOf({ ...content, services }, isOpen);
  const later = violationsOf({ ...content, services: changed }, isOpen);
  const builds = buildsOf(workloads);
  const { command, registry } = options;
  const bake = { stack: plan.stack, command, folder: DOCKERFILES, ...(registry !== undefined && { registry }) };
  return {
    tree: new Map([
      [`${folder}/${file}`, text],
      ...sharedFiles(workloads).map(([path, content]) => [`${folder}/${path}`, content] as const),
      ...dockerfilesOf(builds, command),
      ...(builds.length === 0 ? [] : [[`${DOCKERFILES}/${BAKE_FILE}`, renderBake(builds, variables, bake)] as const]),
    ]),
    local: localFiles(workloads, variables),
    variables: variables.all,
    violations,
    notes: [
      ...plan.workloads.flatMap(deployNotes),
      ...localNotes(workloads),
      ...ownNotes(later, violations, workloads),
    ],
    images: builds.map((build) => imageOfBuild(build, { workloads, variables, imagePrefix })),
  };
}

/** Rules that are broken only since the config says so. */
function ownNotes(
  later: readonly Violation[],
  before: readonly Violation[],
  workloads: readonly Workload[],
): readonly Note[] {
  const known = new Set(before.map(({ service, rule, text }) => `${service} ${rule} ${text}`));
  return later.flatMap(({ service, rule, text }) => {
    const at = workloads.find(({ name }) => name === service)?.at ?? '';
    const isOwn = !known.has(`${service} ${rule} ${text}`);
    return isOwn ? [{ at, resource: service, text: `after deploy.compose ${text} (rule ${rule})` }] : [];
  });
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
