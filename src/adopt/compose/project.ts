import path from 'node:path/posix';
import { parseEnvFile } from '../../config/env-file.ts';
import { FailureError } from '../../core/failure.ts';
import type { Read } from '../adopted.ts';
import { filledIn } from './interpolate.ts';
import { mapOf, merged, textOf, type Raw } from './raw.ts';
import { parsed } from './yaml.ts';

export interface ComposeProject {
  readonly name?: string;
  readonly services: ReadonlyMap<string, Raw>;
  /** Of `.env` beside the file. */
  readonly variables: ReadonlyMap<string, string>;
}

const OVERRIDES = ['override.yaml', 'override.yml'];

/** The file with what it includes, extends and is overridden by, as compose reads it. */
export function readProject(file: string, read: Read): ComposeProject {
  const folder = path.dirname(file);
  // What a shell has set: a config says the same with paths.
  const own = [
    ['PWD', '.'],
    ['HOME', '~'],
  ] as const;
  const variables = new Map([...own, ...variablesOf(read(path.join(folder, '.env')) ?? '')]);
  const base = readDocument(file, folder, read, variables, []);
  const stem = path.join(folder, path.basename(file).replace(/\.ya?ml$/, ''));
  const override = OVERRIDES.map((end) => `${stem}.${end}`).find((name) => read(name) !== undefined);
  const whole = override === undefined ? base : merged(base, readDocument(override, folder, read, variables, []));
  const name = textOf(whole['name']);
  return {
    ...(name === undefined ? {} : { name: filledIn(name, variables) }),
    services: entriesOf(whole['services']),
    variables,
  };
}

const entriesOf = (value: unknown): ReadonlyMap<string, Raw> =>
  new Map(Object.entries(mapOf(value)).map(([key, entry]) => [key, mapOf(entry)]));

/** Of a dotenv file, as devstack reads it where it runs; what is wrong in it is said there. */
export function variablesOf(text: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(parseEnvFile(text, '.env', {}).values));
}

/** `folder` is where the paths of the file begin, seen from the project. */
function readDocument(
  file: string,
  folder: string,
  read: Read,
  variables: ReadonlyMap<string, string>,
  readers: readonly string[],
): Raw {
  const text = read(file);
  if (text === undefined) throw unreadable(file, 'it is not there');
  if (readers.includes(file)) throw unreadable(file, `it comes round to itself: ${[...readers, file].join(' → ')}`);
  const document = parsed(file, text);
  const within = { read, variables, readers: [...readers, file] };
  const services = mapOf(document['services']);
  const extended = Object.fromEntries(
    Object.keys(services).map((name) => [name, moved(extendedService(file, name, services, within, []), folder)]),
  );
  const included = includesOf(document['include'], file, within);
  return merged(included, { ...document, services: extended });
}

interface Within {
  readonly read: Read;
  readonly variables: ReadonlyMap<string, string>;
  readonly readers: readonly string[];
}

function includesOf(value: unknown, file: string, { read, variables, readers }: Within): Raw {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  let whole: Raw = {};
  for (const item of items) {
    const paths = typeof item === 'string' ? [item] : [mapOf(item)['path']].flat();
    for (const one of paths) {
      const text = textOf(one);
      if (text === undefined) continue;
      const target = path.join(path.dirname(file), filledIn(text, variables));
      const home = textOf(mapOf(item)['project_directory']);
      const folder =
        home === undefined ? path.dirname(target) : path.join(path.dirname(file), filledIn(home, variables));
      whole = merged(whole, readDocument(target, folder, read, variables, readers));
    }
  }
  return whole;
}

function extendedService(file: string, name: string, services: Raw, within: Within, seen: readonly string[]): Raw {
  const service = mapOf(services[name]);
  const written = service['extends'];
  if (written === undefined) return service;
  const place = `${file}:${name}`;
  if (seen.includes(place)) throw unreadable(file, `${name} extends itself: ${[...seen, place].join(' → ')}`);
  const from = typeof written === 'string' ? { service: written } : mapOf(written);
  const other = textOf(from['service']) ?? name;
  const otherFile = textOf(from['file']);
  const { extends: _, ...own } = service;
  if (otherFile === undefined) return merged(extendedService(file, other, services, within, [...seen, place]), own);
  const target = path.join(path.dirname(file), filledIn(otherFile, within.variables));
  const text = within.read(target);
  if (text === undefined) throw unreadable(target, `${name} of ${file} extends what is in it, and it is not there`);
  const base = extendedService(target, other, mapOf(parsed(target, text)['services']), within, [...seen, place]);
  // Its paths begin where it is; those of this file are moved later, when all of it is here.
  return merged(moved(base, path.relative(path.dirname(file), path.dirname(target))), own);
}

/** The service with its paths seen from another folder. */
function moved(service: Raw, folder: string): Raw {
  if (folder === '.' || folder === '') return service;
  const at = (text: string): string => (/^[/~$]|:\/\/|^git@/.test(text) ? text : `./${path.join(folder, text)}`);
  const { build, env_file: envFile, volumes } = service;
  const context = typeof build === 'string' ? build : textOf(mapOf(build)['context']);
  return {
    ...service,
    ...(build === undefined
      ? {}
      : { build: typeof build === 'string' ? at(build) : { ...mapOf(build), context: at(context ?? '.') } }),
    ...(envFile === undefined
      ? {}
      : { env_file: [envFile].flat().map((item: unknown) => movedPath(item, 'path', at)) }),
    ...(Array.isArray(volumes) ? { volumes: volumes.map((item: unknown) => movedVolume(item, at)) } : {}),
  };
}

function movedPath(item: unknown, key: string, at: (text: string) => string): unknown {
  if (typeof item === 'string') return at(item);
  const text = textOf(mapOf(item)[key]);
  return text === undefined ? item : { ...mapOf(item), [key]: at(text) };
}

function movedVolume(item: unknown, at: (text: string) => string): unknown {
  if (typeof item !== 'string') return mapOf(item)['type'] === 'bind' ? movedPath(item, 'source', at) : item;
  const [source = '', ...rest] = item.split(':');
  return source.startsWith('.') ? [at(source), ...rest].join(':') : item;
}

function unreadable(file: string, reason: string): FailureError {
  return new FailureError({ code: 'source-unreadable', file, reason });
}
