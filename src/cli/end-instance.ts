import { existsSync, rmSync } from 'node:fs';
import { FailureError } from '../core/failure.ts';
import { hasContainerData } from '../drivers/data/folder.ts';
import { removeData } from '../drivers/data/remove.ts';
import { describe } from '../output/describe.ts';
import { forgetContainers, mayHaveContainers } from '../project/containers.ts';
import { forgetSession, noteSession, sessionOf } from '../project/known.ts';
import { placeOf } from '../project/instance.ts';
import { portTableFile, removeInstanceFolder, type ProjectPaths } from '../project/paths.ts';
import { hasShared } from '../project/shared.ts';
import { overOf, releaseSession, type Session } from '../project/session.ts';
import { createPortTable } from '../system/ports.ts';
import { processesOfInstance } from '../system/processes.ts';
import { removeContainers, type Removal } from './containers.ts';
import type { Context } from './context.ts';
import { clearRuntime, endProcesses } from './end-left.ts';
import { endSupervisor } from './end-supervisor.ts';
import { leaveSharedServers } from './shared-servers.ts';

/** What is known of an instance that is to end. */
export interface Doomed {
  readonly instance: string;
  readonly session?: Session;
  /** Undefined when its checkout is not known, or gone. */
  readonly paths?: ProjectPaths;
}

/**
 * Ends an instance, alive or left behind, and removes its containers and network, with `volumes` its data too. Tells
 * whether there was anything to do.
 */
export async function endInstance(
  context: Pick<Context, 'env'>,
  doomed: Doomed,
  options: { readonly volumes: boolean },
  say: (text: string) => void,
): Promise<boolean> {
  const { instance, session, paths } = doomed;
  let did = 0;
  const tell = (text: string): void => {
    did += 1;
    say(text);
  };
  const how = await endSupervisor(doomed, context.env, say);
  if (how === 'stopped') tell('stopped');
  else {
    for (const text of await endProcesses(() => processesOfInstance(instance))) tell(text);
    for (const text of clearRuntime(instance, context.env)) tell(text);
    if (session) giveBack(session, paths, context.env);
  }
  const left = { instance, stack: stackOf(doomed) };
  // One that is thrown away had no life before this one, in which it never reached an engine.
  const neverShared = paths && existsSync(paths.throwAway) && !mayHaveContainers(paths);
  if (hasShared(left.stack, context.env) && !neverShared)
    for (const text of await leaveSharedServers(left, context.env, options)) tell(text);
  const removal = await removeContainers(instance, context.env, options.volumes);
  for (const text of removalInWords(removal)) tell(text);
  if (removal.kind === 'removed' && paths) forgetContainers(paths);
  else if (removal.kind === 'unreachable' && paths && mayHaveContainers(paths)) {
    tell(`could not look for its containers: ${describe(removal.failure).title}`);
    say('once an engine answers, devstack down removes what is left of them');
  }
  if (options.volumes) {
    for (const name of paths ? await removeAllData(paths, removal) : []) tell(`removed the data of ${name}`);
    await createPortTable({ file: portTableFile(context.env) }).release(instance);
    if (paths) removeInstanceFolder(paths);
    forgetSession(instance, context.env);
  }
  return did > 0;
}

/** The first part of the instance's name, whoever remembers. */
function stackOf({ instance, session, paths }: Doomed): string {
  if (session) return session.stack;
  const place = paths ? `-${placeOf(paths.root, paths.name)}` : '';
  return instance.endsWith(place) ? instance.slice(0, instance.length - place.length) : instance;
}

/** What a dead devstack still holds; not what another has taken since. */
function giveBack(session: Session, paths: ProjectPaths | undefined, env: NodeJS.ProcessEnv): void {
  const now = paths ? sessionOf(paths, env) : session;
  if (now?.pid === undefined || now.id !== session.id) return;
  noteSession(paths ? releaseSession(paths, now) : overOf(now), env);
}

function removalInWords(removal: Removal): readonly string[] {
  if (removal.kind === 'unreachable') return [];
  const { containers, networks, volumes, images } = removal.removed;
  return [
    ...containers.map((name) => `removed container ${name}`),
    ...networks.map((name) => `removed network ${name}`),
    ...volumes.map((name) => `removed volume ${name}`),
    ...images.map((name) => `removed image ${name}`),
  ];
}

/** Embedded data, wherever it is. As long as data is noted to be in volumes, an engine is needed to remove it all. */
async function removeAllData(paths: ProjectPaths, removal: Removal): Promise<readonly string[]> {
  if (removal.kind === 'unreachable' && (await hasContainerData(paths.folder))) throw new FailureError(removal.failure);
  const names = await removeData(paths.folder);
  rmSync(paths.data, { recursive: true, force: true });
  return names;
}
