import { posix } from 'node:path';
import { buildsOf, DOCKERFILES } from '../builds.ts';
import { variableName } from '../env-text.ts';
import { openText } from '../kubernetes/environment.ts';
import type { Value, ValuePart } from '../value.ts';
import { releasedImages } from './release.ts';
import type { Release } from './release.ts';

/** An image as a runner builds it. */
export interface PushedImage {
  /** In the base, without a tag. */
  readonly name: string;
  /** Where it is pushed to. */
  readonly image: string;
  readonly context: string;
  readonly file: string;
  readonly target?: string;
  readonly platforms?: string;
  /** Lines `NAME=value`. */
  readonly args: readonly string[];
  /** Lines `id=value`. */
  readonly secrets: readonly string[];
}

export function pushedImages(release: Release): readonly PushedImage[] {
  const names = releasedImages(release);
  const { params } = release.cluster;
  const textOf = (value: Value) =>
    value.map((part) => (typeof part === 'string' ? part : expressionOf(part, params))).join('');
  return buildsOf(release.cluster.workloads).map((build, index): PushedImage => {
    const { context, dockerfile, generated, target, platform, args, secrets } = build;
    const { name = '', newName = '' } = names[index] ?? {};
    return {
      name,
      image: newName,
      context,
      file: generated ? posix.join(DOCKERFILES, dockerfile) : posix.join(context, dockerfile),
      ...(target !== undefined && { target }),
      ...(platform !== undefined && { platforms: platform }),
      args: [
        ...Object.entries(args).map(([arg, value]) => `${arg}=${textOf(value)}`),
        ...(generated ? ['REVISION=${{ github.sha }}'] : []),
      ],
      secrets: Object.entries(secrets).map(([id, value]) => `${id}=${textOf(value)}`),
    };
  });
}

/** What GitHub fills in: variables of the repository for parameters, its secrets for secrets. */
function expressionOf(part: Exclude<ValuePart, string>, params: Release['cluster']['params']): string {
  switch (part.kind) {
    case 'secret':
      return `\${{ secrets.${variableName(part.name)} }}`;
    case 'param': {
      const usual = openText([part], params);
      const otherwise = usual === undefined ? '' : ` || '${usual.replaceAll("'", "''")}'`;
      return `\${{ vars.${variableName(part.name)}${otherwise} }}`;
    }
    case 'published':
      return part.port;
  }
}

/** Of a line: a matrix is made before a runner may know any. */
export function hasSecret(line: string): boolean {
  return line.includes('${{ secrets.');
}
