import type { ProbeTool } from '../workload.ts';

/** The image a stage of a Dockerfile is made from in the end; its last stage, unless one is named. */
export function baseOf(dockerfile: string, target?: string): string | undefined {
  const stages = [...dockerfile.matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?/gim)].map(
    ([, image = '', name]) => ({ image, name: name?.toLowerCase() }),
  );
  const named = (name: string) => stages.findLast((stage) => stage.name === name.toLowerCase());
  let stage = target === undefined ? stages.at(-1) : named(target);
  for (let depth = 0; stage && depth < stages.length; depth++) {
    const from = named(stage.image);
    if (!from || from === stage) break;
    stage = from;
  }
  return stage?.image;
}

/** What can ask how a program is, by the name of what its image is made from; undefined where there is not even a shell. */
export function probeOf(base: string | undefined): ProbeTool | undefined {
  if (base === undefined) return 'any';
  if (/^scratch$|distroless|^cgr\.dev\/|chainguard/.test(base)) return undefined;
  const [, name = '', tag = ''] = /(?:^|\/)([^/:@]+)(?::([^/@]*))?(?:@.*)?$/.exec(base) ?? [];
  if (name === 'node') return 'node';
  if (name === 'python') return 'python';
  return /alpine|busybox/.test(`${name}:${tag}`) ? 'wget' : 'any';
}
