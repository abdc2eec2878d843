import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exactly, judgeNoise, row } from '../lib/rows.mjs';
import { startTool } from '../lib/run-tool.mjs';
import { clearStamps, killAll, readStamps, stampClock } from '../lib/stamps.mjs';
import { ratios } from '../lib/statistics.mjs';
import { makeStack, nodemon } from '../lib/tools.mjs';
import { pause, settled, waitFor } from '../lib/wait.mjs';

const BURST = 1_000;

/** The restarted program only says that it runs, so what is measured is the supervisor's own share. */
export async function run(context) {
  const saves = context.quick ? 10 : 50;
  const ours = await begin(context, 'devstack');
  const peer = await begin(context, 'nodemon');
  const again = await begin(context, 'again');
  const times = { devstack: [], nodemon: [], again: [] };
  let missed = 0;
  const pairs = [];
  try {
    for (let turn = 0; turn < saves; turn++) {
      const [own, other, control] = [await save(ours, turn), await save(peer, turn), await save(again, turn)];
      if (own === undefined) missed += 1;
      if (own === undefined || other === undefined || control === undefined) continue;
      pairs.push({ own, other, control });
    }
    const burst = await writeBurst(ours);
    for (const { own, other, control } of pairs) {
      times.devstack.push(own);
      times.nodemon.push(other);
      times.again.push(control);
    }
    const low = (list) => Math.min(...list).toFixed(1);
    return judgeNoise(
      [
        row('save → new process, devstack', times.devstack, { unit: ' ms' }),
        row('save → new process, devstack / nodemon', ratios(times.devstack, times.nodemon), {
          limit: 1,
          unit: 'x',
          isRatio: true,
          note: `${low(times.devstack)} ms : ${low(times.nodemon)} ms`,
        }),
        exactly(`${saves} saves, half atomic, half in place: missed`, missed, 0),
        exactly(`burst of ${BURST} files: restarts`, burst.restarts, 1),
        row(`burst of ${BURST} files: restarted after the last save`, burst.afterMs, {
          unit: ' ms',
          note: burst.afterMs >= 0 ? '' : 'before the last save',
        }),
        exactly(`burst of ${BURST} files: the last start came after the last save`, burst.afterMs >= 0 ? 1 : 0, 1),
      ],
      ratios(times.again, times.nodemon),
    );
  } finally {
    for (const one of [ours, peer, again]) await end(one);
  }
}

async function begin({ work, programs }, tool) {
  const folder = path.join(work, `restart-${tool}`);
  const stamps = path.join(work, `restart-${tool}.txt`);
  clearStamps(stamps);
  const command = [...programs.stamp, stamps, 't', 'stay'].join(' ');
  const made =
    tool === 'devstack'
      ? makeStack(folder, { server: { kind: 'worker', dev: command, watch: 'src' } })
      : nodemon(path.join(folder, 'src'), command);
  const source = path.join(folder, 'src');
  mkdirSync(source, { recursive: true });
  for (let at = 0; at < BURST; at++) writeFileSync(path.join(source, `f${at}.js`), `// ${at}\n`);
  const started = startTool(made, { work });
  await waitFor(() => readStamps(stamps).length > 0, 10_000);
  await pause(1_500); // until the watcher is there
  return { source, stamps, started, folder };
}

/** Milliseconds to the new process; undefined when none came. */
async function save({ source, stamps }, turn) {
  await settled(() => readStamps(stamps).length, 250, 3_000);
  const before = readStamps(stamps).length;
  const file = path.join(source, 'f1.js');
  const text = `// save ${turn}\n`;
  const start = stampClock();
  if (turn % 2 === 0) {
    writeFileSync(`${file}.tmp~`, text);
    renameSync(`${file}.tmp~`, file);
  } else writeFileSync(file, text);
  const found = await waitFor(() => readStamps(stamps)[before], 5_000, 1);
  return found && found.ms - start;
}

async function writeBurst({ source, stamps }) {
  await settled(() => readStamps(stamps).length, 500, 5_000);
  const before = readStamps(stamps).length;
  for (let at = 0; at < BURST; at++) writeFileSync(path.join(source, `f${at}.js`), `// burst ${at}\n`);
  const lastSave = stampClock();
  await waitFor(() => readStamps(stamps).length > before, 5_000);
  await settled(() => readStamps(stamps).length, 1_500, 10_000);
  const after = readStamps(stamps).slice(before);
  return { restarts: after.length, afterMs: (after.at(-1)?.ms ?? 0) - lastSave };
}

async function end({ started, stamps, folder }) {
  started.kill('SIGTERM');
  await Promise.race([started.ended, pause(5_000)]);
  killAll(readStamps(stamps));
  rmSync(folder, { recursive: true, force: true });
}
