import { refsOf } from '../core/ref.ts';
import type { RefTarget, Target, Template } from '../core/ref.ts';
import type { Resource } from '../core/stack.ts';
import { isForOutside } from './planning.ts';
import type { Planning } from './planning.ts';
import { isSecret } from './value.ts';

/** How names begin whose values bundlers, and servers of pages, hand to everybody who has a browser. */
export const FOR_BROWSERS = ['PUBLIC', 'VITE', 'REACT_APP', 'VUE_APP', 'NG_APP', 'NUXT_PUBLIC', 'NEXT_PUBLIC'];

/** Those of them that are written into pages when these are built. */
const AT_BUILD = /^(?:VITE|REACT_APP|VUE_APP|NG_APP|NEXT_PUBLIC)_/;

/** What a page is given has to be good for those outside: nothing secret, and no address only those inside can use. */
export function checkForBrowsers(resource: Resource, planning: Planning): void {
  const { reader, target, problem } = planning;
  for (const [name, template] of forBrowsers(resource)) {
    const at = `${resource.name}.env.${name}`;
    if (isSecret(reader.valueOf(template) ?? [])) {
      const message = `${at} has a secret in it, and a browser is given what its name begins with: call it something else.`;
      problem(resource, 'secret-for-browsers', message);
      continue;
    }
    const inside = refsThere(template, target).find((ref) => ref.kind === 'resource' && !isForOutside(ref.part));
    if (inside?.kind !== 'resource') continue;
    const used = `${inside.resource}.${inside.part.replace(/^http\./, '')}`;
    const message = `${at} uses ${used}, an address inside the network, and a browser is given it. It needs ${inside.resource}.publicUrl.`;
    problem(resource, 'internal-address-for-browsers', message);
  }
}

/** Of a program with a server of its own: by then its pages are written. */
export function noteBuiltIn(resource: Resource, { note }: Planning): void {
  for (const [name] of forBrowsers(resource)) {
    if (!AT_BUILD.test(name)) continue;
    const advice = 'read it at run time, or name a Dockerfile of your own with build.args';
    note(resource, `env.${name} is written into pages when they are built, and has no value then: ${advice}`);
  }
}

function forBrowsers({ env }: Resource): readonly (readonly [string, Template])[] {
  return Object.entries(env).filter(([name]) => FOR_BROWSERS.some((prefix) => name.startsWith(`${prefix}_`)));
}

function refsThere(template: Template, target: Target): readonly RefTarget[] {
  return template.flatMap((part): readonly RefTarget[] => {
    if (typeof part === 'string') return [];
    if (part.kind !== 'per-target') return refsOf([part]);
    return refsThere(part.values[target] ?? part.values.default ?? [], target);
  });
}
