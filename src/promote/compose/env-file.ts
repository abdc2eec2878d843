import { encodeForUrl } from '../../kinds/address.ts';
import { onOneLine, quoted, variableName } from '../env-text.ts';
import { isPlain } from './variables.ts';
import type { Variable } from './variables.ts';

export interface EnvFileParts {
  /** What the file says now, by variable. */
  readonly known: Readonly<Record<string, string>>;
  /** Values that were set for this target with `devstack secret set`, by the name of the config. */
  readonly given: Readonly<Record<string, string>>;
  readonly tag: string;
  makeUp(length: number): string;
  /** The number itself, or another one where it is taken. */
  freePort(number: number, taken: ReadonlySet<number>): number;
  /** Of the files of a service that have values in them. */
  filesHash(service: string, values: ReadonlyMap<string, string>): string;
  /** Of whoever runs this. */
  buildFile(name: string): string | undefined;
}

export interface EnvFile {
  readonly values: ReadonlyMap<string, string>;
  /** Secrets and parameters without a value. */
  readonly missing: readonly string[];
}

/** What is there stays; what is missing is made up, where it may be. */
export function fillVariables(variables: ReadonlyMap<string, Variable>, parts: EnvFileParts): EnvFile {
  const values = new Map<string, string>();
  const missing: string[] = [];
  const given = new Map(Object.entries(parts.given).map(([name, value]) => [variableName(name), value]));
  const known = (name: string): string | undefined => {
    const value = given.get(name) ?? parts.known[name];
    return value === '' ? undefined : value;
  };
  const taken = new Set([...variables].flatMap(([name, { kind }]) => (kind === 'port' ? [Number(known(name))] : [])));
  for (const [name, variable] of variables) {
    switch (variable.kind) {
      case 'secret': {
        const made =
          variable.generateLength === undefined ? undefined : () => parts.makeUp(variable.generateLength ?? 24);
        values.set(name, known(name) ?? variable.literal ?? made?.() ?? '');
        break;
      }
      case 'encoded':
      case 'files':
        break; // once all others are known
      case 'param':
        // A default that stands in the file follows the config.
        if (known(name) !== undefined || !isPlain(variable.fallback))
          values.set(name, known(name) ?? variable.fallback ?? '');
        break;
      case 'port':
        values.set(name, known(name) ?? String(parts.freePort(variable.number, taken)));
        break;
      case 'file': {
        const file = known(name) ?? parts.buildFile(name);
        if (file !== undefined) values.set(name, file);
        break;
      }
      case 'tag':
        values.set(name, parts.tag);
        break;
    }
    const needsValue = variable.kind === 'secret' || (variable.kind === 'param' && variable.fallback === undefined);
    if (needsValue && values.get(name) === '') missing.push(name);
  }
  for (const [name, variable] of variables)
    if (variable.kind === 'encoded') values.set(name, encodeForUrl(values.get(variable.of) ?? ''));
  for (const [name, variable] of variables)
    if (variable.kind === 'files') values.set(name, parts.filesHash(variable.of, values));
  return { values, missing };
}

/** The same without a value, for whoever has no file yet. */
export function exampleText(head: readonly string[], variables: ReadonlyMap<string, Variable>): string {
  const lines = [...variables].map(([name, variable]) => `${explanation(variable)}\n${name}=${example(variable)}`);
  return `${[...head.map((line) => `# ${line}`), ...lines].join('\n')}\n`;
}

function explanation(variable: Variable): string {
  switch (variable.kind) {
    case 'secret':
      return `# ${onOneLine(variable.description ?? 'Secret')}${variable.generateLength === undefined ? '; needed' : '; made up when the file is written'}`;
    case 'encoded':
      return `# ${variable.of}, percent-encoded`;
    case 'param':
      return `# ${onOneLine(variable.description ?? 'Parameter')}${variable.fallback === undefined ? '; needed' : ''}`;
    case 'port':
      return `# Port of ${variable.resource} on this machine`;
    case 'file':
      return `# Path: ${variable.description}`;
    case 'files':
      return `# Changes with the files of ${variable.of} in local/`;
    case 'tag':
      return '# Of the images that are built';
  }
}

function example(variable: Variable): string {
  if (variable.kind === 'param') return quoted(variable.fallback ?? '');
  if (variable.kind === 'port') return String(variable.number);
  return variable.kind === 'tag' ? 'dev' : '';
}
