import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { judgeNoise, row, skipped } from '../lib/rows.mjs';
import { startTool, toolEnv } from '../lib/run-tool.mjs';
import { clearStamps, readStamps, stampClock } from '../lib/stamps.mjs';
import { ratios } from '../lib/statistics.mjs';
import { concurrently, devstackBin, makeStack } from '../lib/tools.mjs';
import { waitFor } from '../lib/wait.mjs';

const LIMIT_VERSION = 1.3;
const LIMIT_FIRST = 1.5;

export async function run(context) {
  const { quick, reps } = context;
  const version = versionRatios(context, quick ? 10 : 20);
  const rows = [
    row('--version / node -e 0', version.ratios, {
      limit: LIMIT_VERSION,
      unit: 'x',
      isRatio: true,
      note: version.note,
    }),
  ];
  let control = [];
  for (const children of quick ? [1, 15] : [1, 15, 100]) {
    const runs = { devstack: [], concurrently: [], again: [] };
    for (let turn = 0; turn <= 2 * reps; turn++) {
      for (const tool of children === 1 ? ['devstack', 'concurrently', 'again'] : ['devstack', 'concurrently']) {
        const result = await launch(context, tool, children);
        if (!result) return [...rows, skipped(`${children} children`, `${tool} started none`)];
        if (turn > 0) runs[tool].push(result); // the first round warms up
      }
    }
    const of = (tool, field) => runs[tool].map((one) => one[field]);
    const note = (field) =>
      `${Math.min(...of('devstack', field)).toFixed(0)} ms : ${Math.min(...of('concurrently', field)).toFixed(0)} ms`;
    rows.push(
      row(
        `first of ${children} running, devstack / concurrently`,
        ratios(of('devstack', 'first'), of('concurrently', 'first')),
        { ...(children === 1 && { limit: LIMIT_FIRST }), unit: 'x', isRatio: true, note: note('first') },
      ),
    );
    if (children > 1)
      rows.push(
        row(
          `last of ${children} running, devstack / concurrently`,
          ratios(of('devstack', 'last'), of('concurrently', 'last')),
          { unit: 'x', isRatio: true, note: note('last') },
        ),
      );
    if (children === 1) control = ratios(of('again', 'first'), of('concurrently', 'first'));
    context.log(`  ${children} children: first ${note('first')}, last ${note('last')}`);
  }
  return judgeNoise(rows, control);
}

function versionRatios({ work }, count) {
  const time = (args) => {
    const start = performance.now();
    spawnSync(process.execPath, args, { env: toolEnv(work), stdio: 'ignore' });
    return performance.now() - start;
  };
  const ours = [];
  const bare = [];
  for (let turn = 0; turn <= count; turn++) {
    const pair = [time([devstackBin(), '--version']), time(['-e', '0'])];
    if (turn === 0) continue;
    ours.push(pair[0]);
    bare.push(pair[1]);
  }
  return {
    ratios: ratios(ours, bare),
    note: `${Math.min(...ours).toFixed(0)} ms : ${Math.min(...bare).toFixed(0)} ms`,
  };
}

/** From the command to the first and the last child running; they end at once, and so does the tool. */
async function launch({ work, programs }, tool, children) {
  const folder = path.join(work, `start-${tool}-${children}`);
  const stamps = path.join(work, 'stamps.txt');
  clearStamps(stamps);
  const commands = Array.from({ length: children }, (_, id) => [...programs.stamp, stamps, `c${id}`, 'exit'].join(' '));
  const made =
    tool === 'devstack'
      ? makeStack(folder, Object.fromEntries(commands.map((run, id) => [`c${id}`, { kind: 'task', run }])))
      : concurrently(folder, commands);
  const start = stampClock();
  const started = startTool(made, { work });
  await started.ended;
  await waitFor(() => readStamps(stamps).length === children, 2_000);
  const times = readStamps(stamps).map(({ ms }) => ms - start);
  return times.length === 0 ? undefined : { first: Math.min(...times), last: Math.max(...times) };
}
