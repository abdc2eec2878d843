import type { Failure } from '../../core/failure.ts';
import type { Resource, Stack } from '../../core/stack.ts';
import { isPortFree, type PortTable } from '../../system/ports.ts';
import type { AskForPort } from './port-owner.ts';
import type { PortNumbers } from './values.ts';

/** It runs on this machine, not at an address that was given instead. */
const isHere = (resource: Resource): boolean => resource.kind !== 'process' || !resource.elsewhere;

export async function reserve(
  table: PortTable,
  stack: Stack,
  instance: string,
  movedTo: ReadonlyMap<string, number> = new Map(),
): Promise<{ readonly numbers: PortNumbers; readonly moved: readonly { key: string; from: number; to: number }[] }> {
  const wanted = stack.resources.filter(isHere).flatMap((resource) =>
    resource.ports.map(({ name, port }) => ({
      resource: resource.name,
      port: name,
      number: movedTo.get(`${resource.name}/${name}`) ?? port,
    })),
  );
  return table.reserve(instance, stack.root, wanted);
}

/** Fixed ports that somebody else has, before anything starts. */
export async function takenPorts(
  resources: readonly Resource[],
  isOurs: (port: number) => Promise<boolean>,
  ask: AskForPort,
): Promise<readonly Failure[]> {
  const fixed = resources
    .filter(isHere)
    .flatMap(({ name, ports }) =>
      ports.flatMap(({ port, protocol }) => (port === 'auto' || protocol === 'udp' ? [] : [{ name, port }])),
    );
  const failures = await Promise.all(
    fixed.map(async ({ name, port }) =>
      (await isPortFree(port)) || (await isOurs(port)) ? undefined : await ask(name, port),
    ),
  );
  return failures.flatMap((failure) => failure ?? []);
}
