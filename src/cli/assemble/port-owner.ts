import type { Driver } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { PortHolder, PortOwner } from '../../core/port-holder.ts';
import type { ContainerResource } from '../../core/stack.ts';
import type { EngineResult } from '../../drivers/container/client.ts';
import { knownSessions } from '../../project/known.ts';
import { instanceOfRun } from '../../system/process.ts';
import { portHolder } from '../../system/processes.ts';
import { within } from '../within.ts';

/** Who has a port is worth a moment, and no more. */
const ENGINE_WITHIN_MS = 2_000;

/** Says of a port that is taken who has it. */
export type AskForPort = (resource: string, port: number) => Promise<Failure>;

export function createPortQuestion(env: NodeJS.ProcessEnv, connect: () => Promise<EngineResult>): AskForPort {
  return async (resource, port) => {
    const holder = portHolder(port);
    const owner = holder?.leftoverOf === undefined ? await containerOwner(port, connect) : runOwner(holder);
    const noted = owner && knownSessions(env).find(({ instance }) => instance === owner.instance);
    const more = noted && { directory: noted.root, ...(noted.name !== undefined && { name: noted.name }) };
    return {
      code: 'port-in-use',
      resource,
      port,
      ...(holder && { holder }),
      ...(owner && { owner: { ...owner, ...more } }),
    };
  };
}

function runOwner({ leftoverOf = '' }: PortHolder): PortOwner | undefined {
  const instance = instanceOfRun(leftoverOf);
  const resource = leftoverOf.split('.')[1];
  return instance === undefined || resource === undefined ? undefined : { instance, resource };
}

/** The process that has the port of a container belongs to the engine. */
async function containerOwner(port: number, connect: () => Promise<EngineResult>): Promise<PortOwner | undefined> {
  const asked = Promise.all([connect(), import('../../drivers/container/instance.ts')]).then(
    ([engine, { publisherOf }]) => (engine.kind === 'engine' ? publisherOf(engine, port) : undefined),
  );
  return within(ENGINE_WITHIN_MS, asked).catch(() => undefined); // it is not told then
}

/** Servers find their port taken when they start, and then ask who has it. */
export function namingHolders(driver: Driver<ContainerResource>, ask: AskForPort): Driver<ContainerResource> {
  return {
    start: (spec, sink) =>
      driver.start(spec, {
        ...sink,
        exited(exit) {
          if (exit.kind !== 'not-started' || exit.failure.code !== 'port-in-use') return sink.exited(exit);
          const { resource, port } = exit.failure;
          ask(resource, port).then(
            (failure) => sink.exited({ kind: 'not-started', failure }),
            () => sink.exited(exit),
          );
        },
      }),
  };
}
