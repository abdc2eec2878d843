import path from 'node:path';
import { FailureError } from '../core/failure.ts';
import type { Target } from '../core/ref.ts';
import { resolveTemplate } from '../core/ref.ts';
import type { Resource, Stack } from '../core/stack.ts';
import type { Asker, Facts } from './addresses.ts';
import { createLookup } from './addresses.ts';
import { isStack, stackKey } from './brand.ts';
import type { Stack as DefinedStack } from './define.ts';
import { environmentOf } from './environment.ts';
import { normalizeStack } from './normalize/stack.ts';

/**
 * One resource as a target would run it.
 * @example
 * resolve(stack, 'dev').resources.api.waitsFor // ['migrate (done)', 'db (ready)']
 */
export interface ResolvedResource {
  readonly kind: 'process' | 'task' | 'container';
  readonly run?: string;
  readonly image?: string;
  /** Variables with their values; secrets are never shown. */
  readonly env: Readonly<Record<string, string>>;
  /** Port name to number. */
  readonly ports: Readonly<Record<string, number>>;
  /** What it waits for: `db (ready)`, `migrate (done)`. */
  readonly waitsFor: readonly string[];
  /** What comes up with it, without order. */
  readonly comesWith: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
}

/**
 * A stack as a target would run it.
 * @example
 * expect(resolve(stack, 'kind')).toMatchSnapshot();
 */
export interface ResolvedStack {
  readonly name: string;
  readonly target: 'dev' | 'compose' | 'kind';
  readonly resources: Readonly<Record<string, ResolvedResource>>;
}

const FIRST_PORT = 41_000;
/** Describes the JSON of a resolved stack: `schema/stack.json` of the package. */
export const STACK_SCHEMA = 'https://unpkg.com/devstack/schema/stack.json';

/**
 * The stack as one target sees it, for snapshot tests: nothing is started, no file but the config's own is read.
 *
 * Open ports are numbered from 41000 in order; passwords show as `***`, secrets as `<generated>`, `<NAME>`,
 * `${NAME:?}` (compose) or `secretKeyRef(NAME)` (kind). Throws an Error with all problems when the config is invalid.
 * @example
 * expect(resolve(stack, 'compose').resources.api.env.DATABASE_URL).toBe('postgresql://app:***@db:5432/db');
 */
export function resolve(stack: DefinedStack, target: 'dev' | 'compose' | 'kind'): ResolvedStack {
  if (!isStack(stack)) throw new Error('resolve() needs what defineConfig() returned.');
  const { place } = stack[stackKey];
  const normalized = normalizeStack(stack, place?.file ?? path.resolve('devstack.config.ts'));
  if (normalized.kind === 'stack') return resolveStack(normalized.stack, target);
  const { problems } = normalized;
  const lines = problems.map(({ at, message }) => (at === undefined ? message : `${at}  ${message}`));
  throw new Error(lines.join('\n'), { cause: new FailureError({ code: 'config-invalid', problems }) });
}

/** The same for a stack that was loaded. */
export function resolveStack(stack: Stack, target: Target): ResolvedStack {
  const facts = placeholderFacts(stack, target);
  const resources = stack.resources.map((resource): [string, ResolvedResource] => [
    resource.name,
    resolveResource(stack, resource, target, facts),
  ]);
  return { name: stack.name, target, resources: Object.fromEntries(resources) };
}

function resolveResource(stack: Stack, resource: Resource, target: Target, facts: Facts): ResolvedResource {
  const lookup = createLookup(stack, askerFor(resource, target), facts);
  const numbers = resource.ports.map((port): [string, number] => [
    port.name,
    (target === 'dev' ? facts.hostPort(resource.name, port.name) : (port.containerPort ?? fixed(port.port))) ?? 8080,
  ]);
  const links = Object.entries(resource.links).flatMap(([title, template]): [string, string][] => {
    const { value, missing } = resolveTemplate(template, lookup);
    return missing.length > 0 ? [] : [[title, value.text]];
  });
  return {
    kind: resource.kind,
    ...(resource.kind === 'container' ? {} : { run: resource.run }),
    ...(resource.image === undefined ? {} : { image: resource.image }),
    env: environmentOf(resource, lookup, target).env,
    ports: Object.fromEntries(numbers),
    waitsFor: resource.dependencies.map(({ on, gate }) => `${on} (${gate})`),
    comesWith: resource.companions,
    ...(links.length === 0 ? {} : { links: Object.fromEntries(links) }),
  };
}

function fixed(port: number | 'auto'): number | undefined {
  return port === 'auto' ? undefined : port;
}

function askerFor(resource: Resource, target: Target): Asker {
  if (target === 'dev') return { target, kind: resource.kind === 'container' ? 'container' : 'native' };
  return { target, isPooled: resource.kind !== 'task' };
}

/** Numbers and texts that stand for what only a running stack knows; the same ones every time. */
function placeholderFacts(stack: Stack, target: Target): Facts {
  const numbers = new Map<string, number>();
  const all = stack.resources.flatMap(({ name, ports }) =>
    ports.map((port) => ({ id: `${name}/${port.name}`, port: port.port })),
  );
  const taken = new Set(all.map(({ port }) => port));
  let next = FIRST_PORT;
  for (const { id, port } of all) {
    while (taken.has(next)) next++;
    numbers.set(id, port === 'auto' ? next++ : port);
  }
  const generated = new Set(stack.resources.flatMap((resource) => generatedSecrets(resource)));
  return {
    hostPort: (resource, port) => numbers.get(`${resource}/${port}`),
    secret: (name) => (name.endsWith('.password') ? '***' : shownSecret(name, generated.has(name), target)),
    param: () => undefined,
    gateway: 'host.docker.internal',
  };
}

function shownSecret(name: string, isGenerated: boolean, target: Target): string {
  switch (target) {
    case 'dev':
      return isGenerated ? '<generated>' : `<${name}>`;
    case 'compose':
      return `\${${name}:?}`;
    case 'kind':
      return `secretKeyRef(${name})`;
  }
}

function generatedSecrets(resource: Resource): readonly string[] {
  return Object.values(resource.env).flatMap((template) =>
    template.flatMap((part) =>
      typeof part !== 'string' && part.kind === 'secret' && part.generateLength !== undefined ? [part.name] : [],
    ),
  );
}
