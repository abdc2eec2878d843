import type { Deploy } from '../../core/deploy.ts';
import type { Port } from '../../core/stack.ts';
import type { WrittenDeploy } from '../options/deploy.ts';
import type { Scope } from '../scope.ts';

/** The numbers that a Service has instead of those its containers listen on, by port. */
export function servicePortsOf(
  written: WrittenDeploy['servicePort'],
  ports: readonly Port[],
  key: string,
  scope: Scope,
): Pick<Deploy, 'servicePorts'> {
  if (written === undefined) return {};
  const at = `${key}.deploy.servicePort`;
  const known = ports.map(({ name }) => name);
  const [first] = known;
  if (first === undefined) {
    scope.problem('contradiction', at, `${at} needs a port, but ${key} has none. Add port: 3000, or remove it.`);
    return {};
  }
  const servicePorts = typeof written === 'number' ? { [first]: written } : written;
  const taken = new Map<number, string>();
  for (const name of new Set([...known, ...Object.keys(servicePorts)])) {
    const number = servicePorts[name];
    if (!known.includes(name))
      scope.problem(
        'unknown-port',
        `${at}.${name}`,
        `${at} names the port ${name}, which it does not have: ${known.join(', ')}.`,
      );
    const other = number === undefined ? undefined : taken.get(number);
    if (other !== undefined)
      scope.problem(
        'port-clash',
        `${at}.${name}`,
        `${at}: ${other} and ${name} are both ${number}. Give one of them another.`,
      );
    if (number !== undefined) taken.set(number, name);
  }
  return { servicePorts };
}
