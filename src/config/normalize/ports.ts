import type { Port } from '../../core/stack.ts';
import { kebabName } from '../names.ts';
import type { WrittenPort } from '../options/process.ts';
import type { Scope } from '../scope.ts';
import { isPlain } from '../shape.ts';

/** What a container listens on when the config leaves the number open. */
export const DEFAULT_CONTAINER_PORT = 8080;

interface Written {
  readonly port?: number | 'auto';
  readonly ports?: { readonly [name: string]: WrittenPort };
}

/** The names of the ports, read before anything else is: values of other resources name them. */
export function portNames(options: unknown): readonly string[] {
  const written = isPlain(options) && 'ports' in options ? options.ports : undefined;
  const ports = isPlain(written) ? Object.keys(written) : [];
  return ports.length > 0 ? ports : ['http'];
}

/** The ports of a service, or of a container. */
export function portsOf(written: Written, path: string, scope: Scope): readonly Port[] {
  if (written.port !== undefined && written.ports) {
    const message = `${path} has both port and ports. Keep ports: { http: ${JSON.stringify(written.port)}, … }`;
    scope.problem('contradiction', `${path}.port`, message);
  }
  if (written.ports && Object.keys(written.ports).length === 0) {
    const message = `${path}.ports is empty. Leave it out for one http port; a process without ports is a worker().`;
    scope.problem('missing-option', `${path}.ports`, message);
  }
  const entries: readonly [string, WrittenPort][] = written.ports
    ? Object.entries(written.ports)
    : [['http', { port: written.port ?? 'auto' }]];
  const taken = new Set(entries.map(([, { port, containerPort = port }]) => containerPort));
  const ports = entries.map(([name, option], index): Port => {
    checkPortName(name, `${path}.ports`, scope);
    const port = option.port ?? 'auto';
    const containerPort = option.containerPort ?? (port === 'auto' ? firstFree(taken) : port);
    taken.add(containerPort);
    return {
      name,
      port,
      env: option.env ?? variableOf(name, index),
      protocol: option.protocol ?? 'http',
      containerPort,
    };
  });
  checkVariables(ports, path, scope);
  return ports;
}

function firstFree(taken: ReadonlySet<number | 'auto' | undefined>): number {
  let port = DEFAULT_CONTAINER_PORT;
  while (taken.has(port)) port++;
  return port;
}

function variableOf(name: string, index: number): string {
  return index === 0 ? 'PORT' : `${kebabName(name).replaceAll('-', '_').toUpperCase()}_PORT`;
}

function checkPortName(name: string, path: string, scope: Scope): void {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,30}$/.test(name)) return;
  const message = `${path} has a name ${JSON.stringify(name)}. A port is named with letters, digits, - and _, beginning with a letter.`;
  scope.problem('bad-name', path, message);
}

function checkVariables(ports: readonly Port[], path: string, scope: Scope): void {
  for (const [index, port] of ports.entries()) {
    if (!/^[A-Za-z_]\w*$/.test(port.env)) {
      const message = `${path}.ports.${port.name}.env is ${JSON.stringify(port.env)}. A variable has letters, digits and _.`;
      scope.problem('bad-name', `${path}.ports.${port.name}.env`, message);
    }
    const other = ports.slice(0, index).find((earlier) => earlier.env === port.env);
    if (!other) continue;
    const message = `${path}: the ports ${other.name} and ${port.name} both use the variable ${port.env}. Give one another: env: '…'`;
    scope.problem('duplicate-name', `${path}.ports.${port.name}`, message);
  }
}
