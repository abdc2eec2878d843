import type { Workload, WorkloadCheck, WorkloadHealth } from '../workload.ts';
import { portNames } from './cluster.ts';
import { literal } from './words.ts';
import type { Exemption } from './exemption.ts';

export interface Probes {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly exemptions: readonly Exemption[];
}

/** Ready to be asked, still working, and started at all: three questions. */
export function probesOf(workload: Workload): Probes {
  if (workload.role === 'task') return { fields: {}, exemptions: [] };
  const { health = listens(workload), live = livenessOf(workload), startup = live } = workload;
  const fields = {
    ...(startup && { startupProbe: startupProbe(workload, startup, health) }),
    ...(health && {
      readinessProbe: { ...handlerOf(health.check, workload), ...timing(health, 1), failureThreshold: 3 },
    }),
    ...(live && { livenessProbe: { ...handlerOf(live.check, workload), ...timing(live, 10), failureThreshold: 3 } }),
  };
  const exemptions: Exemption[] = [];
  if (!health)
    exemptions.push({
      reason: 'the config has no check that a cluster can make',
      kubeScore: ['pod-probes'],
      kubeLinter: ['no-readiness-probe'],
      polaris: ['readinessProbeMissing'],
    });
  if (!live)
    exemptions.push({
      reason: 'nothing tells one that hangs from one that is busy: healthcheck.live would',
      kubeScore: ['pod-probes'],
      kubeLinter: ['no-liveness-probe'],
      polaris: ['livenessProbeMissing'],
    });
  if (health && live && JSON.stringify(health.check) === JSON.stringify(live.check))
    exemptions.push({
      reason: 'the config has one check for both questions',
      kubeScore: ['pod-probes-identical'],
    });
  return { fields, exemptions };
}

const USUAL = { intervalMs: 5_000, timeoutMs: 2_000, retries: 30, startPeriodMs: 30_000 };

/** Of a program nothing is said about: whoever listens can be talked to. */
function listens(workload: Workload): WorkloadHealth | undefined {
  if (workload.role !== 'service') return undefined;
  const port = workload.ports.find(({ protocol }) => protocol !== 'udp');
  return port && { ...USUAL, check: { kind: 'tcp', port: port.number, tool: 'any' } };
}

/** Servers that are asked by their own client are still there as long as they listen. */
function livenessOf({ role, ports, health }: Workload): WorkloadHealth | undefined {
  const port = ports.find(({ protocol }) => protocol !== 'udp');
  if (role !== 'server' || !port || health?.check.kind === 'tcp') return undefined;
  return { ...USUAL, check: { kind: 'tcp', port: port.number, tool: 'any' } };
}

const START_PERIOD = 5;

/** As long as it takes, at least two and a half minutes: until then nobody ends it for being late. */
function startupProbe(workload: Workload, startup: WorkloadHealth, health: WorkloadHealth | undefined) {
  const startMs = Math.max(startup.startPeriodMs, health?.startPeriodMs ?? 0);
  return {
    ...handlerOf(startup.check, workload),
    periodSeconds: START_PERIOD,
    timeoutSeconds: seconds(startup.timeoutMs),
    failureThreshold: Math.max(30, Math.ceil(startMs / 1000 / START_PERIOD)),
  };
}

function timing({ intervalMs, timeoutMs }: WorkloadHealth, atLeast: number) {
  return { periodSeconds: Math.max(atLeast, seconds(intervalMs)), timeoutSeconds: seconds(timeoutMs) };
}

function handlerOf(check: WorkloadCheck, workload: Workload): Record<string, unknown> {
  switch (check.kind) {
    case 'command':
      return { exec: { command: check.argv.map(literal) } };
    case 'http': {
      const isSecure = check.scheme === 'https';
      const port = portName(check.port, workload);
      return { httpGet: { path: check.path, port, ...(isSecure && { scheme: 'HTTPS' }) } };
    }
    case 'tcp':
      return { tcpSocket: { port: portName(check.port, workload) } };
  }
}

function portName(number: number, workload: Workload): string | number {
  const found = [...portNames(workload)].find(([port]) => port.number === number);
  return found?.[1] ?? number;
}

/** Whole ones, at least one. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
