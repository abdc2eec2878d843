import type { RuntimeName } from '../../core/failure.ts';
import { majorOf } from '../../kinds/version.ts';
import { dataFolder, notedContainerData } from '../data/folder.ts';
import { readMarker } from '../data/marker.ts';
import type { ChoiceRequest } from './choose.ts';

/** Data of earlier runs: it belongs to the runtime and the major version that made it. */
export interface HeldData {
  readonly runtime: RuntimeName;
  readonly engine: string;
  readonly major: number | undefined;
  /** `data of the embedded postgres 17` */
  readonly words: string;
  readonly place: string;
}

export async function heldData({ state, spec: { resource } }: ChoiceRequest): Promise<HeldData | undefined> {
  const folder = dataFolder(state, resource.name);
  const marker = await readMarker(folder);
  if (marker) {
    const { runtime, engine, major } = marker;
    const what = runtime === 'embedded' ? `the embedded ${engine}` : `this machine's ${engine}`;
    return { runtime, engine, major, words: `data of ${what} ${major}`, place: folder };
  }
  const noted = await notedContainerData(state, resource.name);
  if (!noted) return undefined;
  return {
    runtime: 'docker',
    engine: noted.engine,
    major: majorOf(noted.version),
    words: `data of ${noted.engine} ${noted.version}`,
    place: `Docker volume ${noted.volume}`,
  };
}
