import type { ConfigProblem } from '../core/failure.ts';
import { MisuseError } from './misuse.ts';
import type { Place } from './place.ts';
import { describePlace, placeIn, sourceLines } from './place.ts';

/** What the code was evaluated for: the whole file, or one `env` function. */
export interface Evaluated {
  readonly path?: string;
  readonly place: Place | undefined;
}

/** An error thrown while the config ran, as a problem with place, cause and fix. */
export function explainThrown(thrown: unknown, root: string, evaluated: Evaluated): ConfigProblem {
  const place = (thrown instanceof Error ? placeIn(thrown.stack ?? '') : undefined) ?? evaluated.place;
  const at = place ? { at: describePlace(place, root) } : {};
  if (thrown instanceof MisuseError) {
    const spot = place && optionAt(place, evaluated.path);
    return { code: thrown.code, ...at, message: `${spot === undefined ? '' : `${spot}: `}${thrown.message}` };
  }
  const early =
    thrown instanceof ReferenceError ? /^Cannot access '([\w$]+)' before/.exec(thrown.message)?.[1] : undefined;
  if (early !== undefined && place) return { code: 'used-before-created', ...at, message: usedEarly(early, place) };
  const reason =
    thrown instanceof Error ? `${thrown.name === 'Error' ? '' : `${thrown.name}: `}${thrown.message}` : String(thrown);
  const what = evaluated.path === undefined ? 'The config threw' : `${evaluated.path} threw`;
  return { code: 'config-throws', ...at, message: `${what}: ${reason}` };
}

function usedEarly(constant: string, place: Place): string {
  const lines = sourceLines(place.file);
  const created =
    lines.findIndex((line) =>
      new RegExp(`\\b(?:const|let|class)\\s+${constant.replaceAll('$', '\\$')}\\b`).test(line),
    ) + 1;
  const before = created === 0 ? 'before it is created' : `before line ${created} creates it`;
  const word = constant.replaceAll('$', '\\$');
  const use = new RegExp(`(\\w+)\\s*:\\s*([^:{},]*\\b${word}\\b[^,}]*)`).exec(lines[place.line - 1] ?? '');
  const [, name, expression] = use ?? [];
  const inEnv =
    name !== undefined && /^[A-Z][A-Z0-9_]*$/.test(name) && expression !== undefined && !expression.includes('=>');
  const fix = inEnv
    ? `Make env a function: env: () => ({ ${name}: ${expression.trim()} })`
    : `Move this below line ${created}, or make env a function: env: () => ({ … })`;
  return `"${constant}" is used ${before}. ${fix}`;
}

/**
 * `api.env.DATABASE_URL` of a line, read from the source: while the file runs nothing else knows it.
 * Undefined when the text does not tell.
 */
function optionAt(place: Place, path: string | undefined): string | undefined {
  const lines = sourceLines(place.file);
  const variable = /['"]?\b([A-Za-z_]\w*)['"]?\s*:[^:]*$/.exec(beforeUse(lines[place.line - 1] ?? ''))?.[1];
  if (path !== undefined) return variable === undefined || variable === 'env' ? path : `${path}.${variable}`;
  for (let index = place.line - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    const opened = /^(?:export\s+)?(?:const|let|var)\s+([\w$]+)\s*=\s*(\w*)/.exec(line);
    if (!opened) continue;
    const isBuilder = /^(?:service|worker|task|container|extend)$/.test(opened[2] ?? '');
    if (!isBuilder || variable === undefined) return undefined;
    const between = lines.slice(index, place.line).join('\n');
    const inEnv = /\benv\s*:/.test(between) && /^[A-Z]/.test(variable);
    return inEnv ? `${opened[1]}.env.${variable}` : `${opened[1]}.${variable}`;
  }
  return undefined;
}

/** The line without what follows its last property name: `env: { A: db.urll }` is about A. */
function beforeUse(line: string): string {
  return line.replace(/\s*\/\/.*$/, '').replace(/[\s,})\]`;]+$/, '');
}
