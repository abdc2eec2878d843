import { isRef, isResource } from './brand.ts';
import { wrong } from './checks.ts';
import type { Check } from './scope.ts';
import { nearest } from './suggest.ts';

/** Option names to their checks. */
export interface Shape {
  readonly [option: string]: Check<unknown>;
}

export type Parsed<S extends Shape> = { readonly [K in keyof S]?: S[K] extends Check<infer T> ? T : never };

/** An object with these options and no others. */
export function shape<const S extends Shape>(options: S): Check<Parsed<S>> {
  return (value, path, scope) => {
    if (!isPlain(value)) return wrong(path, scope, 'an object', value);
    const parsed: Record<string, unknown> = {};
    for (const [option, given] of Object.entries(value)) {
      if (given === undefined) continue;
      const check = Object.hasOwn(options, option) ? options[option] : undefined;
      if (check === undefined) {
        const meant = meantBy(option, Object.keys(options));
        const end = meant === undefined ? `It has: ${Object.keys(options).join(', ')}.` : `Did you mean "${meant}"?`;
        scope.problem('unknown-option', `${path}.${option}`, `${path} has no option "${option}". ${end}`);
        continue;
      }
      const checked = check(given, `${path}.${option}`, scope);
      if (checked !== undefined) parsed[option] = checked;
    }
    return isParsed(parsed, options) ? parsed : undefined;
  };
}

// What the same thing is called elsewhere, or in another builder here.
const foreignWords: { readonly [word: string]: readonly string[] } = {
  cmd: ['command'],
  depends_on: ['dependsOn'],
  dev: ['run'],
  directory: ['cwd'],
  dotenv: ['envFile'],
  environment: ['env'],
  health: ['healthcheck'],
  readinessProbe: ['healthcheck'],
  run: ['dev', 'command'],
  script: ['dev', 'run'],
  start: ['dev', 'run'],
  tag: ['version'],
  working_dir: ['cwd'],
};

function meantBy(option: string, options: readonly string[]): string | undefined {
  const words = Object.hasOwn(foreignWords, option) ? foreignWords[option] : undefined;
  return words?.find((word) => options.includes(word)) ?? nearest(option, options);
}

/** Any keys, each value checked. */
export function record<T>(check: Check<T>): Check<{ readonly [key: string]: T }> {
  return (value, path, scope) => {
    if (!isPlain(value)) return wrong(path, scope, 'an object', value);
    const entries = Object.entries(value).flatMap(([key, given]): [string, T][] => {
      const checked = given === undefined ? undefined : check(given, `${path}.${key}`, scope);
      return checked === undefined ? [] : [[key, checked]];
    });
    return Object.fromEntries(entries);
  };
}

export function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isResource(value) && !isRef(value);
}

// The compiler cannot follow a loop over keys into a mapped type: each key above went through the check of that key.
function isParsed<S extends Shape>(_parsed: Record<string, unknown>, _options: S): _parsed is Parsed<S> {
  return true;
}
