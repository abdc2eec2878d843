import path from 'node:path';
import type { ConfigProblem } from '../../core/failure.ts';
import type { Resource, Stack } from '../../core/stack.ts';
import { shownUse, useInstead } from '../../core/use.ts';
import type { Branded, BrandedLocal, BrandedStack, ResourceKind } from '../brand.ts';
import { resourceKey, stackKey } from '../brand.ts';
import type { InfraKind } from '../../kinds/index.ts';
import { kebabName, nameFrom, nameTrouble } from '../names.ts';
import { infraOptions } from '../options/infra.ts';
import { containerOptions, serviceOptions, taskOptions, workerOptions } from '../options/process.ts';
import { stackOptions } from '../options/stack.ts';
import type { LastWords, Listed } from '../scope.ts';
import { Reading, Scope } from '../scope.ts';
import { checkTogether } from './clashes.ts';
import { infraOf } from './infra.ts';
import { listResources } from './list.ts';
import { mergeChanges } from '../merge.ts';
import { readLocal, type LocalRead } from './local.ts';
import { defaultOf, groupsOf } from './members.ts';
import { imageOf, processOf, taskOf } from './process.ts';

const DEFAULT_LOG_BYTES = 2 ** 30;

export type Normalized =
  | { readonly kind: 'stack'; readonly stack: Stack; readonly lastWords: ReadonlyMap<string, LastWords> }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** What `defineLocal` returned, and the file it is from. */
export interface Overrides {
  readonly local: BrandedLocal;
  readonly file: string;
}

/** What `defineConfig` returned as plain data, or everything that is wrong with it. `except`: used another way anyway. */
export function normalizeStack(
  defined: BrandedStack,
  file: string,
  overrides?: Overrides,
  except: ReadonlySet<string> = new Set(),
): Normalized {
  const root = path.dirname(file);
  const reading = new Reading(root);
  const scope = new Scope(reading, defined[stackKey].place);
  const options = stackOptions(defined, 'stack', scope) ?? {};
  const name = stackName(options.name, root, scope);
  const sources = new Map<string, Branded>();
  for (const resource of listResources(options.resources, reading, scope)) {
    const listed = reading.listed.get(resource);
    if (listed) sources.set(listed.name, resource);
  }
  if (sources.size === 0 && reading.problems.length === 0) {
    scope.problem(
      'missing-option',
      'stack.resources',
      'The stack has no resources. Write resources: { api: service({ … }) }.',
    );
  }
  const local = overrides && readLocal(overrides.local, overrides.file, reading);
  const resources = [...sources].flatMap(([resource, source]): Resource[] => {
    const listed = reading.names.get(resource);
    const made =
      listed && resourceFrom(source, listed, local?.changes.get(resource), { name, infra: options.infra }, reading);
    return made ? [made] : [];
  });
  checkTogether(resources, sources, reading);
  const groups = groupsOf(options.groups, scope);
  const started =
    local?.default === undefined
      ? defaultOf(options.default, resources, groups, scope)
      : defaultOf(local.default, resources, groups, local.scope);
  const logs = { maxBytes: options.logs?.maxBytes ?? DEFAULT_LOG_BYTES };
  const keys = options.keys === undefined ? {} : { keys: options.keys };
  const onHangup = options.onHangup === undefined ? {} : { onHangup: options.onHangup };
  const compose = options.promote?.compose ? { compose: options.promote.compose } : {};
  const kubernetes = options.promote?.kubernetes ? { kubernetes: options.promote.kubernetes } : {};
  const kind = options.promote?.kind ? { kind: options.promote.kind } : {};
  const uses = local?.uses.filter(({ use }) => !except.has(use.name)) ?? [];
  const shared = { name, root, file, resources, groups, default: started, logs };
  const stack = usingLocal({ ...shared, ...keys, ...onHangup, ...compose, ...kubernetes, ...kind }, uses);
  if (reading.problems.length > 0) return { kind: 'invalid', problems: inOrder(reading.problems) };
  return { kind: 'stack', lastWords: reading.lastWords, stack };
}

function usingLocal(stack: Stack, uses: LocalRead['uses']): Stack {
  return uses.reduce((before, { use, scope }) => {
    // What is wrong with it is reported.
    if (!before.resources.some(({ name }) => name === use.name)) return before;
    const used = useInstead(before, use);
    if (used.kind === 'used') return used.stack;
    scope.problem('use-refused', `use.${use.name}`, `use: ${shownUse(use)}: ${used.reason}.`);
    return before;
  }, stack);
}

function stackName(written: string | undefined, root: string, scope: Scope): string {
  if (written === undefined) return nameFrom(path.basename(root));
  const trouble = nameTrouble(written);
  if (trouble !== undefined)
    scope.problem('bad-name', 'stack.name', `name: ${JSON.stringify(written)} cannot be a name: ${trouble}.`);
  return kebabName(written);
}

function resourceFrom(
  source: Branded,
  named: Listed,
  changes: object | undefined,
  { name: stack, infra }: { readonly name: string; readonly infra: 'own' | 'shared' | undefined },
  reading: Reading,
): Resource | undefined {
  const { kind, options: shared, place, databases } = source[resourceKey];
  const options = changes ? mergeChanges(shared, changes) : shared;
  const listed = changes ? { ...named, given: new Set([...named.given, ...Object.keys(changes)]) } : named;
  const scope = new Scope(reading, place);
  if (isServer(kind)) return serverFrom(kind, options, listed, databases, infra, scope);
  switch (kind) {
    case 'service': {
      const written = serviceOptions(options, listed.key, scope);
      return written && processOf(listed, 'service', written, stack, scope);
    }
    case 'worker': {
      const written = workerOptions(options, listed.key, scope);
      return written && processOf(listed, 'worker', written, stack, scope);
    }
    case 'task': {
      const written = taskOptions(options, listed.key, scope);
      return written && taskOf(listed, written, scope);
    }
    case 'container': {
      const written = containerOptions(options, listed.key, scope);
      return written && imageOf(listed, written, stack, scope);
    }
    case 'database':
      return undefined; // refused when the resources were listed
  }
}

function isServer(kind: ResourceKind): kind is InfraKind {
  return kind in infraOptions;
}

function serverFrom(
  kind: InfraKind,
  options: object,
  listed: Listed,
  databases: readonly string[],
  infra: 'own' | 'shared' | undefined,
  scope: Scope,
): Resource | undefined {
  const written = infraOptions[kind](options, listed.key, scope);
  return written && infraOf(listed, kind, written, databases, infra, scope);
}

/** By line, so that a person can work from top to bottom. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const position = (problem: ConfigProblem) => {
    const [, file = '', line = '0'] = /^(.*):(\d+)$/.exec(problem.at ?? '') ?? [];
    return { file, line: Number(line) };
  };
  return problems.toSorted((one, other) => {
    const [first, second] = [position(one), position(other)];
    return first.file < second.file ? -1 : first.file > second.file ? 1 : first.line - second.line;
  });
}
