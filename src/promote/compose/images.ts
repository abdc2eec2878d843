import { posix } from 'node:path';
import type { Value } from '../value.ts';
import type { ImageBuild, Workload } from '../workload.ts';
import { DOCKERFILES, fileVariable } from '../builds.ts';
import { variableOf } from './service.ts';
import type { Piece, Variables } from './variables.ts';

/** An image as the file has it built; variables in its texts are still open. */
export interface ComposeImage {
  /** In its name, and of its build. */
  readonly name: string;
  readonly image: readonly Piece[];
  /** Who runs it. */
  readonly resources: readonly string[];
  /** Below the root. */
  readonly context: string;
  readonly dockerfile: string;
  /** Below the root: in the tree. */
  readonly generated?: string;
  readonly target?: string;
  readonly platform?: string;
  readonly args: { readonly [name: string]: readonly Piece[] };
  /** Id to the variable that has it. */
  readonly secrets: { readonly [id: string]: string };
  /** Id to the variable with the path of a file; neither is needed. */
  readonly secretFiles: { readonly [id: string]: string };
}

interface Parts {
  readonly workloads: readonly Workload[];
  readonly variables: Variables;
  readonly imagePrefix: string;
}

export function imageOfBuild(build: ImageBuild, { workloads, variables, imagePrefix }: Parts): ComposeImage {
  const { name, context, dockerfile, generated, target, platform, args, secrets, secretFiles } = build;
  const each = <T>(values: { readonly [name: string]: Value }, of: (value: Value) => T) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value)]));
  return {
    name,
    image: [`${imagePrefix}/${name}:`, variables.tag()],
    resources: workloads
      .filter(({ image }) => image.kind === 'built' && image.build.name === name)
      .map((workload) => workload.name),
    context,
    dockerfile,
    ...(generated && { generated: posix.join(DOCKERFILES, dockerfile) }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
    args: each(args, (value) => variables.pieces(value)),
    secrets: each(secrets, (value) => variableOf(variables, value)),
    secretFiles: Object.fromEntries(secretFiles.map((one) => [one.id, fileVariable(one)[0]])),
  };
}
