import { readdirSync } from 'node:fs';
import path from 'node:path';
import { connectEngine, type Env } from '../drivers/container/client.ts';
import { listInstances, type InstanceTrace } from '../drivers/container/instance.ts';
import { placeOf } from '../project/instance.ts';
import { runtimePath, type ProjectPaths } from '../project/paths.ts';
import { instanceOfRun } from '../system/process.ts';
import { ownedProcesses } from '../system/processes.ts';
import { within } from './within.ts';

/** An engine that does not answer in time is taken for none. */
const ENGINE_WITHIN_MS = 3_000;

/** The instance of a checkout by what it left: folders of sockets, processes, containers. */
export async function instanceByTraces(
  { root, name }: ProjectPaths,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const end = `-${placeOf(root, name)}`;
  const here = [...runtimeNames(env), ...processNames()].find((instance) => instance.endsWith(end));
  if (here !== undefined) return here;
  const traces = (await engineTraces(env)) ?? [];
  return traces.find(({ instance }) => instance.endsWith(end))?.instance;
}

/** Instances that have, or had, a socket. */
export function runtimeNames(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    return readdirSync(path.dirname(runtimePath('any', env)));
  } catch {
    return []; // nothing has run since the machine was started
  }
}

function processNames(): readonly string[] {
  return ownedProcesses().flatMap(({ runId }) => instanceOfRun(runId) ?? []);
}

/** Undefined when no engine answers. */
export async function engineTraces(env: Env): Promise<readonly InstanceTrace[] | undefined> {
  const asked = connectEngine(env).then((engine) =>
    engine.kind === 'engine' ? listInstances(engine).catch(() => undefined) : undefined,
  );
  return within(ENGINE_WITHIN_MS, asked);
}
