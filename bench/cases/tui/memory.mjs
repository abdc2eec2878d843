import path from 'node:path';
import { ownOf, peakRssOf } from '../../lib/processes.mjs';
import { startOnPty, stopOnPty } from '../../lib/pty.mjs';
import { row } from '../../lib/rows.mjs';
import { clearStamps, readStamps } from '../../lib/stamps.mjs';
import { makeStack } from '../../lib/tools.mjs';
import { waitFor } from '../../lib/wait.mjs';

const WRITERS = 15;

/** What many writers of very many lines make of it, all that it is made of together. */
export async function memory(context) {
  const peaks = [];
  for (let turn = 0; turn < (context.quick ? 1 : 3); turn++) peaks.push((await peakOf(context)) / 1e6);
  return { rows: [row(`${WRITERS} writers flood: memory`, peaks, { limit: 140, unit: ' MB' })] };
}
memory.isLinuxOnly = true;

async function peakOf({ work, memory: folder, programs, quick }) {
  const stamps = path.join(work, 'tui-memory.txt');
  clearStamps(stamps);
  const emit = (id) => [...programs.emit, id, quick ? 50_000 : 200_000, 200, 0, 'block'].join(' ');
  const stamp = (id) => [...programs.stamp, stamps, `w${id}`, 'exit'].join(' ');
  const tasks = Array.from({ length: WRITERS }, (_, id) => [
    `w${id}`,
    { kind: 'task', run: `${emit(id)} && ${stamp(id)}` },
  ]);
  const terminal = startOnPty(makeStack(path.join(folder, 'tui-memory'), Object.fromEntries(tasks)), { work });
  const pid = await terminal.pid();
  const isDone = await waitFor(() => readStamps(stamps).length === WRITERS, 120_000, 20);
  // A frame later, with all of it read.
  await waitFor(() => false, 500, 100);
  const peak = ownOf(pid).reduce((sum, one) => sum + peakRssOf(one.pid), 0);
  await stopOnPty(terminal);
  if (!isDone) throw new Error('the writers did not come to their end');
  return peak;
}
