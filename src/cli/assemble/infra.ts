import path from 'node:path';
import type { Driver } from '../../core/driver.ts';
import type { ContainerResource, RuntimeChoice, Stack } from '../../core/stack.ts';
import type { EngineResult } from '../../drivers/container/client.ts';
import { runIdOf } from '../../drivers/process/run-id.ts';
import { startProcess, type ProcessParts } from '../../drivers/process/run.ts';
import { cacheFolder } from '../../project/paths.ts';
import { userMark } from '../../project/known.ts';
import { createLazyDriver } from './lazy-driver.ts';

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
}

/** Servers: in containers, or as processes of ours that the process driver looks after like any other. */
export function createInfra(options: InfraOptions): Driver<ContainerResource> {
  return createLazyDriver(() => loadInfra(options));
}

async function loadInfra({
  stack,
  state,
  instance,
  sessionId,
  runtime,
  processParts,
  connect,
  env,
}: InfraOptions): Promise<Driver<ContainerResource>> {
  const { createInfraDriver } = await import('../../drivers/infra/driver.ts');
  return createInfraDriver({
    root: stack.root,
    state,
    instance,
    stackName: stack.name,
    user: userMark(env),
    env,
    cacheDir: cacheFolder(env),
    connect,
    ...(runtime && { runtime }),
    spawnServer(command, sink) {
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
  });
}
