import type { Stack } from '../core/stack.ts';
import type { Reached } from '../tether/messages.ts';
import { addedEnvironment } from './assemble/environment.ts';
import type { Values } from './assemble/values.ts';

/** Where a program of this machine finds everything, and what each is given; with secrets. */
export function reachedIn(stack: Stack, values: Values, shell: NodeJS.ProcessEnv): Readonly<Record<string, Reached>> {
  return Object.fromEntries(
    stack.resources.map((resource) => {
      const { name } = resource;
      const value = (part: string): string | undefined =>
        values.native({ kind: 'resource', resource: name, part })?.text;
      const isServer = resource.kind === 'container' && resource.engine !== 'container';
      const numbers = values.portsOf(resource);
      const ports = resource.ports.flatMap(({ name: port }, index) => {
        const isMain = isServer && index === 0;
        const url = value(isMain ? 'url' : `${port}.url`);
        const host = value(isMain ? 'host' : `${port}.host`) ?? '127.0.0.1';
        const number = Number(value(isMain ? 'port' : `${port}.port`) ?? numbers[port]);
        if (!Number.isInteger(number)) return [];
        return [[port, { ...(url !== undefined && { url }), host, port: number }] as const];
      });
      const added = addedEnvironment(stack, resource, values, shell);
      const url = ports[0]?.[1].url;
      const env = added.kind === 'added' ? added.env : {};
      return [name, { ...(url !== undefined && { url }), ports: Object.fromEntries(ports), env }];
    }),
  );
}
