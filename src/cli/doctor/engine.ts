import { existsSync } from 'node:fs';
import type { EngineResult, ReachedEngine } from '../../drivers/container/client.ts';
import { reasonOf } from '../../drivers/container/client.ts';
import { diskRow } from './disk.ts';
import type { Row } from './row.ts';

/** The container engine, how it was found, and the room where it keeps images and volumes. */
export async function engineRows(engine: EngineResult): Promise<readonly Row[]> {
  const what = 'docker';
  if (engine.kind === 'unreachable')
    return [
      {
        state: 'warn',
        what,
        found: engine.reason,
        hint: 'Without it, servers run natively or embedded where they can.',
      },
    ];
  const { version, apiVersion, socket, chosenBy } = engine;
  return [
    { state: 'ok', what, found: `engine ${version} with API ${apiVersion} at ${socket} (${chosenBy})` },
    await engineDiskRow(engine),
  ];
}

async function engineDiskRow({ docker }: ReachedEngine): Promise<Row> {
  const what = 'docker disk';
  let info: unknown;
  try {
    info = await docker.info();
  } catch (error) {
    return { state: 'warn', what, found: reasonOf(error) };
  }
  const folder = typeof info === 'object' && info !== null && 'DockerRootDir' in info ? info.DockerRootDir : undefined;
  if (typeof folder !== 'string' || folder === '') return { state: 'ok', what, found: 'the engine does not say where' };
  // An engine in a virtual machine or elsewhere keeps its data out of sight.
  return existsSync(folder) ? diskRow(what, folder) : { state: 'ok', what, found: `${folder}, not on this machine` };
}
