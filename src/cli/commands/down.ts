import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { listEmbeddedData, removeEmbeddedData } from '../../drivers/embedded/remove.ts';
import type { EngineClient } from '../../daemon/client.ts';
import { instanceOf, runtimeFolder } from '../../project/paths.ts';
import { releaseSession, type Session } from '../../project/session.ts';
import { processTable } from '../assemble/engine.ts';
import { connect, findCheckout, type Checkout } from '../connect.ts';
import { removeContainers } from '../containers.ts';
import { EXIT, type CommonOptions, type Context } from '../context.ts';

export interface DownOptions extends CommonOptions {
  readonly volumes?: boolean;
}

/** Stops what runs, alive or left behind; removes containers and network, on request the data. */
export async function down(context: Context, options: DownOptions): Promise<number> {
  const checkout = findCheckout(context, options);
  const client = await connect(checkout);
  const did: string[] = [];
  if (client) did.push(...(await quit(context, client)));
  else if (checkout.session) did.push(...(await endLeftovers(checkout.session, checkout)));
  const instance = checkout.session?.instance ?? (await instanceByConfig(context, options));
  const removed = await removeContainers(instance, context.env, options.volumes ?? false);
  for (const [what, names] of [['container', removed.containers], ['network', removed.networks], ['volume', removed.volumes]] as const) {
    for (const name of names) did.push(`removed ${what} ${name}`);
  }
  if (options.volumes) {
    const data = await listEmbeddedData(checkout.paths.root);
    await removeEmbeddedData(checkout.paths.root);
    for (const name of data) did.push(`removed data ${typeof name === 'string' ? name : JSON.stringify(name)}`);
  }
  context.say(did.length === 0 ? `${instance}: nothing runs, nothing to remove` : did.map((line) => `${instance}: ${line}`).join('\n'));
  return EXIT.ok;
}

async function quit(context: Context, client: EngineClient): Promise<readonly string[]> {
  const told = new Set<string>();
  await client.send({ kind: 'quit' });
  try {
    for await (const event of client.watch(new AbortController().signal)) {
      if (event.kind === 'ended') break;
      if (event.kind !== 'status' || event.status.lifecycle.kind !== 'stopping' || told.has(event.status.name)) continue;
      told.add(event.status.name);
      context.say(`stopping ${event.status.name}`);
    }
  } catch {
    // the connection ends with the engine: that is what was asked for
  }
  // The session is given back last of all; only then may another `up` begin.
  for (let turn = 0; turn < 600 && isAlive(client.pid); turn++) await new Promise((resolve) => setTimeout(resolve, 50));
  client.close();
  return ['stopped'];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a devstack that died left: its processes by run id, its socket and pipes. */
async function endLeftovers(session: Session, { paths }: Checkout): Promise<readonly string[]> {
  const did: string[] = [];
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const strays = processTable.ofRun(session.id);
    if (strays.length === 0) break;
    for (const { pid, startTime } of strays) {
      if (!processTable.isAlive(pid, startTime)) continue;
      process.kill(pid, signal);
      did.push(`sent ${signal} to ${pid}`);
    }
    for (let turn = 0; turn < 40 && strays.some(({ pid, startTime }) => processTable.isAlive(pid, startTime)); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  if (existsSync(session.socket)) rmSync(session.socket, { force: true });
  rmSync(path.join(runtimeFolder(session.instance), session.id), { recursive: true, force: true });
  releaseSession(paths, session);
  return did;
}

async function instanceByConfig(context: Context, options: CommonOptions): Promise<string> {
  const { stack } = await loadConfig({ cwd: context.cwd, ...(options.config !== undefined && { file: options.config }) });
  return instanceOf(stack.name, stack.root);
}
