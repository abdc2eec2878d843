import { nearest } from '../places.ts';
import type { ProjectFiles } from '../recipe.ts';
import { posix } from 'node:path';

const USUAL = 20;

/** The major version to run on: what a version file says, or the usual one unless `engines` rules it out. */
export function nodeMajor(files: ProjectFiles, folder: string, engines: string | undefined): number {
  for (const name of ['.nvmrc', '.node-version']) {
    const at = nearest(files, folder, [name]);
    const [, major] = /^v?(\d+)/.exec(at === undefined ? '' : (files.read(posix.join(at, name)) ?? '').trim()) ?? [];
    if (major !== undefined) return Number(major);
  }
  const ranges = (engines ?? '*').split('||').map(majorsOf);
  if (ranges.some(({ low, high }) => low <= USUAL && USUAL <= high)) return USUAL;
  return Math.max(...ranges.map(({ low, high }) => (low > 0 ? low : high)));
}

function majorsOf(range: string): { readonly low: number; readonly high: number } {
  let [low, high] = [0, Infinity];
  for (const [, sign = '', major = '', rest = ''] of range.matchAll(/([<>]=?|[\^~=]?)\s*v?(\d+)((?:\.[\dx*]+)*)/g)) {
    const number = Number(major);
    if (sign.startsWith('>')) low = number;
    else if (sign === '<') high = /[1-9]/.test(rest) ? number : number - 1;
    else if (sign === '<=') high = number;
    else low = high = number;
  }
  return { low, high };
}

/** Its part of the name of a shape. */
export function nodeName(major: number): string {
  return major === USUAL ? 'node' : `node${major}`;
}
