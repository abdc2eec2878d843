import type { ContainerResource, HealthCheck, ProbeTiming, Resource } from '../core/stack.ts';
import { checkForBrowsers, noteBuiltIn } from './browser.ts';
import { envFileValues } from './env-files.ts';
import { configFilesOf } from './files.ts';
import { imageOf } from './image.ts';
import { amountsOf, clusterChoices, givenValue, reachedBy } from './planning.ts';
import type { Planning } from './planning.ts';
import { shellWords } from './docker/words.ts';
import { sidecarsOf } from './sidecars.ts';
import type { Value } from './value.ts';
import type { ProbeTool, Workload, WorkloadCheck, WorkloadHealth, WorkloadPort } from './workload.ts';

/** Programs that listen for this machine only in dev would not be heard in a container; most read this variable. */
const EVERYWHERE: { readonly [name: string]: Value } = { HOST: ['0.0.0.0'] };
/** It has a shell and a client for TCP in two megabytes; images of programs may have neither. */
const WAITER = 'busybox:1.37.0';
const LIMITS = { cpu: 1_000, memory: 512 * 1024 * 1024 };

/** Code of the user's, or a container of any image. */
export function programWorkload(resource: Resource, planning: Planning): Workload | undefined {
  const { note, stack } = planning;
  const image = imageOf(resource, planning);
  if (!image) return undefined; // its problem is reported
  checkForBrowsers(resource, planning);
  if (image.isGenerated && image.probe === 'node') noteBuiltIn(resource, planning);
  if (planning.target !== 'kind')
    for (const option of resource.uncarried ?? []) note(resource, `${option} is not carried over`);
  else if (resource.metrics && resource.ports.length === 0)
    note(resource, 'metrics is not carried over: it has no port they could be asked for at');
  const ports = resource.ports.map((port) => portOf(port, resource, image.port, planning));
  const isTask = resource.kind === 'task';
  const command = commandOf(resource) ?? image.command;
  // A cluster asks from outside of the container, whatever is in it.
  const tool = planning.target === 'kind' ? 'any' : image.probe;
  const health = isTask ? undefined : healthOf(resource, ports, tool, planning);
  const checks = isTask ? {} : moreChecks(resource, ports, tool);
  const { deploy } = resource;
  const sidecars = sidecarsOf(resource, planning);
  return {
    name: resource.name,
    at: resource.at,
    role: isTask ? 'task' : ports.length > 0 ? 'service' : 'worker',
    image: image.image,
    ...(command && { command }),
    ...(resource.kind === 'container' && resource.entrypoint !== undefined
      ? { entrypoint: shellWords(resource.entrypoint) }
      : {}),
    ...(image.workdir !== undefined && { workdir: image.workdir }),
    env: {
      ...(image.isGenerated && ports.length > 0 ? EVERYWHERE : {}),
      ...envFileValues(resource, planning),
      ...envOf(resource, ports, planning),
    },
    ports,
    ...(health && { health }),
    ...checks,
    needs: resource.dependencies.map(({ on, gate }) => ({ on, gate: gateOf(on, gate, stack.resources) })),
    ...waiterOf(resource, planning),
    reaches: reachedBy(resource, planning),
    stop: resource.stop,
    restart: isTask ? 'no' : resource.restart === 'no' ? 'no' : 'always',
    retries: isTask ? resource.retries : 0,
    isManual: !resource.autostart,
    replicas: deploy?.replicas ?? deploy?.autoscale?.min ?? 1,
    ...(deploy?.autoscale && { autoscale: deploy.autoscale }),
    given: deploy?.given ?? [],
    cluster: { ...clusterChoices(deploy), ...(image.user && { user: image.user }) },
    ...amountsOf(deploy, { ...LIMITS, ...deploy?.resources?.limits }, deploy?.resources?.requests),
    volumes: resource.kind === 'container' ? volumesOf(resource, planning) : {},
    ...(sidecars.length > 0 && { sidecars }),
    ...(isTask && resource.schedule !== undefined && { schedule: resource.schedule }),
    files: configFilesOf(resource, image.workdir, planning),
    ...metricsOf(resource),
    ...(image.confinement && { confinement: image.confinement }),
  };
}

/** Compose waits by itself, and has none; locked it is for all. */
function waiterOf({ deploy, dependencies }: Resource, { baseImage }: Planning): Pick<Workload, 'waiter'> {
  const waits = deploy?.waitFor === 'init' && dependencies.length > 0;
  return waits ? { waiter: baseImage(WAITER) } : {};
}

/** Asked for at the first of its ports, unless one is named. */
function metricsOf({ metrics, ports: [first] }: Resource): Pick<Workload, 'metrics'> {
  const port = metrics?.port ?? first?.name;
  return metrics && port !== undefined ? { metrics: { path: metrics.path, port } } : {};
}

/** Who has nothing to tell when it is ready is only waited for until it has started. */
function gateOf(on: string, gate: Workload['needs'][number]['gate'], resources: readonly Resource[]) {
  const other = resources.find(({ name }) => name === on);
  const isSilent = other !== undefined && other.kind !== 'task' && other.kind !== 'container' && !other.health.ready;
  return gate === 'ready' && isSilent ? 'started' : gate;
}

function commandOf(resource: Resource): readonly string[] | undefined {
  return resource.command === undefined ? undefined : shellWords(resource.command);
}

function portOf(
  { name, protocol, containerPort, port }: Resource['ports'][number],
  resource: Resource,
  decided: number | undefined,
  { isFrontDoor }: Planning,
): WorkloadPort {
  const number = decided ?? containerPort ?? (port === 'auto' ? 8080 : port);
  const outside = { number: port === 'auto' ? number : port, isPublic: resource.deploy?.public === true };
  const service = resource.deploy?.servicePorts?.[name];
  return {
    name,
    number,
    protocol,
    ...(service !== undefined && { service }),
    ...(isFrontDoor(resource, name) && { outside }),
  };
}

function envOf(resource: Resource, ports: readonly WorkloadPort[], planning: Planning) {
  const env: Record<string, Value> = {};
  for (const [index, port] of resource.ports.entries()) env[port.env] = [String(ports[index]?.number ?? '')];
  for (const [name, template] of Object.entries(resource.env)) {
    const value = givenValue(resource, name, template, planning);
    if (value) env[name] = value;
  }
  return env;
}

function healthOf(
  resource: Resource,
  ports: readonly WorkloadPort[],
  tool: ProbeTool | undefined,
  { note }: Planning,
): WorkloadHealth | undefined {
  const { ready } = resource.health;
  if (!ready) return undefined;
  const timing = timingOf(ready);
  const check = checkOf(ready, ports, tool);
  if (!check) {
    const why =
      ready.kind === 'log' ? 'a line in the log cannot be waited for there' : 'its image has nothing to ask with';
    note(resource, `its health check is not carried over: ${why}`);
    return undefined;
  }
  return { ...timing, check };
}

function moreChecks(
  { health: { ready, live, startup } }: Resource,
  ports: readonly WorkloadPort[],
  tool: ProbeTool | undefined,
): Pick<Workload, 'live' | 'startup'> {
  const toHealth = (asked: HealthCheck | undefined): WorkloadHealth | undefined => {
    const check = asked && checkOf(asked, ports, tool);
    return check && { ...timingOf(asked), check };
  };
  // A check of readiness that stands for both was never meant to end what it asks.
  const [isLive, hasStarted] = [toHealth(live === ready ? undefined : live), toHealth(startup)];
  return { ...(isLive && { live: isLive }), ...(hasStarted && { startup: hasStarted }) };
}

/** In dev it is tried again and again until it passes; here each try is a process. */
function timingOf({ intervalMs, timeoutMs, retries, startPeriodMs }: HealthCheck): ProbeTiming {
  return {
    intervalMs: Math.max(intervalMs, 5_000),
    timeoutMs,
    retries,
    startPeriodMs: Math.max(startPeriodMs, 30_000),
  };
}

function checkOf(
  ready: HealthCheck,
  ports: readonly WorkloadPort[],
  tool: ProbeTool | undefined,
): WorkloadCheck | undefined {
  if (ready.kind === 'log') return undefined;
  if (ready.kind === 'command') return { kind: 'command', argv: shellWords(ready.command) };
  const found = ports.find(({ name }) => name === ready.port);
  if (found === undefined || tool === undefined) return undefined;
  const { number: port, protocol } = found;
  if (ready.kind === 'tcp') return { kind: 'tcp', port, tool };
  return { kind: 'http', scheme: protocol === 'https' ? 'https' : 'http', path: ready.path, port, tool };
}

function volumesOf({ volumes, name, ...rest }: ContainerResource, { note }: Planning): Workload['volumes'] {
  const entries = Object.entries(volumes).flatMap(([source, target]): [string, string][] => {
    if (!source.startsWith('/')) return [[source, target]];
    note(
      { ...rest, name, volumes },
      `the folder ${source} of this machine is not mounted there: put it into the image`,
    );
    return [];
  });
  return Object.fromEntries(entries);
}
