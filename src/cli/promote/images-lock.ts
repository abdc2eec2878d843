import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import type { Stack } from '../../core/stack.ts';
import { imagesByTag, imagesLockText, LOCK_FILE, parseImagesLock, pinningBy } from '../../promote/images-lock.ts';
import type { ImagesLock, UsedImage } from '../../promote/images-lock.ts';
import { planWorkloads } from '../../promote/plan.ts';
import { projectFiles } from './project-files.ts';

export function readImagesLock(root: string): ImagesLock {
  const file = path.join(root, LOCK_FILE);
  if (!existsSync(file)) return new Map();
  const read = parseImagesLock(readFileSync(file, 'utf8'));
  if (read.kind === 'problems') throw new FailureError({ code: 'config-invalid', problems: read.problems });
  return read.lock;
}

/** Without entries there is no file. */
export function writeImagesLock(root: string, lock: ImagesLock): void {
  const file = path.join(root, LOCK_FILE);
  if (lock.size === 0) rmSync(file, { force: true });
  else writeFileSync(file, imagesLockText(lock));
}

/** Images that are not made here, as promotion uses them. */
export function usedImages(stack: Stack): readonly UsedImage[] {
  const { pin, asked } = pinningBy(new Map());
  const files = projectFiles(stack.root);
  const plan = planWorkloads(stack, { asker: { target: 'compose' }, files, baseImage: pin });
  if (plan.problems.length > 0) throw new FailureError({ code: 'config-invalid', problems: plan.problems });
  return imagesByTag(plan.workloads, asked);
}
