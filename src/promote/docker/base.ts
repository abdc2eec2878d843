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

/** Users that are known by name: of the images of Node, and of every Linux. */
const USERS: { readonly [name: string]: number } = { node: 1000, nobody: 65_534, nonroot: 65_532 };

/** Whom the image runs as, where its Dockerfile says so in the stage that counts; never root. */
export function userOf(
  dockerfile: string,
  target?: string,
): { readonly user: number; readonly group: number } | undefined {
  const stages = dockerfile.split(/^(?=[ \t]*FROM[ \t])/im).filter((stage) => /^[ \t]*FROM[ \t]/i.test(stage));
  const nameOf = (stage: string) => /^[^\n]*\sAS\s+(\S+)/i.exec(stage)?.[1]?.toLowerCase();
  const named = stages.find((stage) => target !== undefined && nameOf(stage) === target.toLowerCase());
  const stage = target === undefined ? stages.at(-1) : named;
  const last = [...(stage ?? '').matchAll(/^[ \t]*USER[ \t]+([^\s:]+)(?::(\S+))?/gim)].at(-1);
  if (!last) return undefined;
  const numberOf = (name: string): number => USERS[name] ?? (/^\d+$/.test(name) ? Number(name) : 0);
  const [, name = '', group = name] = last;
  const user = numberOf(name);
  return user > 0 ? { user, group: numberOf(group) || user } : undefined;
}
