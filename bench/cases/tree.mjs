import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canRead, ownOf, rssOf, watchesOf } from '../lib/processes.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { startTool } from '../lib/run-tool.mjs';
import { clearStamps, killAll, readStamps, stampClock } from '../lib/stamps.mjs';
import { makeStack } from '../lib/tools.mjs';
import { settled, waitFor } from '../lib/wait.mjs';

const FILES_EACH = 10;

/** A large tree, and a `node_modules` of the same size that must not be looked at. */
export async function run({ work, programs, quick }) {
  if (!canRead) return [skipped('20,000 files: watches', 'counted on Linux only')];
  const folder = path.join(work, 'tree');
  const stamps = path.join(work, 'tree.txt');
  clearStamps(stamps);
  const tool = makeStack(folder, {
    server: { kind: 'worker', dev: [...programs.stamp, stamps, 't', 'stay'].join(' '), watch: '.' },
  });
  const outer = quick ? 40 : 200;
  const directories = fill(path.join(folder, 'src'), outer);
  fill(path.join(folder, 'node_modules'), outer);
  const files = outer * 10 * FILES_EACH;
  const begin = stampClock();
  const started = startTool(tool, { work });
  await waitFor(() => readStamps(stamps).length > 0, 20_000);
  const childMs = (readStamps(stamps)[0]?.ms ?? Number.NaN) - begin;
  const watches = await settled(() => watchesOf(started.pid), 1_000, 30_000);
  const rss = rssOf(ownOf(started.pid)) / 1e6;
  const before = readStamps(stamps).length;
  writeFileSync(path.join(folder, 'src', 'd3', 'e3', 'f3.js'), 'changed');
  const restarted = await waitFor(() => readStamps(stamps).length > before, 5_000);
  started.kill('SIGTERM');
  await started.ended;
  killAll(readStamps(stamps));
  rmSync(folder, { recursive: true, force: true });
  return [
    row(`${files} files in ${directories} directories: watches`, watches, {
      limit: directories + 10,
      note: `${rss.toFixed(0)} MB, first child after ${childMs.toFixed(0)} ms`,
    }),
    exactly(`${files} files: a change deep inside restarts`, restarted ? 1 : 0, 1),
  ];
}

/** Makes the tree; how many directories it has, its root included. */
function fill(base, outer) {
  let count = 1;
  for (let a = 0; a < outer; a++) {
    count += 1;
    for (let b = 0; b < 10; b++) {
      const folder = path.join(base, `d${a}`, `e${b}`);
      mkdirSync(folder, { recursive: true });
      count += 1;
      for (let c = 0; c < FILES_EACH; c++) writeFileSync(path.join(folder, `f${c}.js`), 'x');
    }
  }
  return count;
}
