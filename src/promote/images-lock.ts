import type { ConfigProblem } from '../core/failure.ts';
import type { BaseImage } from './docker/recipe.ts';
import type { Workload } from './workload.ts';

/** Next to the config, and committed with it. */
export const LOCK_FILE = 'devstack.images.lock';

/** Image, as the stack names it, to its digest. */
export type ImagesLock = ReadonlyMap<string, string>;

const HEAD = [
  '# The digests of images that are promoted: each tag means this one, whatever it becomes in its registry.',
  '# Written by `devstack images update`. It belongs into git.',
];
const ENTRY = /^(\S+): (sha256:[0-9a-f]{64})$/;

export function imagesLockText(lock: ImagesLock): string {
  const entries = [...lock].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${[...HEAD, ...entries.map(([image, digest]) => `${image}: ${digest}`)].join('\n')}\n`;
}

export type LockResult =
  | { readonly kind: 'lock'; readonly lock: ImagesLock }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] };

/** It is YAML, of which it needs one line each. */
export function parseImagesLock(text: string): LockResult {
  const lock = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, image, digest] = ENTRY.exec(line) ?? [];
    const at = `${LOCK_FILE}:${index + 1}`;
    if (image === undefined || digest === undefined)
      problems.push({ code: 'lock-invalid', at, message: `"${line}" is not like "postgres:17: sha256:…"` });
    else if (lock.has(image)) problems.push({ code: 'lock-invalid', at, message: `${image} is there twice` });
    else lock.set(image, digest);
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'lock', lock };
}

/** Names images with their digest, and knows which were asked for. */
export interface Pinning {
  readonly pin: BaseImage;
  readonly asked: ReadonlySet<string>;
}

export function pinningBy(lock: ImagesLock): Pinning {
  const asked = new Set<string>();
  return {
    asked,
    pin(image) {
      if (!isPinnable(image)) return image;
      asked.add(image);
      const digest = lock.get(image);
      return digest === undefined ? image : `${image}@${digest}`;
    },
  };
}

/** One with a digest stays as it is; one without a tag, or of the newest, is against the rules, and not mended here. */
function isPinnable(image: string): boolean {
  return !image.includes('@') && /:(?!latest$)[^:/]+$/.test(image);
}

export interface UsedImage {
  readonly image: string;
  /** Workloads that run it, or are built on it. */
  readonly users: readonly string[];
}

/** Of the images that were asked for, those that are in the plan by their tag. */
export function imagesByTag(workloads: readonly Workload[], asked: ReadonlySet<string>): readonly UsedImage[] {
  return [...asked].toSorted().flatMap((image) => {
    const users = workloads.filter((workload) => uses(workload, image)).map(({ name }) => name);
    return users.length > 0 ? [{ image, users }] : [];
  });
}

function uses({ image: own, operated, sidecars = [], waiter }: Workload, image: string): boolean {
  if (waiter === image || sidecars.some((sidecar) => sidecar.image === image)) return true;
  if (operated && 'image' in operated && operated.image === image) return true;
  if (operated && 'sentinelImage' in operated && operated.sentinelImage === image) return true;
  if (own.kind === 'named') return own.name === image;
  return own.build.generated?.text.split(/[\s=,]+/).includes(image) === true;
}
