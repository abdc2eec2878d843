import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FailureError } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { imageOf } from '../../drivers/container/spec.ts';
import { restoreVolume, saveVolume, volumesOf } from '../../drivers/container/volumes.ts';
import { dataFolder, noteContainerData, notedContainerData } from '../../drivers/data/folder.ts';
import { readMarker } from '../../drivers/data/marker.ts';
import { copyTree, listSnapshots, writeSnapshot, type Snapshot } from '../../drivers/data/snapshot.ts';
import { inBytes } from '../../output/bytes.ts';
import { inWords } from '../../output/duration.ts';
import { formatTable } from '../../output/table.ts';
import { namedServer } from '../assemble/offline.ts';
import { confirm } from '../confirm.ts';
import { engineOf } from '../containers.ts';
import { findCheckout, loadFor, placeOf } from '../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';
import { whileStopped } from '../pause-server.ts';

interface Target {
  readonly context: Context;
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  readonly resource: ContainerResource;
}

const TAG = /^[\w][\w.-]{0,63}$/;

/** Copies the data of a server while it is stopped, and starts it again. */
export async function save(
  context: Context,
  name: string,
  given: string | undefined,
  options: CommonOptions,
): Promise<number> {
  const target = await targetOf(context, name, options);
  const { resource, state } = target;
  const tag = given ?? new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  if (!TAG.test(tag)) throw usage(`a tag has letters, digits, _, . and -: ${JSON.stringify(tag)} has others`);
  const begun = Date.now();
  await whileStopped(context, findCheckout(context, options), resource.name, () => saveData(target, tag));
  const bytes = (await listSnapshots(state, resource.name)).find((one) => one.tag === tag)?.bytes ?? 0;
  context.say(`saved ${resource.name} as ${tag}: ${inBytes(bytes)} in ${inWords(Date.now() - begun)}`);
  return EXIT.ok;
}

export async function restore(
  context: Context,
  name: string,
  tag: string | undefined,
  options: CommonOptions & { readonly yes?: boolean },
): Promise<number> {
  const target = await targetOf(context, name, options);
  const { resource, state } = target;
  const all = await listSnapshots(state, resource.name);
  const snapshot = tag === undefined ? all.at(-1) : all.find((one) => one.tag === tag);
  if (!snapshot) {
    const known = all.length === 0 ? 'it has none' : `it has: ${all.map((one) => one.tag).join(', ')}`;
    throw usage(`${resource.name} has no snapshot${tag === undefined ? '' : ` ${JSON.stringify(tag)}`}: ${known}`);
  }
  const age = inWords(Date.now() - Date.parse(snapshot.savedAt));
  await confirm(
    context,
    `This replaces the data of ${resource.name} by snapshot ${snapshot.tag}, ${age} old`,
    options.yes,
  );
  const begun = Date.now();
  await whileStopped(context, findCheckout(context, options), resource.name, () => restoreData(target, snapshot));
  context.say(`restored ${resource.name} from ${snapshot.tag} in ${inWords(Date.now() - begun)}`);
  return EXIT.ok;
}

export async function list(
  context: Context,
  name: string | undefined,
  options: CommonOptions & { readonly json?: boolean },
): Promise<number> {
  const { stack } = await loadFor(context, options);
  const { state } = placeOf(stack, context);
  const servers = name === undefined ? stack.resources : [namedServer(stack, 'snapshot list', name)];
  const found = (await Promise.all(servers.map((one) => listSnapshots(state, one.name)))).flat();
  if (options.json) context.print(JSON.stringify(found, undefined, 2));
  else if (found.length === 0) context.say('There are no snapshots. devstack snapshot save NAME makes one.');
  else {
    const columns = [
      { title: 'NAME' },
      { title: 'TAG' },
      { title: 'AGE', align: 'right' as const },
      { title: 'SIZE', align: 'right' as const },
      { title: 'OF' },
    ];
    const rows = found.map((one) => [
      one.resource,
      one.tag,
      inWords(Date.now() - Date.parse(one.savedAt)),
      inBytes(one.bytes),
      `${one.engine} ${one.version} (${one.runtime})`,
    ]);
    for (const line of formatTable(columns, rows, context.style, process.stdout.columns)) context.print(line);
  }
  return EXIT.ok;
}

async function targetOf(context: Context, name: string, options: CommonOptions): Promise<Target> {
  const { stack } = await loadFor(context, options);
  const resource = namedServer(stack, 'snapshot', name);
  if (resource.infra?.kind === 'shared') {
    const instead = `What is in its own database: devstack exec ${name} -- ${resource.engine === 'postgres' ? 'pg_dump' : `${resource.engine}dump`}.`;
    throw new FailureError({ code: 'server-shared', resource: name, command: 'snapshot', instead });
  }
  return { context, ...placeOf(stack, context), resource };
}

async function saveData({ context, state, instance, resource }: Target, tag: string): Promise<void> {
  const { name, engine: kind, version } = resource;
  const note = { resource: name, engine: kind, version, savedAt: new Date().toISOString() };
  const marker = await readMarker(dataFolder(state, name));
  if (marker) {
    const of = { ...note, runtime: marker.runtime, version: String(marker.major), volumes: {} };
    await writeSnapshot(state, tag, of, (folder) => copyTree(marker.data, path.join(folder, 'data')));
    return;
  }
  const engine = await engineOf(name, context.env);
  const owner = { instance, resource: name };
  const volumes = await volumesOf(engine, owner);
  if (volumes.length === 0) throw usage(`${name} has no data yet: start it once`);
  const archives = Object.fromEntries(volumes.map((volume, index) => [volume, `volume-${index}.tar`]));
  const of = { ...note, runtime: 'docker' as const, image: imageOf(resource, instance), volumes: archives };
  await writeSnapshot(state, tag, of, async (folder) => {
    for (const [volume, file] of Object.entries(archives))
      await saveVolume(engine, owner, { volume, image: imageOf(resource, instance), file: path.join(folder, file) });
  });
}

async function restoreData({ context, state, instance, resource }: Target, snapshot: Snapshot): Promise<void> {
  const { name } = resource;
  const marker = await readMarker(dataFolder(state, name));
  if (snapshot.engine !== resource.engine)
    throw usage(`snapshot ${snapshot.tag} is of ${snapshot.engine}, and ${name} is ${resource.engine} now`);
  const isHere = marker?.runtime ?? ((await notedContainerData(state, name)) ? 'docker' : undefined);
  if (isHere !== undefined && isHere !== snapshot.runtime)
    throw usage(
      `snapshot ${snapshot.tag} is of runtime ${snapshot.runtime}, and ${name} has data of runtime ${isHere}: devstack reset ${name} first`,
    );
  if (snapshot.runtime !== 'docker') {
    if (!marker) throw usage(`start ${name} once with runtime ${snapshot.runtime}: there is no place for its data yet`);
    // The old data goes when the new is there.
    const fresh = `${marker.data}.restored`;
    await rm(fresh, { recursive: true, force: true });
    await copyTree(path.join(snapshot.folder, 'data'), fresh);
    await rm(marker.data, { recursive: true, force: true });
    await rename(fresh, marker.data);
    return;
  }
  const engine = await engineOf(name, context.env);
  const image = snapshot.image ?? imageOf(resource, instance);
  for (const [volume, file] of Object.entries(snapshot.volumes)) {
    await restoreVolume(
      engine,
      { instance, resource: name },
      { volume, image, file: path.join(snapshot.folder, file) },
    );
    await noteContainerData(state, name, { volume, engine: snapshot.engine, version: snapshot.version });
  }
}

function usage(message: string): FailureError {
  return new FailureError({ code: 'usage', message });
}
