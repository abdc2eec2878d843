import { FailureError } from '../../core/failure.ts';
import type { ContainerResource, Stack } from '../../core/stack.ts';
import { connectEngine } from '../../drivers/container/client.ts';
import { removeResourceData } from '../../drivers/container/volumes.ts';
import { forgetContainerData, notedContainerData } from '../../drivers/data/folder.ts';
import { listData, removeDataOf } from '../../drivers/data/remove.ts';
import type { ProjectPaths } from '../../project/paths.ts';
import { namedServer, sharedOrOwn } from '../assemble/offline.ts';
import { confirm } from '../confirm.ts';
import { findCheckout, loadFor, placeOf } from '../connect.ts';
import { engineOf } from '../containers.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { whileStopped } from '../pause-server.ts';
import { resetInShared } from '../shared-servers.ts';

/** Removes the data of one server; it begins anew at its next start, which is now if it runs. */
export async function reset(
  context: Context,
  name: string,
  options: CommonOptions & { readonly yes?: boolean },
): Promise<number> {
  const { stack } = await loadFor(context, options);
  const resource = namedServer(stack, 'reset', name);
  const checkout = findCheckout(context, options);
  const isOwn = await isOwnNow(context, stack, resource, checkout.paths);
  await confirm(
    context,
    `This removes ${isOwn ? 'all data of' : 'what this instance has in'} ${resource.name}`,
    options.yes,
  );
  const place = placeOf(stack, context);
  const removed = await whileStopped(context, checkout, resource.name, async () =>
    isOwn
      ? removeAll(context, resource, place)
      : resetInShared(
          await engineOf(resource.name, context.env),
          { stack: stack.name, instance: place.instance },
          resource.name,
          context.env,
        ),
  );
  context.say(removed.length === 0 ? `${resource.name} has no data` : `removed ${removed.join(', ')}`);
  if (!isOwn && (await listData(place.state)).includes(resource.name))
    context.say(`what ${resource.name} held on this machine before it was shared stays where it is`);
  return EXIT.ok;
}

async function removeAll(
  context: Context,
  { name }: ContainerResource,
  { state, instance }: { readonly state: string; readonly instance: string },
): Promise<readonly string[]> {
  const removed: string[] = [];
  if ((await listData(state)).includes(name)) {
    await removeDataOf(state, name);
    removed.push(`the data of ${name} on this machine`);
  }
  const engine = await connectEngine(context.env);
  if (engine.kind === 'engine') {
    const volumes = await removeResourceData(engine, { instance, resource: name });
    removed.push(...volumes.map((volume) => `volume ${volume}`));
  } else if (await notedContainerData(state, name)) {
    const { tried, reason } = engine;
    throw new FailureError({ code: 'engine-unreachable', resource: name, tried, reason });
  }
  await forgetContainerData(state, name);
  return removed;
}

/**
 * A server that is meant to be shared is the instance's own where no engine answers, or another runtime was chosen. What
 * it held of its own while it is shared stays where it is.
 */
async function isOwnNow(
  context: Context,
  stack: Stack,
  { name, infra }: ContainerResource,
  paths: ProjectPaths,
): Promise<boolean> {
  if (infra?.kind !== 'shared') return true;
  const now = await sharedOrOwn(stack, paths);
  if (now !== undefined) return now === 'own';
  const engine = await connectEngine(context.env);
  return engine.kind === 'unreachable' && (await listData(paths.folder)).includes(name);
}
