import { createHash } from 'node:crypto';
import { posix } from 'node:path';

/** What tells one content from another. */
export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}

/** Places of files of one workload to names of letters, digits, _, . and -: those of one name are told apart by their folders. */
export function fileNames(places: readonly string[]): ReadonlyMap<string, string> {
  const bases = places.map((place) => looksLike(posix.basename(place)));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [index, place] of places.entries()) {
    const isOnlyOne = bases.filter((base) => base === bases[index]).length === 1;
    const wished = (isOnlyOne ? posix.basename(place) : place.replace(/^\//, '')).replace(/[^\w.-]+/g, '-');
    let name = wished;
    for (let number = 2; taken.has(looksLike(name)); number++) name = `${number}-${wished}`;
    taken.add(looksLike(name));
    names.set(place, name);
  }
  return names;
}

/** Where a dot is not allowed, it is a dash. */
function looksLike(name: string): string {
  return name.replace(/[^\w-]+/g, '-');
}
