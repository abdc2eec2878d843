import type { ContainerResource, ProcessResource, Resource, TaskResource, Watch } from '../../core/stack.ts';
import type { ContainerWritten, ServiceWritten, TaskWritten, WorkerWritten } from '../options/process.ts';
import type { Listed, Scope } from '../scope.ts';
import { commonOf } from './common.ts';
import { containerOf } from './container.ts';
import { listedOf } from './dependencies.ts';
import { envFilesOf, existingFolder } from './files.ts';
import { healthOf } from './health.ts';
import { ingressOf } from './ingress.ts';
import { portsOf } from './ports.ts';

/** A service or worker: native when it has `dev`, its image otherwise. */
export function processOf(
  listed: Listed,
  role: 'service' | 'worker',
  written: ServiceWritten & WorkerWritten & ContainerWritten,
  stackName: string,
  scope: Scope,
): Resource | undefined {
  const { key, name } = listed;
  if (written.dev === undefined) {
    if (listed.given.has('dev')) return undefined; // its problem is reported
    checkNeedsDev(written, key, scope);
    if (!listed.given.has('image') && !listed.given.has('build')) {
      const message = `${key} has no dev, image or build: nothing to run. Add dev: 'npm run dev', or an image.`;
      scope.problem('nothing-to-run', key, message);
      return undefined;
    }
    return containerOf(listed, written, role === 'service', stackName, scope);
  }
  const ports = role === 'service' ? portsOf(written, key, scope) : [];
  const cwd = existingFolder(written.cwd ?? '.', `${key}.cwd`, scope);
  const watch = watchOf(written.watch, cwd);
  const resource: ProcessResource = {
    kind: 'process',
    role,
    ...commonOf(listed, written, ports, scope),
    ports,
    health: healthOf(written.healthcheck, ports, `${key}.healthcheck`, scope),
    cwd,
    envFiles: envFilesOf(written.envFile, `${key}.envFile`, scope),
    run: written.dev,
    ...(watch ? { watch } : {}),
    ...(written.buildDev === undefined ? {} : { buildDev: written.buildDev }),
    restart: written.restart ?? 'on-failure',
    successExitCodes: written.successExitCodes ?? [0],
    restartWith: listedOf(written.restartWith, `${key}.restartWith`, scope).map((other) => other.name),
    tty: written.tty ?? false,
    ...ingressOf(written.deploy?.ingress, name, stackName),
  };
  return resource;
}

function checkNeedsDev(written: ServiceWritten, key: string, scope: Scope): void {
  for (const option of ['watch', 'buildDev', 'tty'] as const) {
    if (written[option] === undefined || written[option] === false) continue;
    const message = `${key}.${option} needs dev: without it the image runs in dev too, and nothing here is run natively.`;
    scope.problem('contradiction', `${key}.${option}`, message);
  }
}

function watchOf(written: ServiceWritten['watch'], base: string): Watch | undefined {
  if (!written) return undefined;
  return { base, paths: written.paths ?? ['.'], ignore: written.ignore ?? [], debounceMs: written.debounce ?? 10 };
}

/** A command that runs once. */
export function taskOf(listed: Listed, written: TaskWritten, scope: Scope): TaskResource | undefined {
  const { key } = listed;
  if (written.run === undefined) {
    if (listed.given.has('run')) return undefined; // its problem is reported
    scope.problem('missing-option', key, `${key} is a task without run. Add the command: run: 'npm run migrate'.`);
    return undefined;
  }
  // What runs at times of its own is not for every start.
  const when = written.when ?? (written.schedule === undefined ? 'up' : 'manual');
  const common = commonOf(listed, written, [], scope);
  return {
    kind: 'task',
    ...common,
    autostart: common.autostart && when === 'up',
    ports: [],
    health: {},
    cwd: existingFolder(written.cwd ?? '.', `${key}.cwd`, scope),
    envFiles: envFilesOf(written.envFile, `${key}.envFile`, scope),
    run: written.run,
    when,
    ...(written.schedule !== undefined && { schedule: written.schedule }),
    inputs: written.inputs ?? [],
    ...(written.timeout === undefined ? {} : { timeoutMs: written.timeout }),
    retries: written.retries ?? 0,
    successExitCodes: written.successExitCodes ?? [0],
    restartWith: listedOf(written.restartWith, `${key}.restartWith`, scope).map((other) => other.name),
  };
}

/** Any image. */
export function imageOf(
  listed: Listed,
  written: ContainerWritten,
  stackName: string,
  scope: Scope,
): ContainerResource | undefined {
  if (listed.given.has('image') || listed.given.has('build'))
    return containerOf(listed, written, true, stackName, scope);
  scope.problem('nothing-to-run', listed.key, `${listed.key} has no image or build: nothing to run. Add image: '…'.`);
  return undefined;
}
