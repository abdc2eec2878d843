import type { BuildEvent } from './progress.ts';
import { decodeStatus } from './wire.ts';

/** What the engine answers to a build, line by line. */
export async function* eventsOf(stream: NodeJS.ReadableStream): AsyncGenerator<BuildEvent> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield eventOf(line);
  }
  if (rest.trim() !== '') yield eventOf(rest);
}

function eventOf(line: string): BuildEvent {
  const event: unknown = JSON.parse(line);
  const isStatus = typeof event === 'object' && event !== null && 'id' in event && event.id === 'moby.buildkit.trace';
  return isStatus && 'aux' in event && typeof event.aux === 'string'
    ? { kind: 'status', status: decodeStatus(event.aux) }
    : { kind: 'json', event };
}
