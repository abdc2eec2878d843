import type { Check, Health, HealthCheck, Port } from '../../core/stack.ts';
import type { WrittenCheck, WrittenHealth } from '../options/health.ts';
import type { Scope } from '../scope.ts';
import { didYouMean } from '../suggest.ts';

/** Checks of a resource with these ports; a path alone is readiness by HTTP and liveness by TCP. */
export function healthOf(
  written: WrittenHealth | undefined,
  ports: readonly Port[],
  path: string,
  scope: Scope,
): Health {
  if (written === undefined || written.kind === 'none') return {};
  if (written.kind === 'each') {
    const ready = written.ready && checkOf(written.ready, ports, `${path}.ready`, scope);
    const live = written.live && checkOf(written.live, ports, `${path}.live`, scope);
    const startup = written.startup && checkOf(written.startup, ports, `${path}.startup`, scope);
    return { ...(ready && { ready }), ...(live && { live }), ...(startup && { startup }) };
  }
  const ready = checkOf(written.check, ports, path, scope);
  if (!ready) return {};
  switch (ready.kind) {
    case 'http': {
      const { intervalMs, timeoutMs, retries, startPeriodMs } = ready;
      return { ready, live: { kind: 'tcp', port: ready.port, intervalMs, timeoutMs, retries, startPeriodMs } };
    }
    case 'tcp':
    case 'command':
      return { ready, live: ready };
    case 'log':
      return { ready }; // a line is written once: it says nothing about whether the process still works
  }
}

function checkOf(written: WrittenCheck, ports: readonly Port[], path: string, scope: Scope): HealthCheck | undefined {
  const check = kindOf(written, ports, path, scope);
  if (!check) return undefined;
  return {
    ...check,
    intervalMs: written.interval ?? 2000,
    timeoutMs: written.timeout ?? 2000,
    retries: written.retries ?? 30,
    startPeriodMs: written.startPeriod ?? 0,
  };
}

function kindOf(written: WrittenCheck, ports: readonly Port[], path: string, scope: Scope): Check | undefined {
  const { http, tcp, command, log } = written;
  if (http !== undefined) {
    const port = portOf(written.port, ports, `${path}.port`, scope);
    return port === undefined ? undefined : { kind: 'http', path: http, port };
  }
  if (tcp !== undefined) {
    const port = portOf(typeof tcp === 'string' ? tcp : undefined, ports, `${path}.tcp`, scope);
    return port === undefined ? undefined : { kind: 'tcp', port };
  }
  if (command !== undefined) return { kind: 'command', command };
  return log && { kind: 'log', pattern: log.source, flags: log.flags };
}

function portOf(name: string | undefined, ports: readonly Port[], path: string, scope: Scope): string | undefined {
  const owner = path.split('.', 1)[0] ?? '';
  const names = ports.map((port) => port.name);
  if (names.length === 0) {
    const message = `${owner}.healthcheck needs a port, but ${owner} has none. Use { command: … } or { log: /…/ }, or make it a service().`;
    scope.problem('unknown-port', `${owner}.healthcheck`, message);
    return undefined;
  }
  if (name === undefined) return names[0];
  if (names.includes(name)) return name;
  const hint = didYouMean(name, names) || ` It has: ${names.join(', ')}.`;
  scope.problem('unknown-port', path, `${path}: ${owner} has no port "${name}".${hint}`);
  return undefined;
}
