import type { ResourceStatus } from '../../src/core/engine.ts';
import type { Lifecycle } from '../../src/core/lifecycle.ts';
import type { Resource } from '../../src/core/stack.ts';
import type { Facts } from '../../src/tui/model.ts';
import { on, processResource, taskResource } from './stack.ts';

/** The time of all facts. */
export const NOW = 1_700_000_000_000;

export const READY: Lifecycle = { kind: 'ready', attempt: 1, since: NOW - 5_000 };

export const failedWith = (code: number, name = 'web'): Lifecycle => ({
  kind: 'failed',
  at: NOW - 1_000,
  failure: { code: 'exited', resource: name, exit: { kind: 'code', code }, upMs: 340, beforeReady: true },
});

export function statusOf(name: string, change: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    name,
    kind: 'process',
    role: 'service',
    wanted: true,
    lifecycle: READY,
    blockedBy: [],
    run: 1,
    restarts: 0,
    ports: {},
    urls: {},
    firstStartAt: NOW - 9_000,
    readyAt: NOW - 5_000,
    runStartAt: NOW - 9_000,
    ...change,
  };
}

/** Resources by name, ready unless a status says otherwise. */
export function factsOf(
  resources: readonly Resource[],
  statuses: Readonly<Record<string, Partial<ResourceStatus>>> = {},
  change: Partial<Facts> = {},
): Facts {
  return {
    stack: 'shop',
    instance: 'main',
    attached: false,
    startedAt: NOW - 10_000,
    now: NOW,
    quitting: false,
    ended: false,
    resources: new Map(resources.map((resource) => [resource.name, resource])),
    statuses: new Map(resources.map(({ name, kind }) => [name, statusOf(name, { kind, ...statuses[name] })])),
    groups: {},
    usage: new Map(),
    rates: new Map(),
    ...change,
  };
}

/** A service with a terminal of its own, one without, a worker and a task. */
export const SHOP: readonly Resource[] = [
  processResource('web', { dependencies: [on('api')] }),
  processResource('api'),
  processResource('shell', { tty: true }),
  processResource('mailer', { role: 'worker' }),
  taskResource('migrate'),
];
