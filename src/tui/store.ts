import type { EngineEvent, ResourceStatus } from '../core/engine.ts';
import type { Resource, Stack } from '../core/stack.ts';
import type { Usage } from '../core/viewing.ts';
import type { Facts } from './model.ts';

/** What is known of the stack, put together from events; the frames read it. */
export interface Store {
  facts(now: number): Facts;
  /** For a frame: the same object while nothing in it has changed but the time, and that within a second. */
  shown(now: number): Facts;
  /** True when something that may be shown has changed. */
  take(event: EngineEvent): boolean;
  use(usage: ReadonlyMap<string, Usage>): void;
  rate(rates: ReadonlyMap<string, number>): void;
  /** When runs of a resource began, oldest first. */
  startsOf(name: string): readonly number[];
}

const STARTS_KEPT = 200;

export function createStore(stack: () => Stack, isQuitting: () => boolean, attached = false): Store {
  const statuses = new Map<string, ResourceStatus>();
  const starts = new Map<string, number[]>();
  let usage: ReadonlyMap<string, Usage> = new Map();
  let rates: ReadonlyMap<string, number> = new Map();
  let about = { stack: stack().name, instance: '', startedAt: 0 };

  let ended = false;
  let resources = resourcesOf(stack());
  let known = stack();
  let shown: Facts | undefined;

  function factsAt(now: number): Facts {
    if (known !== stack()) {
      known = stack();
      resources = resourcesOf(known);
    }
    const { groups } = known;
    return { ...about, now, quitting: isQuitting(), ended, attached, resources, statuses, groups, usage, rates };
  }

  function isShown({ now, quitting }: Facts, at: number): boolean {
    return Math.floor(now / 1000) === Math.floor(at / 1000) && quitting === isQuitting() && known === stack();
  }

  function put(status: ResourceStatus): void {
    statuses.set(status.name, status);
    const { runStartAt } = status;
    const list = starts.get(status.name) ?? [];
    if (runStartAt === undefined || list.at(-1) === runStartAt) return;
    starts.set(status.name, [...list, runStartAt].slice(-STARTS_KEPT));
  }

  return {
    facts: factsAt,
    shown(now) {
      if (!shown || !isShown(shown, now)) shown = factsAt(now);
      return shown;
    },
    take(event) {
      shown = undefined;
      switch (event.kind) {
        case 'snapshot': {
          const { snapshot } = event;
          about = { stack: snapshot.stack, instance: snapshot.instance, startedAt: snapshot.startedAt };
          statuses.clear();
          for (const status of snapshot.statuses) put(status);
          return true;
        }
        case 'status':
          put(event.status);
          return true;
        case 'removed':
          statuses.delete(event.name);
          return true;
        case 'ended':
          ended = true;
          return true;
        case 'notice':
          return false;
      }
    },
    use(next) {
      usage = next;
      shown = undefined;
    },
    rate(next) {
      rates = next;
      shown = undefined;
    },
    startsOf: (name) => starts.get(name) ?? [],
  };
}

const resourcesOf = ({ resources }: Stack): ReadonlyMap<string, Resource> =>
  new Map(resources.map((resource) => [resource.name, resource]));

/** Something on the screen counts seconds. */
export function isCounting(
  statuses: Iterable<{ readonly lifecycle: { readonly kind: string }; readonly wanted: boolean }>,
): boolean {
  for (const { lifecycle, wanted } of statuses) {
    if (['starting', 'running', 'stopping', 'backoff'].includes(lifecycle.kind)) return true;
    if (lifecycle.kind === 'idle' && wanted) return true;
  }
  return false;
}
