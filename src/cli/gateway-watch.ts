import type { ResourceStatus } from '../core/engine.ts';
import { gatewayFailure } from '../core/gateway.ts';
import { listeningHosts } from '../system/processes.ts';
import type { Assembly } from './assemble/engine.ts';

/** A service without a health check counts as ready before it listens. */
const LOOK_AGAIN_MS = 250;
const MOST_LOOKS = 40;

/** Says of what became ready when containers that need it cannot reach it. Stacks without containers are left alone. */
export function watchGateway({ engine, values, onHost }: Assembly): { close(): void } {
  const abort = new AbortController();
  const timers = new Map<string, NodeJS.Timeout>();
  const seen = new Map<string, number>();
  const told = new Set<string>();

  function look(name: string, looks: number): void {
    timers.delete(name);
    const resource = engine.world().instances.get(name)?.resource;
    if (!resource || (resource.kind === 'container' && !onHost(name))) return;
    const needs = values()
      .gatewayNeeds()
      .filter((need) => need.resource === name);
    if (needs.length === 0) return;
    if (needs.every(({ port }) => listeningHosts(port).length === 0)) {
      if (looks < MOST_LOOKS)
        timers.set(
          name,
          setTimeout(() => look(name, looks + 1), LOOK_AGAIN_MS),
        );
      return;
    }
    const kind = resource.kind === 'container' ? 'server' : 'process';
    const failure = gatewayFailure(name, kind, needs, listeningHosts);
    if (failure) told.add(name);
    // What else troubles it is not ours to take away.
    if (failure || told.delete(name)) engine.trouble(name, failure);
  }

  function take({ name, lifecycle, run }: ResourceStatus): void {
    if (lifecycle.kind !== 'ready' || seen.get(name) === run) return;
    seen.set(name, run);
    clearTimeout(timers.get(name));
    look(name, 1);
  }

  async function follow(): Promise<void> {
    for await (const event of engine.watch(abort.signal)) {
      if (event.kind === 'snapshot') event.snapshot.statuses.forEach(take);
      if (event.kind === 'status') take(event.status);
    }
  }

  if (engine.world().stack.resources.some(({ kind }) => kind === 'container')) void follow();
  return {
    close() {
      abort.abort();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
