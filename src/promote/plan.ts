import type { Asker } from '../config/addresses.ts';
import { declaredNeeds, templatesOf } from '../config/declared.ts';
import type { NeededParam, NeededSecret } from '../config/declared.ts';
import type { ConfigProblem } from '../core/failure.ts';
import { refsOf } from '../core/ref.ts';
import type { Resource, Stack } from '../core/stack.ts';
import { bindingsOf } from './bindings.ts';
import type { Binding } from './bindings.ts';
import type { BaseImage, ProjectFiles } from './docker/recipe.ts';
import { isForOutside } from './planning.ts';
import type { Planning } from './planning.ts';
import { programWorkload } from './program.ts';
import { serverWorkload } from './server.ts';
import { companionsOf, withCompanions } from './companions.ts';
import { poolerNote, poolersOf } from './pooler.ts';
import { createValueReader } from './value.ts';
import type { Note, Workload } from './workload.ts';

/** A stack as every target runs it. */
export interface Plan {
  readonly stack: string;
  readonly workloads: readonly Workload[];
  /** What is not the same as in dev. */
  readonly notes: readonly Note[];
  /** What keeps it from being promoted. */
  readonly problems: readonly ConfigProblem[];
  readonly secrets: ReadonlyMap<string, NeededSecret>;
  readonly params: ReadonlyMap<string, NeededParam>;
  /** What servers are reached by. */
  readonly bindings: readonly Binding[];
}

export interface PlanOptions {
  readonly asker: Asker;
  readonly files: ProjectFiles;
  readonly baseImage: BaseImage;
  /** Servers only. */
  readonly only?: 'infra';
}

export function planWorkloads(written: Stack, options: PlanOptions): Plan {
  const notes: Note[] = [];
  const problems: ConfigProblem[] = [];
  const note = ({ name, at }: Resource, text: string) => void notes.push({ at, resource: name, text });
  const stack = withSecretPasswords(written, note);
  const needs = declaredNeeds(stack.resources);
  const hidden = new Map<string, NeededSecret>();
  const planning: Planning = {
    stack,
    target: options.asker.target,
    reader: createValueReader(stack, options.asker),
    poolers: new Map(),
    files: options.files,
    baseImage: options.baseImage,
    isFrontDoor: frontDoors(stack),
    hide({ name: resource }, name, literal) {
      const known = needs.secrets.get(name) ?? hidden.get(name);
      const own = known === undefined || known.literal === literal ? name : `${resource}.${name}`;
      hidden.set(own, { name: own, literal });
      return [{ kind: 'secret', name: own, isEncoded: false }];
    },
    note,
    problem: ({ at }, code, message) => void problems.push({ code, at, message }),
  };
  const poolers = poolersOf(stack);
  // What runs to its end may need a session: migrations lock, prepare and set.
  const asker: Asker = options.asker.target === 'dev' ? options.asker : { ...options.asker, isPooled: true };
  const pooled: Planning = { ...planning, reader: createValueReader(stack, asker), poolers };
  const companions: Workload[] = [];
  const planned = stack.resources.flatMap((resource): Workload[] => {
    const isServer = resource.kind === 'container' && resource.engine !== 'container';
    if (options.only === 'infra' && !isServer) return [];
    const text = poolerNote(resource);
    if (text !== undefined) note(resource, text);
    const made = isServer
      ? serverWorkload(resource, planning)
      : programWorkload(resource, resource.kind === 'task' ? planning : pooled);
    const own = isServer && made ? companionsOf(resource, made, planning) : [];
    companions.push(...own);
    return [...(made ? [made] : []), ...own];
  });
  const beside = new Set(companions.map(({ name }) => name));
  const workloads = planned.map((one) => ({ ...one, needs: withCompanions(one, pooled, beside) }));
  const names = new Set(workloads.map(({ name }) => name));
  const wanted = wantedBy(workloads);
  return {
    stack: stack.name,
    workloads: workloads.map((one) => ({
      ...one,
      isManual: !wanted.has(one.name),
      needs: one.needs.filter(({ on }) => names.has(on)),
      reaches: one.reaches.filter((name) => names.has(name)),
    })),
    notes,
    problems,
    params: needs.params,
    bindings: bindingsOf(stack, planning.reader),
    secrets: new Map([...needs.secrets, ...hidden]),
  };
}

/** What starts by itself, and whatever that waits for. */
function wantedBy(workloads: readonly Workload[]): ReadonlySet<string> {
  const wanted = new Set(workloads.flatMap(({ name, isManual }) => (isManual ? [] : [name])));
  const byName = new Map(workloads.map((one) => [one.name, one]));
  // What is added while it is gone through is gone through, too.
  for (const name of wanted) for (const { on } of byName.get(name)?.needs ?? []) wanted.add(on);
  return wanted;
}

/** A password that is written in the config is good for dev only: it becomes a secret of the same place. */
function withSecretPasswords(stack: Stack, note: (resource: Resource, text: string) => void): Stack {
  const resources = stack.resources.map((resource): Resource => {
    if (resource.kind !== 'container') return resource;
    const { password } = resource.settings;
    if (!password || password.some((part) => typeof part !== 'string')) return resource;
    note(resource, 'its password is written in the config, so another one is made up for here');
    const secret = { kind: 'secret' as const, name: `${resource.name}.password`, generateLength: 24 };
    return { ...resource, settings: { ...resource.settings, password: [secret] } };
  });
  return { ...stack, resources };
}

/**
 * The ports somebody outside has an address of, and the first of those nobody inside talks to: they are there for people.
 * Everything of what is public.
 */
function frontDoors(stack: Stack): (resource: Resource, port: string) => boolean {
  const outside = new Set<string>();
  const inside = new Set<string>();
  for (const resource of stack.resources) {
    for (const template of templatesOf(resource)) {
      for (const ref of refsOf(template)) {
        if (ref.kind !== 'resource' || ref.resource === resource.name) continue;
        const [, port] = /^(.+)\.[^.]+$/.exec(ref.part) ?? [];
        if (!isForOutside(ref.part)) inside.add(ref.resource);
        else outside.add(port === undefined ? ref.resource : `${ref.resource}/${port}`);
      }
    }
  }
  return (resource, port) => {
    const { name, deploy, ports } = resource;
    const isFirst = ports[0]?.name === port;
    const isServer = resource.kind === 'container' && resource.engine !== 'container';
    if (isServer) return deploy?.public === true || outside.has(name);
    if (deploy?.public === true || outside.has(`${name}/${port}`)) return true;
    return isFirst && (deploy?.hasIngress === true || (deploy?.hasIngress !== false && !inside.has(name)));
  };
}
