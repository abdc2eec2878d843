import type { Native } from './command.ts';
import { folderText, type ComposeService, type Mount } from './service.ts';

const CACHE = /node_modules|\.venv|vendor|target|cache|\.next|\/go\/pkg/;

/** What is mounted besides the sources, which are where it is built or runs, and besides what can be made again. */
export function extraMounts({ mounts, build }: ComposeService, native: Native | undefined): readonly Mount[] {
  const folders = [native?.folder, build?.context, '.'];
  return mounts.filter(({ source = '', target, isBind }) => {
    // One file laid over what was built is there for what it says.
    const isFile = !native && /\/[^/]*\.[A-Za-z]+$/.test(source);
    const isSource = isBind && !isFile && folders.some((folder) => isWithin(folderText(source), folder));
    return !isSource && source !== '' && !CACHE.test(target);
  });
}

const isWithin = (folder: string, other: string | undefined): boolean =>
  folder === other || (other !== undefined && other !== '.' && folder.startsWith(`${other}/`));
