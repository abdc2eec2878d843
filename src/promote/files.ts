import { fillFile } from '../core/config-file.ts';
import type { FilePart } from '../core/config-file.ts';
import type { Resource } from '../core/stack.ts';
import type { Planning } from './planning.ts';
import { plainText } from './value.ts';
import type { Value } from './value.ts';
import type { WorkloadFile } from './workload.ts';

/** What a program reads in its container: a text where everything is known, else with holes. */
export function configFilesOf(
  resource: Resource,
  workdir: string | undefined,
  { reader, problem }: Planning,
): { readonly [place: string]: WorkloadFile } {
  const files = (resource.configFiles ?? []).flatMap(({ path, parts }): [string, WorkloadFile][] => {
    if (!path.startsWith('/') && workdir === undefined) {
      const message = `${resource.name}: the file ${path} does not begin with /, and nobody here knows which folder its image works in.`;
      problem(resource, 'bad-name', message);
      return [];
    }
    const values = parts.map((part): FilePart<Value> => {
      if (typeof part === 'string') return part;
      const value = reader.valueOf(part.value);
      if (!value) problem(resource, 'no-value', `${resource.name}: the file ${path} has a value that is none there.`);
      return { ...part, value: value ?? [] };
    });
    return [[path.startsWith('/') ? path : `${workdir}/${path}`, closed(values)]];
  });
  return Object.fromEntries(files);
}

/** With every hole filled whose text does not depend on who runs it. */
function closed(parts: readonly FilePart<Value>[]): WorkloadFile {
  const isClosed = parts.every((part) => typeof part === 'string' || plainText(part.value) !== undefined);
  return isClosed ? fillFile(parts, (value) => plainText(value) ?? '') : parts;
}
