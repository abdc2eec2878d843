import { firstFrame } from './tui/first-frame.mjs';
import { flood } from './tui/flood.mjs';
import { idle } from './tui/idle.mjs';
import { keys } from './tui/keys.mjs';
import { memory } from './tui/memory.mjs';
import { scroll } from './tui/scroll.mjs';
import { judgeNoise, skipped } from '../lib/rows.mjs';
import { canRead } from '../lib/processes.mjs';

const PARTS = { flood, 'first frame': firstFrame, scroll, keys, idle, memory };

/** The interface on a terminal of 200x50. */
export async function run(context) {
  const rows = [];
  let control = [];
  const wanted = process.env.BENCH_TUI_PARTS?.split(',');
  for (const [name, measure] of Object.entries(PARTS)) {
    if (wanted && !wanted.includes(name)) continue;
    if (!canRead && measure.isLinuxOnly) {
      rows.push(skipped(name, 'read on Linux only'));
      continue;
    }
    const result = await measure(context);
    rows.push(...result.rows);
    control = [...control, ...(result.control ?? [])];
  }
  return judgeNoise(rows, control);
}
