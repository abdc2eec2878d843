import type { ResourceStatus, Snapshot } from '../../core/engine.ts';
import type { Answer } from '../../mcp/index.ts';
import { addressesInWords } from '../../output/addresses.ts';
import { inWords } from '../../output/duration.ts';
import { detailInWords, stateInWords } from '../../output/status-words.ts';
import { clipped, fitting, placeOf } from './bounded.ts';

const MOST_BYTES = 3_500;
const LONGEST_ROW = 300;

/** The state of some resources, a line each; a stack of hundreds in pages. */
export function statusAnswer(
  snapshot: Snapshot,
  names: readonly string[],
  cursor: string | undefined,
  now: number,
): Answer {
  const statuses = snapshot.statuses
    .filter(({ name }) => names.includes(name))
    .toSorted((one, other) => urgency(one) - urgency(other));
  const from = placeOf(cursor, statuses.length);
  if (from === undefined) return { text: `There is no page ${cursor}. Leave the cursor out.`, isError: true };
  const rows = statuses.map((status) => rowOf(status, now));
  const { lines, next } = fitting(rows, from, MOST_BYTES);
  const more = next === undefined ? [] : [`[${rows.length - next} more: cursor "${next}"]`];
  return { text: [headline(snapshot, statuses), ...lines, ...more].join('\n') };
}

function headline({ instance, quitting }: Snapshot, statuses: readonly ResourceStatus[]): string {
  const counts = new Map<string, number>();
  for (const status of statuses) {
    const word = stateInWords(status);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const counted = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  return `${instance}${quitting ? ' (it is being stopped)' : ''}: ${counted}`;
}

/** What is not well comes first, what is not wanted last; else the order of the config. */
function urgency(status: ResourceStatus): number {
  const { lifecycle, wanted, trouble } = status;
  switch (lifecycle.kind) {
    case 'failed':
      return 0;
    case 'backoff':
      return 1;
    case 'starting':
    case 'running':
    case 'stopping':
      return 2;
    case 'idle':
      return wanted ? 2 : 5;
    case 'ready':
      return trouble ? 3 : 4;
    case 'done':
      return 4;
  }
}

/** `api: ready, http://localhost:4000, for 3 min 2 s, restarted twice`. */
export function rowOf(status: ResourceStatus, now: number): string {
  const { name, role, lifecycle, restarts, runStartAt } = status;
  const isUp = lifecycle.kind === 'ready' || lifecycle.kind === 'running' || lifecycle.kind === 'starting';
  const parts = [
    `${name} (${role}): ${stateInWords(status)}`,
    detailInWords(status, now),
    isUp ? addressesInWords(status) : '',
    isUp && runStartAt !== undefined ? `up ${inWords(now - runStartAt)}` : '',
    restarts > 0 ? `started again ${restarts === 1 ? 'once' : `${restarts} times`}` : '',
  ];
  return clipped(
    parts
      .filter((part) => part !== '')
      .join(', ')
      .replaceAll('\n', ' '),
    LONGEST_ROW,
  );
}
