import { relative } from 'node:path';
import type { Failure } from '../../core/failure.ts';
import type { ProvisionRequest } from './dialect.ts';
import { runInitFile } from './init-file.ts';
import type { InitRun } from './init-file.ts';

/** Which files ran in a data folder: kept in the server itself, so that both live and go together. */
export interface InitMemory {
  has(file: string): Promise<boolean>;
  add(file: string): Promise<void>;
}

/** Runs each file once for a data folder, in the order written; the failure of the first that does not work out. */
export async function runInitFiles(
  request: ProvisionRequest,
  memory: InitMemory,
  how: Pick<InitRun, 'query' | 'explain' | 'clientEnv'>,
): Promise<Failure | undefined> {
  const { resource, init, root, signal, progress } = request;
  for (const file of init) {
    if (signal.aborted) return undefined;
    // A checkout may be moved; its files keep their place in it.
    const place = relative(root, file);
    if (await memory.has(place)) continue;
    progress(`running ${place}`);
    const reason = await runInitFile(file, { ...request, ...how });
    if (signal.aborted) return undefined;
    if (reason !== undefined) return { code: 'init-failed', resource, file, reason };
    await memory.add(place);
  }
  return undefined;
}
