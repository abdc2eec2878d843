import { posix } from 'node:path';
import type { ProjectFiles } from '../recipe.ts';

/** What counts of a package.json. */
export interface Manifest {
  /** Relative to the root of the project. */
  readonly folder: string;
  readonly name?: string;
  readonly main?: string;
  readonly engine?: string;
  readonly packageManager?: string;
  readonly scripts: Strings;
  /** What is there in production. */
  readonly dependencies: Strings;
  readonly devDependencies: Strings;
  readonly workspaces: readonly string[];
}

interface Strings {
  readonly [name: string]: string;
}

/** Undefined where there is none, or none that can be read. */
export function readManifest(files: ProjectFiles, folder: string): Manifest | undefined {
  const json = parsed(files.read(posix.join(folder, 'package.json')));
  if (json === undefined) return undefined;
  const { name, main, packageManager, workspaces } = json;
  const engine = stringsOf(json['engines'])['node'];
  return {
    folder,
    ...(typeof name === 'string' && { name }),
    ...(typeof main === 'string' && { main }),
    ...(typeof packageManager === 'string' && { packageManager }),
    ...(engine !== undefined && { engine }),
    scripts: stringsOf(json['scripts']),
    dependencies: { ...stringsOf(json['dependencies']), ...stringsOf(json['optionalDependencies']) },
    devDependencies: stringsOf(json['devDependencies']),
    // Yarn also takes an object with more in it.
    workspaces: listOf(Array.isArray(workspaces) ? workspaces : recordOf(workspaces)?.['packages']),
  };
}

function parsed(text: string | undefined): { readonly [name: string]: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): { readonly [name: string]: unknown } | undefined {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}

function stringsOf(value: unknown): Strings {
  const entries = Object.entries(recordOf(value) ?? {});
  return Object.fromEntries(entries.flatMap(([name, of]) => (typeof of === 'string' ? [[name, of]] : [])));
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one: unknown) => typeof one === 'string') : [];
}
