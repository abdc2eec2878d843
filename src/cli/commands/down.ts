import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { EngineClient } from '../../daemon/client.ts';
import { FailureError } from '../../core/failure.ts';
import { removeData as removeServerData } from '../../drivers/data/remove.ts';
import { describe } from '../../output/describe.ts';
import { forgetContainers, mayHaveContainers } from '../../project/containers.ts';
import { portTableFile, removeInstanceFolder, removeRuntimeFolder, type ProjectPaths } from '../../project/paths.ts';
import { isLive, readSession, releaseSession, type Session } from '../../project/session.ts';
import { createPortTable } from '../../system/ports.ts';
import { isAlive, processesOf } from '../../system/processes.ts';
import { confirm } from '../confirm.ts';
import { connect, findCheckout, instanceName, type Checkout } from '../connect.ts';
import { removeContainers, type Removal } from '../containers.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

export interface DownOptions extends CommonOptions {
  readonly volumes?: boolean;
  readonly yes?: boolean;
}

/** How long what a dead devstack left behind may take to end after TERM, and again after KILL. */
const PATIENCE_MS = 2_000;
const POLL_MS = 25;

/** Stops what runs, alive or left behind; removes containers and network, on request the data. */
export async function down(context: Context, options: DownOptions): Promise<number> {
  const checkout = findCheckout(context, options);
  const instance = await instanceName(context, options, checkout);
  const say = (text: string): void => context.say(`${instance}: ${text}`);
  if (options.volumes) await confirm(context, `This removes all data of ${instance}`, options.yes);
  const client = await connect(checkout);
  let did = 0;
  const tell = (text: string): void => {
    did += 1;
    say(text);
  };
  if (client) {
    await quit(client, checkout.paths, say);
    tell('stopped');
  } else if (checkout.session) {
    for (const text of await endLeftovers(checkout.session, checkout.paths, context.env)) tell(text);
  }
  const removal = await removeContainers(instance, context.env, options.volumes ?? false);
  for (const text of removalInWords(removal)) tell(text);
  if (removal.kind === 'removed') forgetContainers(checkout.paths);
  else if (mayHaveContainers(checkout.paths)) {
    tell(`could not look for its containers: ${describe(removal.failure).title}`);
    say('once an engine answers, devstack down removes what is left of them');
  }
  if (options.volumes) {
    for (const name of await removeData(checkout, removal)) tell(`removed the data of ${name}`);
    await createPortTable({ file: portTableFile(context.env) }).release(instance);
    removeInstanceFolder(checkout.paths);
  }
  if (did === 0) say('nothing runs, nothing to remove');
  return EXIT.ok;
}

async function quit(client: EngineClient, paths: ProjectPaths, say: (text: string) => void): Promise<void> {
  const session = readSession(paths);
  const told = new Set<string>();
  let asked = false;
  try {
    for await (const event of client.watch(new AbortController().signal)) {
      if (event.kind === 'ended') break;
      // Asked for when its events are being heard: a stop can be over within a millisecond.
      if (event.kind === 'snapshot' && !asked) await client.send({ kind: 'quit' });
      asked = true;
      const statuses =
        event.kind === 'snapshot' ? event.snapshot.statuses : event.kind === 'status' ? [event.status] : [];
      for (const { name, lifecycle } of statuses) {
        if (lifecycle.kind !== 'stopping' || told.has(name)) continue;
        told.add(name);
        say(`stopping ${name}`);
      }
    }
  } catch (error) {
    // The connection ends with the engine: that is what was asked for.
    if (!(error instanceof FailureError) || error.failure.code !== 'connection-lost') throw error;
  }
  client.close();
  // The checkout is given back last of all; only then may another `up` begin.
  for (let now = session; isLive(now, isAlive) && now.id === session?.id; now = readSession(paths)) await pause();
}

/** What a devstack that died left: its processes by run id, its socket and pipes. */
async function endLeftovers(session: Session, paths: ProjectPaths, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const did: string[] = [];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const strays = processesOf({ runId: session.id });
    for (const { pid, startTime, command } of strays) {
      if (!isAlive(pid, startTime)) continue;
      try {
        process.kill(pid, signal);
        did.push(`${signal === 'SIGTERM' ? 'ended' : 'killed'} what was left: ${command} (pid ${pid})`);
      } catch {
        // it ended in between
      }
    }
    const until = performance.now() + PATIENCE_MS;
    while (performance.now() < until && strays.some(({ pid, startTime }) => isAlive(pid, startTime))) await pause();
  }
  const pipes = path.join(path.dirname(session.socket), session.id);
  for (const left of [session.socket, pipes]) {
    if (!existsSync(left)) continue;
    rmSync(left, { recursive: true, force: true });
    did.push(`removed ${left}`);
  }
  removeRuntimeFolder(session.instance, env);
  if (session.pid !== undefined) releaseSession(paths, session);
  return did;
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
async function removeData({ paths }: Checkout, removal: Removal): Promise<readonly string[]> {
  if (removal.kind === 'unreachable' && hasVolumes(paths)) throw new FailureError(removal.failure);
  const names = await removeServerData(paths.folder);
  rmSync(paths.data, { recursive: true, force: true });
  return names;
}

function hasVolumes({ data }: ProjectPaths): boolean {
  return existsSync(data) && readdirSync(data).some((name) => name.endsWith('.docker'));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
