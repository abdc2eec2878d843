import type { Template } from '../core/ref.ts';
import { wrong } from './checks.ts';
import type { Check, Scope } from './scope.ts';
import { isPlain, record } from './shape.ts';
import { template } from './template.ts';
import { explainThrown } from './thrown.ts';

export type EnvTemplates = { readonly [name: string]: Template };

const templates = record(template);

/** `env`: an object, or a function that gives one. */
export const env: Check<EnvTemplates> = (value, path, scope) => {
  const given = isFunction(value) ? evaluate(value, path, scope) : { value };
  if (given === undefined) return undefined;
  if (!isPlain(given.value)) {
    if (!isFunction(value)) return wrong(path, scope, 'an object', given.value);
    return wrong(`${path}()`, scope, 'an object: env: () => ({ … })', given.value);
  }
  checkNames(Object.keys(given.value), path, scope);
  return templates(given.value, path, scope);
};

// Called once, after the whole file has run: by then every constant it may name exists.
function evaluate(make: () => unknown, path: string, scope: Scope): { readonly value: unknown } | undefined {
  try {
    return { value: make() };
  } catch (thrown) {
    const problem = explainThrown(thrown, scope.reading.root, { path, place: scope.place });
    scope.reading.problems.push(problem);
    return undefined;
  }
}

function checkNames(names: readonly string[], path: string, scope: Scope): void {
  for (const name of names) {
    if (/^[A-Za-z_][\w.-]*$/.test(name)) continue;
    const message = `${path} has a variable ${JSON.stringify(name)}. A name has letters, digits and _, and does not begin with a digit.`;
    scope.problem('bad-name', path, message);
  }
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}
