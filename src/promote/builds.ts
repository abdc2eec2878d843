import type { FileTree } from './tree.ts';
import { generatedBy } from './tree.ts';
import type { ImageBuild, Workload } from './workload.ts';

/** Generated Dockerfiles, below the root. */
export const DOCKERFILES = 'deploy/docker';

/** Before the name of a built image: `registry/stack`. */
export function imagePrefixOf(stack: string, registry: string | undefined): string {
  return registry === undefined ? stack : `${registry}/${stack}`;
}

/** Equal builds are one image, with the name of the first that has it; others do not get the same name. */
export function withOneNamePerImage(workloads: readonly Workload[]): readonly Workload[] {
  const names = new Map<string, string>();
  return workloads.map((workload) => {
    if (workload.image.kind !== 'built') return workload;
    const { build } = workload.image;
    const key = JSON.stringify({ ...build, name: undefined });
    const name = names.get(key) ?? freeName([build.name, workload.name], new Set(names.values()));
    names.set(key, name);
    return { ...workload, image: { kind: 'built', build: { ...build, name } } };
  });
}

/** Packages of two scopes may have one name, and a package that of a resource. */
function freeName(wishes: readonly string[], taken: ReadonlySet<string>): string {
  const free = wishes.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  let number = 2;
  while (taken.has(`${wishes[0]}-${number}`)) number += 1;
  return `${wishes[0]}-${number}`;
}

/** As many as there are images. */
export function buildsOf(workloads: readonly Workload[]): readonly ImageBuild[] {
  const builds = new Map<string, ImageBuild>();
  for (const { image } of workloads)
    if (image.kind === 'built' && !builds.has(image.build.name)) builds.set(image.build.name, image.build);
  return [...builds.values()];
}

/** The variable with the path of a file that a build may read, and what is said of it. */
export function fileVariable(one: ImageBuild['secretFiles'][number]): readonly [name: string, description: string] {
  const name = `BUILD_${one.id.replace(/\W+/g, '_').toUpperCase()}_FILE`;
  return [name, one.of === 'machine' ? 'certificates of a proxy, for builds' : `${one.file} of whoever builds`];
}

/** The Dockerfiles of programs that have none of their own. */
export function dockerfilesOf(builds: readonly ImageBuild[], command: string): FileTree {
  const head = generatedBy(command, 'A Dockerfile of your own goes before: build in the config names it.')
    .map((line) => `# ${line}\n`)
    .join('');
  return new Map(
    builds.flatMap(({ generated, dockerfile }) =>
      generated
        ? [
            [`${DOCKERFILES}/${dockerfile}`, `${head}${generated.text}`] as const,
            [`${DOCKERFILES}/${dockerfile}.dockerignore`, `${head}${generated.ignore.join('\n')}\n`] as const,
          ]
        : [],
    ),
  );
}
