import type { RefTarget, Target, Template } from '../core/ref.ts';
import type { Branded, RefDetails } from './brand.ts';
import { isRef, isResource, refKey, resourceKey } from './brand.ts';
import { anyText, either, flag, integer, wrong } from './checks.ts';
import { splitMarkers } from './registry.ts';
import { valuesOf } from './resource.ts';
import type { Check, Listed, Scope } from './scope.ts';
import { isPlain, shape } from './shape.ts';
import { show } from './show.ts';
import { didYouMean } from './suggest.ts';

/** Text, number, boolean or ref, with the refs inside text found again. */
export const template: Check<Template> = (value, path, scope) => {
  if (typeof value === 'string') return textTemplate(value, path, scope);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return [String(value)];
  if (isRef(value)) return single(targetOf(value[refKey].details, path, scope));
  if (isResource(value)) return wholeResource(value, path, scope);
  return wrong(path, scope, 'text, a number, true, false or a value like db.url', value);
};

/** A ref and nothing else. */
export const refTemplate: Check<Template> = (value, path, scope) =>
  isRef(value) || isResource(value)
    ? template(value, path, scope)
    : wrong(path, scope, 'a secret() or another reference', value);

function single(target: RefTarget | undefined): Template | undefined {
  return target && [target];
}

function textTemplate(value: string, path: string, scope: Scope): Template | undefined {
  if (value.includes('\0')) return wrong(path, scope, 'text without NUL characters', value);
  const { parts, damaged } = splitMarkers(value);
  if (damaged) {
    const message = `${path} contains a broken reference: a value was cut or replaced; build it from parts`;
    scope.problem('broken-reference', path, message);
    return undefined;
  }
  if (parts.length === 0) return [''];
  return parts.flatMap((part): Template => {
    if (typeof part === 'string') return [part];
    const target = targetOf(part, path, scope);
    return target ? [target] : [];
  });
}

function wholeResource(resource: Branded, path: string, scope: Scope): undefined {
  const { kind } = resource[resourceKey];
  const key = scope.reading.listed.get(resource)?.key ?? kind;
  const [first, ...others] = valuesOf(resource).map((value) => `${key}.${value}`);
  const shown = others.slice(0, 2).join(', ');
  const fix =
    first === undefined
      ? 'It has no values; dependsOn orders the start.'
      : `Pick a value: ${first} (usual), ${shown} …`;
  scope.problem('whole-resource', path, `${path} is ${show(resource, scope)}. ${fix}`);
}

function targetOf(details: RefDetails, path: string, scope: Scope): RefTarget | undefined {
  switch (details.kind) {
    case 'resource': {
      const owner = scope.reading.find(details.owner, path);
      return owner && resourceTarget(owner, details.part, path, scope);
    }
    case 'secret':
      return secretTarget(details.name, details.options, scope);
    case 'param':
      return paramTarget(details.name, details.options, scope);
    case 'per-target':
      return perTarget(details.values, path, scope);
  }
}

const perPort = new Set(['url', 'host', 'port', 'publicUrl', 'origin']);

/** Values of services and containers belong to a port: `url` is `http.url`. */
function resourceTarget(owner: Listed, part: string, path: string, scope: Scope): RefTarget | undefined {
  const { kind } = owner;
  if (kind !== 'service' && kind !== 'container') return { kind: 'resource', resource: owner.name, part };
  if (perPort.has(part)) return { kind: 'resource', resource: owner.name, part: `${owner.ports[0] ?? 'http'}.${part}` };
  const port = part.slice(0, part.lastIndexOf('.'));
  if (owner.ports.includes(port)) return { kind: 'resource', resource: owner.name, part };
  const hint = didYouMean(port, owner.ports) || ` It has: ${owner.ports.join(', ')}.`;
  scope.problem('unknown-port', path, `${owner.key} has no port "${port}".${hint}`);
  return undefined;
}

const secretOptions = shape({
  generate: either(
    (value) => typeof value === 'object',
    shape({ length: integer(8, 1024, 'a length of 8 to 1024') }),
    flag,
  ),
  description: anyText,
});
const paramOptions = shape({ default: scalar, description: anyText });

function scalar(value: unknown, path: string, scope: Scope): string | undefined {
  const given = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return given ? String(value) : wrong(path, scope, 'text, a number, true or false', value);
}

function secretTarget(name: unknown, given: unknown, scope: Scope): RefTarget | undefined {
  if (!isVariable(name)) return badName('secret', name, scope);
  const options = secretOptions(given, `secret("${name}")`, scope);
  const { generate, description } = options ?? {};
  const length = typeof generate === 'object' ? (generate.length ?? 32) : generate === true ? 32 : undefined;
  return {
    kind: 'secret',
    name,
    ...(length === undefined ? {} : { generateLength: length }),
    ...(description === undefined ? {} : { description }),
  };
}

function paramTarget(name: unknown, given: unknown, scope: Scope): RefTarget | undefined {
  if (!isVariable(name)) return badName('param', name, scope);
  const { default: fallback, description } = paramOptions(given, `param("${name}")`, scope) ?? {};
  return {
    kind: 'param',
    name,
    ...(fallback === undefined ? {} : { fallback }),
    ...(description === undefined ? {} : { description }),
  };
}

function isVariable(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z_]\w*$/.test(name);
}

function badName(kind: string, name: unknown, scope: Scope): undefined {
  const shown = show(name, scope);
  const message = `${kind}(${shown}) needs the name of a variable: letters, digits and _, not beginning with a digit.`;
  scope.problem('bad-name', kind, message);
}

const targets = new Set(['dev', 'compose', 'kind', 'default']);

function perTarget(values: unknown, path: string, scope: Scope): RefTarget | undefined {
  if (!isPlain(values)) return wrong(`${path}: perTarget()`, scope, 'an object', values);
  const parsed: { [target in Target | 'default']?: Template } = {};
  for (const [target, value] of Object.entries(values)) {
    if (!isTarget(target)) {
      const hint = didYouMean(target, targets) || ' It has: dev, compose, kind, default.';
      scope.problem('unknown-option', `${path}.${target}`, `${path}: perTarget() has no target "${target}".${hint}`);
      continue;
    }
    const found = value === undefined ? undefined : template(value, path, scope);
    if (found !== undefined) parsed[target] = found;
  }
  return { kind: 'per-target', values: parsed };
}

function isTarget(name: string): name is Target | 'default' {
  return targets.has(name);
}
