import path from 'node:path';
import type { Driver, Sink } from '../../core/driver.ts';
import type { ContainerResource, RuntimeChoice, Stack } from '../../core/stack.ts';
import type { EngineResult } from '../../drivers/container/client.ts';
import type { ServerCommand } from '../../drivers/server/spawn.ts';
import { runIdOf } from '../../drivers/process/run-id.ts';
import { startProcess, type ProcessParts } from '../../drivers/process/run.ts';
import { cacheFolder } from '../../project/paths.ts';
import { createServerUsers } from '../../project/shared.ts';
import { userMark } from '../../project/user.ts';
import { lockTaker } from '../../system/processes.ts';
import { createLazyDriver } from './lazy-driver.ts';
import type { Sharing } from './sharing.ts';

export interface InfraOptions {
  readonly stack: Stack;
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  readonly sessionId: string;
  readonly runtime?: RuntimeChoice;
  readonly processParts: ProcessParts;
  readonly connect: () => Promise<EngineResult>;
  readonly env: NodeJS.ProcessEnv;
  /** As it is by now. */
  readonly sharing: () => Sharing | undefined;
}

/** Servers: in containers, or as processes of ours that the process driver looks after like any other. */
export function createInfra(options: InfraOptions): Driver<ContainerResource> {
  return createLazyDriver(() => loadInfra(options));
}

async function loadInfra(options: InfraOptions): Promise<Driver<ContainerResource>> {
  const { createInfraDriver } = await import('../../drivers/infra/driver.ts');
  const { stack, state, instance, sessionId, runtime, processParts, connect, env, sharing } = options;
  const common = {
    root: stack.root,
    stackName: stack.name,
    user: userMark(env),
    env,
    cacheDir: cacheFolder(env),
    connect,
    ...(runtime && { runtime }),
    spawnServer(command: ServerCommand, sink: Sink) {
      return startProcess(
        {
          ...command,
          runId: runIdOf(sessionId, command.resource, command.run),
          ports: [],
          fixedPorts: [],
          command: path.basename(command.file),
        },
        processParts,
        sink,
      );
    },
  };
  const own = createInfraDriver({ ...common, state, instance });
  const users = createServerUsers({ env, stack: stack.name, instance, sessionId, ...lockTaker() });
  const guest = { instance, stackName: stack.name, root: stack.root, user: common.user };
  return {
    start(spec, sink) {
      const shared = sharing();
      if (!shared?.names.has(spec.resource.name)) return own.start(spec, sink);
      const at = { state: shared.folder, instance: shared.instance };
      const inShared = { users, guest, databaseOf: shared.databaseOf };
      return createInfraDriver({ ...common, ...at, shared: inShared }).start(spec, sink);
    },
  };
}
