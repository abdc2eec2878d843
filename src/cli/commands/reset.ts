import { FailureError } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { connectEngine } from '../../drivers/container/client.ts';
import { removeResourceData } from '../../drivers/container/volumes.ts';
import { forgetContainerData, notedContainerData } from '../../drivers/data/folder.ts';
import { listData, removeDataOf } from '../../drivers/data/remove.ts';
import { namedServer } from '../assemble/offline.ts';
import { confirm } from '../confirm.ts';
import { findCheckout, loadFor, placeOf } from '../connect.ts';
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
  const whose = resource.infra?.kind === 'shared' ? 'what this instance has in' : 'all data of';
  await confirm(context, `This removes ${whose} ${resource.name}`, options.yes);
  const checkout = findCheckout(context, options);
  const removed = await whileStopped(context, checkout, resource.name, () =>
    resource.infra?.kind === 'shared'
      ? removeOwn(context, resource.name, { stack: stack.name, ...placeOf(stack, context) })
      : removeAll(context, resource, placeOf(stack, context)),
  );
  context.say(removed.length === 0 ? `${resource.name} has no data` : `removed ${removed.join(', ')}`);
  return EXIT.ok;
}

async function removeAll(
  context: Context,
  { name }: Pick<ContainerResource, 'name'>,
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

/** Of a server that others use, too: only what is the instance's. Where it is its own after all, that as well. */
async function removeOwn(
  context: Context,
  name: string,
  { stack, state, instance }: { readonly stack: string; readonly state: string; readonly instance: string },
): Promise<readonly string[]> {
  const own = (await listData(state)).includes(name) ? await removeAll(context, { name }, { state, instance }) : [];
  const engine = await connectEngine(context.env);
  if (engine.kind === 'engine')
    return [...own, ...(await resetInShared(engine, { stack, instance }, name, context.env))];
  if (own.length > 0) return own;
  const { tried, reason } = engine;
  throw new FailureError({ code: 'engine-unreachable', resource: name, tried, reason });
}
