import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dataFolder, FIRST_START_SUFFIX } from './folder.ts';

/** Says, also after devstack was killed, that a first start has not made its data yet: the mark of its volumes. */
export function createFirstStarts(state: string) {
  const note = (resource: string) => `${dataFolder(state, resource)}${FIRST_START_SUFFIX}`;
  return {
    async unfinished(resource: string): Promise<string | undefined> {
      // Cut short it marks nothing: it is written before there is a volume.
      const mark = await readFile(note(resource), 'utf8').catch(() => '');
      return mark === '' ? undefined : mark;
    },
    async begin(resource: string, mark: string): Promise<void> {
      await mkdir(dirname(note(resource)), { recursive: true });
      await writeFile(note(resource), mark);
    },
    finish: (resource: string) => rm(note(resource), { force: true }),
  };
}
