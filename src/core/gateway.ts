import type { Failure } from './failure.ts';

/** A container that finds a port of this machine through the gateway of its network. */
export interface GatewayNeed {
  readonly container: string;
  readonly resource: string;
  readonly port: number;
}

/**
 * Why containers do not reach a resource of this machine: it listens on a loopback address, which is another one in
 * each container. Nothing is known of a port that nobody listens on.
 */
export function gatewayFailure(
  resource: string,
  kind: 'process' | 'server',
  needs: readonly GatewayNeed[],
  hostsOf: (port: number) => readonly string[],
): Failure | undefined {
  const refused = needs.flatMap((need) => {
    const hosts = need.resource === resource ? hostsOf(need.port) : [];
    const [host] = hosts;
    return host !== undefined && hosts.every(isLoopback) ? [{ ...need, host }] : [];
  });
  const [first] = refused;
  if (!first) return undefined;
  const containers = [...new Set(refused.map(({ container }) => container))];
  return { code: 'loopback-only', resource, kind, host: first.host, port: first.port, containers };
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host.startsWith('::ffff:127.');
}
