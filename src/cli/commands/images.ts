import { FailureError } from '../../core/failure.ts';
import { findDigest } from '../../drivers/container/digest.ts';
import { LOCK_FILE } from '../../promote/images-lock.ts';
import { formatTable } from '../../output/table.ts';
import { loadShared } from '../connect.ts';
import { reachEngine } from '../containers.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { readImagesLock, usedImages, writeImagesLock } from '../promote/images-lock.ts';
import { inParallel } from '../promote/parallel.ts';

const COLUMNS = [{ title: 'IMAGE' }, { title: 'LOCKED' }, { title: 'USED BY', shrinks: true }] as const;
/** Questions to registries. */
const AT_A_TIME = 4;

/** What promotion uses and does not make, and whether it is always the same. */
export async function list(context: Context, options: CommonOptions & { readonly json?: boolean }): Promise<number> {
  const { stack } = await loadShared(context, options);
  const lock = readImagesLock(stack.root);
  const images = usedImages(stack).map(({ image, users }) => {
    const digest = lock.get(image);
    return { image, users, ...(digest !== undefined && { digest }) };
  });
  if (options.json) context.print(JSON.stringify(images, undefined, 2));
  else {
    const rows = images.map(({ image, users, digest }) => [image, digest?.slice(0, 19) ?? 'no', users.join(', ')]);
    for (const line of formatTable(COLUMNS, rows, context.style, process.stdout.columns)) context.print(line);
  }
  return EXIT.ok;
}

/** Asks the registries anew; what cannot be asked for stays as it was, and what is not used any more goes. */
export async function update(context: Context, options: CommonOptions): Promise<number> {
  const { stack } = await loadShared(context, options);
  const before = readImagesLock(stack.root);
  const used = usedImages(stack);
  const engine = await reachEngine(context.env);
  const found = await inParallel(used, AT_A_TIME, async ({ image }) => ({
    image,
    ...(await findDigest(engine, image, context.env)),
  }));
  const lock = new Map<string, string>();
  for (const one of found) {
    const digest = one.kind === 'digest' ? one.digest : before.get(one.image);
    if (digest !== undefined) lock.set(one.image, digest);
  }
  writeImagesLock(stack.root, lock);
  for (const image of new Set([...lock.keys(), ...before.keys()]))
    context.say(`  ${changeOf(before.get(image), lock.get(image)).padEnd(9)}  ${image}`);
  const failed = found.flatMap((one) => (one.kind === 'unknown' ? [{ image: one.image, reason: one.reason }] : []));
  if (failed.length > 0) throw new FailureError({ code: 'digest-unknown', images: failed, file: LOCK_FILE });
  return EXIT.ok;
}

function changeOf(before: string | undefined, now: string | undefined): string {
  if (now === undefined) return 'removed';
  if (before === undefined) return 'locked';
  return before === now ? 'as before' : 'changed';
}
