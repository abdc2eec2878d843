import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startOnPty, stopOnPty } from '../../lib/pty.mjs';
import { atLeast, losses, row, skipped } from '../../lib/rows.mjs';
import { startTool } from '../../lib/run-tool.mjs';
import { clearStamps, readStamps, stampClock } from '../../lib/stamps.mjs';
import { ratios } from '../../lib/statistics.mjs';
import { makeStack, mprocs, turbo } from '../../lib/tools.mjs';
import { waitFor } from '../../lib/wait.mjs';

const WRITERS = 4;
const LENGTH = 200;
const LIMIT_MS = 240_000;
/** mprocs takes the better part of a minute. */
const MOST_OF_SLOW = 2;

/** How long writers of very many lines are held up by those who show them. */
export async function flood(context) {
  const { quick, reps } = context;
  const lines = quick ? 100_000 : 500_000;
  const name = `${WRITERS} x ${lines / 1000}k x ${LENGTH} B`;
  const runs = { devstack: [], plain: [], again: [], turbo: [], mprocs: [] };
  for (let turn = 0; turn <= reps; turn++) {
    for (const tool of Object.keys(runs)) {
      // The first round warms up.
      if (tool === 'mprocs' && (turn === 0 || turn > MOST_OF_SLOW)) continue;
      const result = await hold(context, tool, lines);
      if (turn > 0) runs[tool].push(result);
    }
    const last = Object.entries(runs).map(([tool, done]) => `${tool} ${done.at(-1)?.wall?.toFixed(2) ?? '-'} s`);
    context.log(`  ${name}: ${last.join(', ')}`);
  }
  const walls = (tool) => runs[tool].map(({ wall }) => wall);
  const ours = walls('devstack');
  const low = (tool) => Math.min(...walls(tool)).toFixed(2);
  const versus = (tool, other) => `${low(tool)} s : ${low(other)} s`;
  const worst = Math.max(...runs.devstack.map(({ lost }) => lost));
  const peer = (tool, limit) => {
    const what = `flood ${name}: wall, ${tool} / devstack`;
    const theirs = walls(tool);
    if (theirs.includes(undefined)) return skipped(what, `${tool} did not write all of it`);
    return atLeast(what, ratios(theirs, ours), limit, {
      unit: 'x',
      isRatio: true,
      note: versus(tool, 'devstack'),
    });
  };
  return {
    rows: [
      row(`flood ${name}: wall, on a terminal / --plain to a file`, ratios(ours, walls('plain')), {
        limit: 1,
        unit: 'x',
        isRatio: true,
        note: versus('devstack', 'plain'),
      }),
      peer('mprocs', 20),
      peer('turbo', 5),
      losses(`flood ${name}: lost`, worst, `of ${WRITERS * lines}`),
      losses(`flood ${name}: torn`, Math.max(...runs.devstack.map(({ torn }) => torn))),
    ],
    control: ratios(walls('again'), walls('plain')),
  };
}

/** `plain` and `again` are the same. */
async function hold({ work, memory, programs }, tool, lines) {
  const folder = path.join(memory, `tui-flood-${tool === 'again' ? 'plain' : tool}`);
  const logs = path.join(folder, '.devstack', 'logs');
  const stamps = path.join(work, 'tui-flood.txt');
  rmSync(logs, { recursive: true, force: true });
  clearStamps(stamps);
  const commands = Array.from(
    { length: WRITERS },
    (_, id) =>
      `${[...programs.emit, id, lines, LENGTH, 0, 'block'].join(' ')} && ${[...programs.stamp, stamps, `w${id}`, 'exit'].join(' ')}`,
  );
  const tasks = () =>
    makeStack(folder, Object.fromEntries(commands.map((run, id) => [`w${id}`, { kind: 'task', run }])));
  const isDone = () => readStamps(stamps).length === WRITERS;
  const start = stampClock();
  const wall = () => (isDone() ? Math.max(...readStamps(stamps).map(({ ms }) => ms - start)) / 1000 : undefined);
  if (tool === 'plain' || tool === 'again') {
    const file = path.join(memory, 'tui-flood.out');
    const made = tasks();
    const output = openSync(file, 'w');
    const started = startTool({ ...made, argv: [...made.argv, '--plain'] }, { work, stdout: output });
    closeSync(output);
    await started.ended;
    rmSync(file, { force: true });
    return { wall: wall() };
  }
  const made = tool === 'devstack' ? tasks() : tool === 'mprocs' ? mprocs(folder, commands) : turbo(folder, commands);
  const terminal = startOnPty(made, { work });
  let isOver = false;
  void terminal.ended.then(() => (isOver = true));
  await waitFor(() => isDone() || isOver, LIMIT_MS, 20);
  const took = wall();
  await stopOnPty(terminal);
  if (tool !== 'devstack') return { wall: took };
  const found = Array.from({ length: WRITERS }, (_, id) => countLines(programs, path.join(logs, `w${id}`)));
  rmSync(logs, { recursive: true, force: true });
  return {
    wall: took,
    lost: WRITERS * lines - found.reduce((sum, { marks }) => sum + marks, 0),
    torn: found.reduce((sum, { torn }) => sum + torn, 0),
  };
}

/** In all segments of a log, one after the other. */
function countLines(programs, folder) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.log')) : [];
  const script = `cat /dev/null ${files
    .toSorted()
    .map((file) => `'${path.join(folder, file)}'`)
    .join(' ')} | ${[...programs.check, '-'].join(' ')}`;
  return JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
}
