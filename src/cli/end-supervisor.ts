import { existsSync } from 'node:fs';
import path from 'node:path';
import { FailureError } from '../core/failure.ts';
import type { EngineClient } from '../daemon/client.ts';
import { sessionOf } from '../project/known.ts';
import { runtimePath } from '../project/paths.ts';
import { isLive, type LiveSession } from '../project/session.ts';
import { livesOn, markOf } from '../system/processes.ts';
import type { ProcessMark } from '../system/process.ts';
import { answering } from './answering.ts';
import type { Doomed } from './end-instance.ts';

/** A start that has not come as far as listening gets this long, and one that is stopped or hangs no longer either. */
const ANSWER_WITHIN_MS = 10_000;
/** For its own orderly end, once it is asked by a signal. */
const END_WITHIN_MS = 15_000;
const POLL_MS = 25;

/** `none`: nobody serves it. `ended`: it had to be ended from outside, and may have left something. */
export type SupervisorEnd = 'stopped' | 'ended' | 'none';

/** Has the devstack that serves an instance stop everything in order; where it does not answer, ends it by signals. */
export async function endSupervisor(
  doomed: Doomed,
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): Promise<SupervisorEnd> {
  const { instance, session } = doomed;
  const live = isLive(session, livesOn) ? session : undefined;
  const socket = path.join(runtimePath(instance, env), 'sock');
  const client = live ? await reach(live) : await answering(socket);
  if (client) {
    await quit(client, doomed, socket, say);
    return 'stopped';
  }
  if (!live) return 'none';
  say(`devstack does not answer: ending its process ${live.pid}`);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    kill(live, signal);
    // One that is stopped hears of nothing else.
    if (signal === 'SIGTERM') kill(live, 'SIGCONT');
    await untilGone(live, END_WITHIN_MS);
  }
  return 'ended';
}

/** Waits for one that is about to listen. */
async function reach(session: LiveSession): Promise<EngineClient | undefined> {
  const until = performance.now() + ANSWER_WITHIN_MS;
  while (performance.now() < until && livesOn(session)) {
    const client = await answering(session.socket, until - performance.now());
    if (client) return client;
    await pause();
  }
  return undefined;
}

async function quit(
  client: EngineClient,
  { session, paths }: Doomed,
  socket: string,
  say: (text: string) => void,
): Promise<void> {
  const server = markOf(client.pid);
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
  // The instance is given back last of all; only then may another `up` begin. Its process may stay, for whoever holds it.
  const isHeld = (): boolean => {
    if (!session || !paths) return existsSync(socket);
    const now = sessionOf(paths);
    return isLive(now, livesOn) && now.id === session.id;
  };
  while (livesOn(server) && isHeld()) await pause();
}

function kill(mark: ProcessMark, signal: NodeJS.Signals): void {
  try {
    if (livesOn(mark)) process.kill(mark.pid, signal);
  } catch {
    // it ended in between
  }
}

async function untilGone(mark: ProcessMark, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (livesOn(mark) && performance.now() < until) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
