import path from 'node:path';
import type { EngineEvent, Snapshot } from '../core/engine.ts';
import { FailureError } from '../core/failure.ts';
import type { Stack } from '../core/stack.ts';
import { createBus } from '../engine/bus.ts';
import { createDistantLogs } from '../logs/distant.ts';
import { createJournal } from '../logs/history/journal.ts';
import type { WayBack } from '../output/plain.ts';
import type { ProjectPaths } from '../project/paths.ts';
import { createFeed } from '../tui/feed.ts';
import type { Connected } from './connect.ts';
import type { RunningStack } from './running-stack.ts';

/** What another process runs, across its socket and the files of its logs. */
export interface RemoteStack extends RunningStack {
  wayBack(name: string): WayBack;
  /** Resolves with the end of the stack, or of the connection to it. */
  readonly over: Promise<'ended' | 'lost'>;
  /** Tells whoever looks at it here. */
  notify(text: string): void;
  close(): void;
}

export async function openRemoteStack(
  { client, snapshot: first }: Connected,
  paths: ProjectPaths,
  hasColours: boolean,
): Promise<RemoteStack> {
  const { view } = client;
  const journal = createJournal(Date.now);
  const logs = createDistantLogs(paths.logs);
  const abort = new AbortController();
  let about: Snapshot = first;
  let statuses = new Map(first.statuses.map((status) => [status.name, status] as const));
  const snapshot = (): Snapshot => ({ ...about, statuses: [...statuses.values()] });
  const bus = createBus(snapshot);
  const wayBack = (name: string): WayBack =>
    about.quitting ? 'none' : statuses.get(name)?.watching ? 'save or start' : 'start';
  // What it was until now has been told, and is in the journal over there.
  let isNew = false;
  const feed = createFeed(
    { ...journal, write: (name, text) => isNew && journal.write(name, text) },
    { hasColours, now: Date.now, wayBack },
  );

  let stack: Stack;
  async function take(event: EngineEvent): Promise<void> {
    switch (event.kind) {
      case 'snapshot':
        if (event.snapshot.applied !== about.applied) stack = await view.outline();
        about = event.snapshot;
        statuses = new Map(about.statuses.map((status) => [status.name, status] as const));
        break;
      case 'status':
        statuses.set(event.status.name, event.status);
        break;
      case 'removed':
        statuses.delete(event.name);
        break;
      case 'notice':
      case 'ended':
        break;
    }
    feed(event);
    isNew = true;
    bus.publish(event);
  }

  const [outline, entries] = await Promise.all([view.outline(), view.journal()]);
  stack = outline;
  for (const { name, text, time } of entries) journal.write(name, text, time);
  const begun = { events: signal(), logs: signal() };
  const following = (async () => {
    for await (const tails of view.tails(abort.signal)) {
      logs.take(tails);
      begun.logs.give();
    }
  })();
  const over = (async (): Promise<'ended' | 'lost'> => {
    let how: 'ended' | 'lost' = 'lost';
    try {
      for await (const event of client.watch(abort.signal)) {
        await take(event);
        begun.events.give();
        if (event.kind === 'ended') how = 'ended';
      }
      await following;
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.code !== 'connection-lost') throw error;
    } finally {
      begun.events.give();
      begun.logs.give();
      bus.close();
    }
    return how;
  })();
  following.catch(() => undefined); // the connection is lost, and `over` says so
  await Promise.all([begun.events.given, begun.logs.given]);

  return {
    engine: { watch: (signal) => bus.watch(signal), logs: (...asked) => client.logs(...asked), send: client.send },
    logs,
    journal,
    savedFile: path.join(paths.folder, 'tui.json'),
    isAttached: true,
    stack: () => stack,
    snapshot,
    isQuitting: () => about.quitting,
    mask: (text) => text,
    env: (name) => view.env(name),
    card: (name) => view.card(name),
    write: (name, text) => view.write(name, text).catch(() => false),
    resize: (name, columns, rows) => void view.resize(name, columns, rows).catch(() => undefined),
    usage: () => view.usage(),
    wayBack,
    over,
    notify: (text) => bus.publish({ kind: 'notice', level: 'warn', text }),
    close() {
      abort.abort();
      client.close();
    },
  };
}

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}
