import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Build } from '../../core/stack.ts';
import type { GeneratedDockerfile } from '../../drivers/container/build/context.ts';
import type { ComposeImage } from '../../promote/compose/images.ts';
import { filledIn } from '../../promote/compose/variables.ts';
import type { Piece } from '../../promote/compose/variables.ts';
import type { FileTree } from '../../promote/tree.ts';

/** An image of what is promoted, as the engine is told to build it. */
export interface BuildableImage {
  /** Of its build. */
  readonly name: string;
  readonly image: string;
  /** Who runs it. */
  readonly resources: readonly string[];
  readonly build: Build;
  readonly generated?: GeneratedDockerfile;
  readonly args: { readonly [name: string]: string };
  readonly secrets: { readonly [id: string]: string };
  /** Variables it needs and that have no value. */
  readonly missing: readonly string[];
}

interface Filling {
  readonly root: string;
  readonly tree: FileTree;
  readonly values: ReadonlyMap<string, string>;
}

export function buildableImage(image: ComposeImage, { root, tree, values }: Filling): BuildableImage {
  const { name, resources, context, dockerfile, generated, target, platform, args, secrets, secretFiles } = image;
  const files = Object.entries(secretFiles).flatMap(([id, variable]): [string, string][] => {
    const file = values.get(variable);
    return file === undefined || !existsSync(file) ? [] : [[id, readFileSync(file, 'utf8')]];
  });
  const open = [...Object.values(args).flat(), ...Object.values(secrets).map((variable) => ({ variable }))];
  return {
    name,
    image: filledIn(image.image, values),
    resources,
    build: {
      context: path.join(root, context),
      dockerfile,
      ...(target !== undefined && { target }),
      ...(platform !== undefined && { platform }),
      args: {},
      secrets: {},
    },
    ...(generated !== undefined && {
      generated: {
        file: path.join(root, generated),
        text: tree.get(generated) ?? '',
        ignore: tree.get(`${generated}.dockerignore`) ?? '',
      },
    }),
    args: Object.fromEntries(Object.entries(args).map(([name, pieces]) => [name, filledIn(pieces, values)])),
    secrets: {
      ...Object.fromEntries(files),
      ...Object.fromEntries(Object.entries(secrets).map(([id, variable]) => [id, values.get(variable) ?? ''])),
    },
    missing: [...new Set(open.flatMap((piece) => missingOf(piece, values)))],
  };
}

/**
 * Of what is pushed: Dockerfiles of devstack have a label for the commit, at their end, so that all before it is cached.
 * Images that stay here are without, as each commit would make others of them.
 */
export function revisionOf({ image, generated }: Pick<BuildableImage, 'image' | 'generated'>): {
  readonly REVISION?: string;
} {
  const [, tag] = /:([\w][\w.-]*)$/.exec(image) ?? [];
  return generated && tag !== undefined ? { REVISION: tag } : {};
}

function missingOf(piece: Piece, values: ReadonlyMap<string, string>): readonly string[] {
  const isOpen = typeof piece !== 'string' && piece.fallback === undefined && !values.get(piece.variable);
  return isOpen ? [piece.variable] : [];
}
