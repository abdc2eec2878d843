import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../lib/processes.mjs';
import { startOnPty } from '../lib/pty.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { startTool } from '../lib/run-tool.mjs';
import { clearStamps, killAll, living, readStamps } from '../lib/stamps.mjs';
import { concurrently, makeStack, mprocs, pm2, versionOf } from '../lib/tools.mjs';
import { pause, waitFor } from '../lib/wait.mjs';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'];
/** What ends on TERM has this long; what ignores it a grace period of a second and one more. */
const LOOK_MS = 3_000;
const GRACE = '1s';
const PEERS = ['concurrently', 'mprocs', 'pm2'];

/** A supervisor is ended in every way there is: what of the processes it started is still there three seconds later? */
export async function run({ work, programs, quick }) {
  const rows = [];
  for (const signal of SIGNALS) {
    for (const children of quick ? [15] : [15, 100, 500]) {
      const { left, lastMs, of } = await ended({ work, programs, tool: 'devstack', children, signal });
      rows.push(
        exactly(
          `devstack, ${children} children, ${signal}: left`,
          left,
          0,
          `of ${of}; the last went after ${lastMs} ms`,
        ),
      );
    }
    for (const tool of PEERS) {
      if (versionOf(tool) === undefined) rows.push(skipped(`${tool}, 15 children, ${signal}`, 'it is not installed'));
      else {
        const { left, of } = await ended({ work, programs, tool, children: 15, signal });
        rows.push(row(`${tool}, 15 children, ${signal}: left`, left, { note: `of ${of}` }));
      }
    }
  }
  return rows;
}

/** Each has a child of its own; every third also one in a session of its own, every fifth one that ignores TERM. */
function commandsOf(children, stamp) {
  return Array.from({ length: children }, (_, id) => {
    const others = [
      `${stamp} c${id} stay &`,
      ...(id % 3 === 0 ? [`setsid ${stamp} s${id} stay &`] : []),
      ...(id % 5 === 0 ? [`(trap "" TERM HUP INT; exec ${stamp} i${id} stay) &`] : []),
    ];
    return { command: `${others.join(' ')} exec ${stamp} p${id} stay`, processes: 1 + others.length };
  });
}

async function ended({ work, programs, tool, children, signal }) {
  const folder = path.join(work, `survivors-${tool}`);
  const stamps = path.join(work, `survivors-${tool}.txt`);
  rmSync(folder, { recursive: true, force: true });
  clearStamps(stamps);
  const made = commandsOf(children, [...programs.stamp, stamps].join(' '));
  const commands = made.map(({ command }) => command);
  const of = made.reduce((sum, { processes }) => sum + processes, 0);
  const started = start(tool, folder, commands, work);
  let pids = [];
  try {
    const all = () => readStamps(stamps).length === of;
    if (!(await waitFor(all, 60_000, 10))) throw new Error(`${tool} started ${readStamps(stamps).length} of ${of}`);
    pids = readStamps(stamps);
    await pause(500); // what follows the start is over
    const begun = performance.now();
    started.kill(signal);
    await waitFor(() => !pids.some(({ pid }) => isAlive(pid)), LOOK_MS, 10);
    const lastMs = Math.round(performance.now() - begun);
    // Some start anew what ended.
    return { left: living(readStamps(stamps)).length, lastMs, of };
  } finally {
    started.end();
    killAll(readStamps(stamps));
    await Promise.race([started.ended, pause(5_000)]);
    // What started anew in between.
    killAll(readStamps(stamps));
  }
}

function start(tool, folder, commands, work) {
  mkdirSync(folder, { recursive: true });
  if (tool === 'mprocs') {
    const terminal = startOnPty(mprocs(folder, commands), { work });
    const end = () => quietly(() => terminal.kill('SIGKILL'));
    return { kill: (signal) => terminal.kill(signal), ended: terminal.ended, end };
  }
  const made =
    tool === 'devstack'
      ? makeStack(
          folder,
          Object.fromEntries(commands.map((dev, id) => [`w${id}`, { kind: 'worker', dev, stopGracePeriod: GRACE }])),
        )
      : tool === 'pm2'
        ? pm2(folder, commands)
        : concurrently(folder, commands);
  const started = startTool(made, { work, env: made.env });
  return { ...started, end: () => quietly(() => started.kill('SIGKILL')) };
}

function quietly(work) {
  try {
    work();
  } catch {
    // it has ended
  }
}
