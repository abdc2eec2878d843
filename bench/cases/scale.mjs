import path from 'node:path';
import { canRead, cpuNsOf, isAlive, ownOf, rssOf } from '../lib/processes.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { startTool } from '../lib/run-tool.mjs';
import { clearStamps, killAll, living, readStamps, stampClock } from '../lib/stamps.mjs';
import { concurrently, makeStack } from '../lib/tools.mjs';
import { pause, settled, waitFor } from '../lib/wait.mjs';

/** Many sleeping children: what they cost, how fast they go, and whether any stays. */
export async function run(context) {
  const { quick, reps } = context;
  const children = quick ? 100 : 500;
  const rows = [];
  const stops = [];
  let left = 0;
  for (let turn = 0; turn < (quick ? 1 : Math.min(3, reps)); turn++) {
    const one = await hold(context, 'devstack', children);
    const rss = rssOf(ownOf(one.started.pid)) / 1e6;
    if (turn === 0)
      rows.push(
        canRead
          ? row(`${children} children: memory`, rss, {
              limit: 100,
              unit: ' MB',
              note: `last one running after ${one.lastMs.toFixed(0)} ms`,
            })
          : skipped(`${children} children: memory`, 'read on Linux only'),
      );
    stops.push(await stop(one));
    left += living(readStamps(one.stamps)).length;
    drop(one);
  }
  rows.push(
    row(
      `${children} children: SIGTERM → all gone`,
      stops.map(({ children: ms }) => ms),
      { limit: 500, unit: ' ms', note: `devstack itself after ${stops[0].self.toFixed(0)} ms` },
    ),
  );
  rows.push(exactly(`${children} children: left after SIGTERM`, left, 0));
  rows.push(exactly(`${children} children: left 3 s after SIGKILL`, await kill(context, children), 0));
  const peer = await hold(context, 'concurrently', 100);
  const peerMs = await stop(peer);
  drop(peer);
  const own = await hold(context, 'devstack', 100);
  const ownMs = await stop(own);
  drop(own);
  rows.push(
    row('100 children: SIGTERM → all gone, devstack / concurrently', ownMs.children / peerMs.children, {
      unit: 'x',
      note: `${ownMs.children.toFixed(0)} ms : ${peerMs.children.toFixed(0)} ms`,
    }),
  );
  rows.push(await idle(context, quick ? 10 : 30));
  return rows;
}

async function hold({ work, programs }, tool, children) {
  const folder = path.join(work, `scale-${tool}`);
  const stamps = path.join(work, `scale-${tool}.txt`);
  clearStamps(stamps);
  const commands = Array.from({ length: children }, (_, id) => [...programs.stamp, stamps, `c${id}`, 'stay'].join(' '));
  const made =
    tool === 'devstack'
      ? makeStack(folder, Object.fromEntries(commands.map((dev, id) => [`c${id}`, { kind: 'worker', dev }])))
      : concurrently(folder, commands);
  const start = stampClock();
  const started = startTool(made, { work });
  await waitFor(() => readStamps(stamps).length === children, 30_000, 10);
  const lastMs = Math.max(0, ...readStamps(stamps).map(({ ms }) => ms - start));
  await pause(1_500); // what follows the start is over
  return { started, stamps, folder, lastMs };
}

/** From SIGTERM until the last child and the tool itself are gone. */
async function stop({ started, stamps }) {
  const all = readStamps(stamps);
  const start = performance.now();
  started.kill('SIGTERM');
  await waitFor(() => !all.some(({ pid }) => isAlive(pid)), 30_000, 5);
  const children = performance.now() - start;
  await Promise.race([started.ended, pause(30_000)]);
  return { children, self: performance.now() - start };
}

async function kill(context, children) {
  const one = await hold(context, 'devstack', children);
  one.started.kill('SIGKILL');
  await one.started.ended;
  await pause(3_000);
  const left = living(readStamps(one.stamps)).length;
  drop(one);
  return left;
}

async function idle(context, seconds) {
  const what = `15 children: idle CPU over ${seconds} s`;
  if (!canRead) return skipped(what, 'read on Linux only');
  const one = await hold(context, 'devstack', 15);
  const pids = () => ownOf(one.started.pid).map(({ pid }) => pid);
  await settled(() => pids().length, 500, 5_000);
  const before = cpuNsOf(pids());
  const start = performance.now();
  await pause(seconds * 1_000);
  const share = ((cpuNsOf(pids()) - before) / 1e6 / (performance.now() - start)) * 100;
  await stop(one);
  drop(one);
  return row(what, share, { limit: 0.1, unit: ' %' });
}

function drop({ stamps, started }) {
  started.kill('SIGKILL');
  killAll(readStamps(stamps));
}
