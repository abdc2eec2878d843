import type { ResourceStatus } from '../core/engine.ts';
import type { RunInfo } from '../core/driver.ts';
import type { Failure } from '../core/failure.ts';
import { blockersOf } from '../core/reconcile.ts';
import { roleOf } from '../core/stack.ts';
import type { Instance, World } from '../core/world.ts';

/** What the outside told about the present run, beside the lifecycle. */
export interface Observed {
  info?: RunInfo | undefined;
  ports: { readonly [name: string]: number };
  urls: { readonly [title: string]: string };
  progress?: string | undefined;
  progressShare?: number | undefined;
  lastProbe?: string | undefined;
  probes?: ResourceStatus['probes'];
  trouble?: Failure | undefined;
}

export function statusOf(world: World, instance: Instance, observed: Observed): ResourceStatus {
  const { resource, lifecycle } = instance;
  return {
    name: resource.name,
    kind: resource.kind,
    role: roleOf(resource),
    wanted: instance.wanted,
    lifecycle,
    blockedBy: blockersOf(world, instance),
    run: instance.run,
    restarts: instance.restarts,
    ports: observed.ports,
    urls: observed.urls,
    ...(instance.debugPort !== undefined && { debugPort: instance.debugPort }),
    ...(resource.kind === 'process' && resource.watch && { watching: instance.watching }),
    ...(resource.kind === 'process' && resource.elsewhere && { elsewhere: resource.elsewhere.url }),
    ...(instance.lastCause && { lastCause: instance.lastCause }),
    ...(observed.info && { info: observed.info }),
    ...(observed.progress !== undefined && { progress: observed.progress }),
    ...(observed.progressShare !== undefined && { progressShare: observed.progressShare }),
    ...(observed.lastProbe !== undefined && { lastProbe: observed.lastProbe }),
    ...(observed.probes && observed.probes.length > 0 && { probes: observed.probes }),
    ...(observed.trouble && { trouble: observed.trouble }),
    ...(instance.readyAt !== undefined && { readyAt: instance.readyAt }),
    ...(instance.firstStartAt !== undefined && { firstStartAt: instance.firstStartAt }),
    ...(instance.runStartAt !== undefined && { runStartAt: instance.runStartAt }),
  };
}
