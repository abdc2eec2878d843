import type { Failure } from '../../core/failure.ts';
import type { Resource, Stack } from '../../core/stack.ts';
import { isPortFree, type PortTable } from '../../system/ports.ts';
import type { AskForPort } from './port-owner.ts';
import type { Sharing } from './sharing.ts';
import type { PortNumbers } from './values.ts';

/** It runs on this machine, not at an address that was given instead. */
const isHere = (resource: Resource): boolean => resource.kind !== 'process' || !resource.elsewhere;

type Reserved = {
  readonly numbers: PortNumbers;
  readonly moved: readonly { readonly key: string; readonly from: number; readonly to: number }[];
};

/** Numbers for all ports of a stack; those of servers that instances share are the same for all of them. */
export async function reserve(
  table: PortTable,
  stack: Stack,
  instance: string,
  movedTo: ReadonlyMap<string, number>,
  sharing?: Sharing,
): Promise<Reserved> {
  const isShared = ({ name }: Resource): boolean => sharing?.names.has(name) === true;
  const wanted = (resources: readonly Resource[]) =>
    resources.flatMap((resource) =>
      resource.ports.map(({ name, port }) => ({
        resource: resource.name,
        port: name,
        number: movedTo.get(`${resource.name}/${name}`) ?? port,
      })),
    );
  const here = stack.resources.filter(isHere);
  const own = await table.reserve(instance, stack.root, wanted(here.filter((resource) => !isShared(resource))));
  if (!sharing) return own;
  const shared = await sharing.reserve(wanted(here.filter(isShared)));
  return { numbers: { ...own.numbers, ...shared.numbers }, moved: [...own.moved, ...shared.moved] };
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
