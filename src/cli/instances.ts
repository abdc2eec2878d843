import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Snapshot } from '../core/engine.ts';
import type { InstanceTrace } from '../drivers/container/instance.ts';
import type { InstanceState } from '../output/instance-state.ts';
import { forgetSession, knownSessions } from '../project/known.ts';
import { portTableFile, projectPaths, runtimePath } from '../project/paths.ts';
import { sharedFolder, sharedInstanceOf, usersOfShared } from '../project/shared.ts';
import { isLive, type Session } from '../project/session.ts';
import { userMark } from '../project/user.ts';
import { readPortTable } from '../system/port-file.ts';
import { instanceOfRun } from '../system/process.ts';
import { livesOn, ownedProcesses } from '../system/processes.ts';
import { answering } from './answering.ts';
import { engineTraces, runtimeNames } from './traces.ts';
import { snapshotOf } from './wait.ts';
import { within } from './within.ts';

/** By directory; the checkout's own is the first of those in one. */
const placeIn = ({ directory, name = '' }: KnownInstance): string => `${directory} ${name}`;

/** One that serves an instance and says nothing for so long is said to. */
const ANSWER_WITHIN_MS = 5_000;

export interface KnownInstance {
  readonly instance: string;
  readonly stack: string;
  /** `--instance` of it; undefined: the checkout's own. */
  readonly name?: string;
  readonly state: InstanceState;
  /** By `resource/port`: in use, or kept for its next start. */
  readonly ports: { readonly [key: string]: number };
  /** The checkout, as far as it is known. */
  readonly directory?: string;
  readonly directoryExists: boolean;
  readonly pid?: number;
  /** When it began, or ended; ms since the epoch. */
  readonly since?: number;
}

export interface Found extends KnownInstance {
  readonly session?: Session;
  /** Running or not; more than nothing is removed by `down`. */
  readonly containers: number;
  readonly volumes: number;
}

/** All instances of this user on this machine, by notes, sockets and containers. Waits for nobody long. */
export async function findInstances(env: NodeJS.ProcessEnv): Promise<readonly Found[]> {
  const sessions = new Map(knownSessions(env).map((session) => [session.instance, session]));
  const processes = countProcesses();
  const traces = new Map((await engineTraces(env))?.map((trace) => [trace.instance, trace]));
  // To look writes nothing where there is nothing to tell apart.
  const user = traces.size > 0 ? userMark(env) : undefined;
  const marked = [...traces.values()].filter((trace) => trace.user === user).map(({ instance }) => instance);
  // Processes alone say nothing: root sees those of everybody.
  const names = new Set([...sessions.keys(), ...runtimeNames(env), ...marked]);
  const shared = new Set(
    marked.filter((instance) => instance === sharedInstanceOf(traces.get(instance)?.stack ?? '', env)),
  );
  const found = await Promise.all(
    [...names].map(async (instance) =>
      shared.has(instance)
        ? sharedServers(traces.get(instance), env)
        : look(instance, env, {
            session: sessions.get(instance),
            processes: processes.get(instance) ?? 0,
            trace: traces.get(instance),
          }),
    ),
  );
  return found.flatMap((one) => one ?? []).toSorted((one, other) => placeIn(one).localeCompare(placeIn(other)));
}

interface Evidence {
  readonly session: Session | undefined;
  readonly processes: number;
  readonly trace: InstanceTrace | undefined;
}

async function look(instance: string, env: NodeJS.ProcessEnv, evidence: Evidence): Promise<Found | undefined> {
  const { session, processes, trace } = evidence;
  const live = isLive(session, livesOn) ? session : undefined;
  const socket = live?.socket ?? path.join(runtimePath(instance, env), 'sock');
  const snapshot = live || existsSync(socket) ? await askAt(socket) : undefined;
  const directory = session?.root ?? trace?.root;
  const counts = { containers: trace?.containers ?? 0, volumes: trace?.volumes ?? 0 };
  // An instance whose folder was removed is no more than what is left of it.
  const directoryExists = directory !== undefined && existsSync(projectPaths(directory, session?.name).folder);
  const isServed = live !== undefined || snapshot !== undefined;
  const isLeft =
    processes > 0 || (trace?.running ?? 0) > 0 || (!directoryExists && counts.containers + counts.volumes > 0);
  if (!isServed && !isLeft && !directoryExists) {
    forgetSession(instance, env);
    return undefined;
  }
  return {
    instance,
    stack: session?.stack ?? snapshot?.stack ?? trace?.stack ?? '',
    ...(session?.name !== undefined && { name: session.name }),
    state: snapshot
      ? runningState(snapshot)
      : isServed
        ? { kind: 'silent' }
        : isLeft
          ? { kind: 'left-behind', processes, ...counts }
          : { kind: 'stopped' },
    ports: snapshot ? portsOf(snapshot) : (readPortTable(portTableFile(env))[instance]?.ports ?? {}),
    ...(directory !== undefined && { directory }),
    directoryExists,
    ...(isServed && { pid: snapshot?.pid ?? live?.pid ?? 0 }),
    ...sinceOf(session, snapshot),
    ...(session && { session }),
    ...counts,
  };
}

/** Not an instance, and yet something of the user's that takes memory, ports and room. */
function sharedServers(trace: InstanceTrace | undefined, env: NodeJS.ProcessEnv): Found | undefined {
  if (!trace) return undefined;
  const { instance, stack, running, containers, volumes } = trace;
  return {
    instance,
    stack,
    state: { kind: 'shared', running, users: usersOfShared(stack, env, livesOn) },
    ports: readPortTable(portTableFile(env))[instance]?.ports ?? {},
    directory: sharedFolder(stack, env),
    directoryExists: existsSync(sharedFolder(stack, env)),
    containers,
    volumes,
  };
}

function sinceOf(session: Session | undefined, snapshot: Snapshot | undefined): { readonly since?: number } {
  const since = snapshot?.startedAt ?? session?.since;
  return since === undefined ? {} : { since };
}

async function askAt(socket: string): Promise<Snapshot | undefined> {
  const asked = answering(socket, ANSWER_WITHIN_MS).then(async (client) => {
    const snapshot = client && (await snapshotOf(client).catch(() => undefined)); // it ended
    client?.close();
    return snapshot;
  });
  // One of another version runs too, in words of its own.
  return within(ANSWER_WITHIN_MS, asked).catch(() => undefined);
}

function runningState({ statuses }: Snapshot): InstanceState {
  const wanted = statuses.filter((status) => status.wanted);
  const ready = wanted.filter(({ lifecycle: { kind } }) => kind === 'ready' || kind === 'done').length;
  return { kind: 'running', ready, of: wanted.length };
}

function portsOf({ statuses }: Snapshot): Readonly<Record<string, number>> {
  return Object.fromEntries(
    statuses.flatMap(({ name, ports }) => Object.entries(ports).map(([port, number]) => [`${name}/${port}`, number])),
  );
}

function countProcesses(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { runId } of ownedProcesses()) {
    const instance = instanceOfRun(runId);
    if (instance !== undefined) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  }
  return counts;
}
