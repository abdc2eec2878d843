import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { inBytes } from '../../output/bytes.ts';
import type { Row } from './row.ts';

/** An image of some size and the data of a server need as much. */
const LITTLE_BYTES = 2_000_000_000;

/** How much room is left where a folder is, or will be. */
export function diskRow(what: string, folder: string): Row {
  let nearest = folder;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  try {
    const { bavail, blocks, bsize } = statfsSync(nearest);
    return roomRow(what, folder, bavail * bsize, blocks * bsize);
  } catch (error) {
    return { state: 'warn', what, found: `${folder}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export function roomRow(what: string, folder: string, freeBytes: number, allBytes: number): Row {
  const found = `${folder}: ${inBytes(freeBytes)} free of ${inBytes(allBytes)}`;
  if (freeBytes >= LITTLE_BYTES) return { state: 'ok', what, found };
  return { state: 'warn', what, found, hint: 'Servers stop when there is no room left for their data.' };
}
