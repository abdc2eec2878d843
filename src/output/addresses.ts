import type { ResourceStatus } from '../core/engine.ts';

/** Where a resource is found from this machine: one address alone, several with the names of their ports. */
export function addressesInWords({ ports, urls }: Pick<ResourceStatus, 'ports' | 'urls'>): string {
  const found = Object.entries(ports).map(([name, port]) => ({ name, address: urls[name] ?? `localhost:${port}` }));
  const [only, ...more] = found;
  // Without ports of its own there may still be a link.
  if (!only) return Object.values(urls)[0] ?? '';
  return more.length === 0 ? only.address : found.map(({ name, address }) => `${name} ${address}`).join(', ');
}
