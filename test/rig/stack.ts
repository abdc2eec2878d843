import type { Dependency, ProcessResource, Resource, Stack, TaskResource } from '../../src/core/stack.ts';

/** Resources and stacks as data, with everything a test does not care about filled in. */
export function processResource(name: string, change: Partial<ProcessResource> = {}): ProcessResource {
  return {
    ...common(name),
    kind: 'process',
    role: 'service',
    run: 'true',
    cwd: '/',
    envFiles: [],
    restart: 'on-failure',
    successExitCodes: [0],
    restartWith: [],
    tty: false,
    ...change,
  };
}

export function taskResource(name: string, change: Partial<TaskResource> = {}): TaskResource {
  return {
    ...common(name),
    kind: 'task',
    run: 'true',
    cwd: '/',
    envFiles: [],
    when: 'up',
    inputs: [],
    retries: 0,
    successExitCodes: [0],
    restartWith: [],
    ...change,
  };
}

export function stackOf(resources: readonly Resource[], change: Partial<Stack> = {}): Stack {
  const names = resources.map(({ name }) => name);
  return {
    name: 'test',
    root: '/',
    file: '/devstack.config.ts',
    resources,
    groups: {},
    default: names,
    logs: { maxBytes: 0 },
    ...change,
  };
}

export const on = (name: string, gate: Dependency['gate'] = 'ready'): Dependency => ({ on: name, gate });

function common(name: string) {
  return {
    name,
    at: 'devstack.config.ts:1',
    autostart: true,
    dependencies: [],
    companions: [],
    env: {},
    ports: [],
    health: {},
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
    links: {},
  } as const;
}
