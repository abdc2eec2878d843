import { jsonEvents } from '../json-events.ts';
import type { BuildEvent } from './progress.ts';
import { decodeStatus } from './wire.ts';

/** What the engine answers to a build, one by one. */
export async function* eventsOf(stream: NodeJS.ReadableStream): AsyncGenerator<BuildEvent> {
  for await (const events of jsonEvents(stream))
    for (const event of events) if (event !== undefined) yield buildEvent(event);
}

function buildEvent(event: unknown): BuildEvent {
  const isStatus = typeof event === 'object' && event !== null && 'id' in event && event.id === 'moby.buildkit.trace';
  return isStatus && 'aux' in event && typeof event.aux === 'string'
    ? { kind: 'status', status: decodeStatus(event.aux) }
    : { kind: 'json', event };
}
