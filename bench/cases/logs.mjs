import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { judgeNoise, losses, row } from '../lib/rows.mjs';
import { timeTool } from '../lib/run-tool.mjs';
import { ratios } from '../lib/statistics.mjs';
import { concurrently, makeStack } from '../lib/tools.mjs';

const MILLION = 1_000_000;

/** writers, lines each, bytes a line, coloured, block or line writes, file or pipe; limits of the wall ratio and memory. */
const WORKLOADS = [
  { name: '1 x 40 B', writers: 1, lines: MILLION, length: 40, to: 'file' },
  { name: '1 x 200 B', writers: 1, lines: MILLION, length: 200, to: 'file' },
  { name: '1 x 90 B coloured', writers: 1, lines: MILLION, length: 90, colour: true, to: 'file' },
  { name: '4 x 40 B', writers: 4, lines: 500_000, length: 40, to: 'file' },
  { name: '4 x 200 B', writers: 4, lines: 500_000, length: 200, to: 'file' },
  { name: '15 x 40 B', writers: 15, lines: 200_000, length: 40, to: 'file' },
  { name: '15 x 200 B', writers: 15, lines: 200_000, length: 200, to: 'file', limit: 1, quick: true, control: true },
  { name: '15 x 90 B coloured', writers: 15, lines: 200_000, length: 90, colour: true, to: 'file' },
  { name: '15 x 200 B to a pipe', writers: 15, lines: 200_000, length: 200, to: 'pipe', quick: true },
  { name: '1 x 40 B to a pipe', writers: 1, lines: MILLION, length: 40, to: 'pipe' },
  {
    name: '4 x 80 B, a write per line',
    writers: 4,
    lines: 250_000,
    length: 80,
    mode: 'line',
    to: 'file',
    limit: 0.67,
    quick: true,
  },
  { name: '1 x 40 B, a write per line', writers: 1, lines: MILLION, length: 40, mode: 'line', to: 'file' },
];

export async function run(context) {
  const rows = [];
  let control = [];
  for (const workload of WORKLOADS.filter(({ quick }) => quick || !context.quick)) {
    const lines = context.quick ? Math.ceil(workload.lines / 4) : workload.lines;
    const result = await compare(context, { ...workload, lines });
    rows.push(...result.rows);
    if (result.control.length > 0) control = result.control;
  }
  if (!context.quick) rows.push(await growth(context));
  return judgeNoise(rows, control);
}

async function compare(context, workload) {
  const runs = { devstack: [], concurrently: [], again: [] };
  const tools = workload.control ? ['devstack', 'concurrently', 'again'] : ['devstack', 'concurrently'];
  for (let turn = 0; turn <= context.reps; turn++) {
    for (const tool of tools) {
      const result = await flood(context, tool, workload);
      if (turn > 0) runs[tool].push(result); // the first round warms up
    }
    context.log(
      `  ${workload.name}: ${tools.map((tool) => `${tool} ${runs[tool].at(-1)?.wall.toFixed(2) ?? '-'} s`).join(', ')}`,
    );
  }
  const { devstack, concurrently: peer, again } = runs;
  const of = (list, field) => list.map((one) => one[field]);
  const total = workload.writers * workload.lines;
  const worst = (list, field) => Math.max(...of(list, field));
  const memory = 60 + 15 + workload.writers * 1.048576;
  return {
    rows: [
      row(`${workload.name}: wall, devstack / concurrently`, ratios(of(devstack, 'wall'), of(peer, 'wall')), {
        limit: workload.limit,
        unit: 'x',
        isRatio: true,
        note: seconds(devstack, peer, 'wall'),
      }),
      row(`${workload.name}: CPU, devstack / concurrently`, ratios(of(devstack, 'cpu'), of(peer, 'cpu')), {
        unit: 'x',
        isRatio: true,
        note: seconds(devstack, peer, 'cpu'),
      }),
      row(`${workload.name}: memory`, of(devstack, 'rss'), {
        limit: Math.round(memory),
        unit: ' MB',
        note: `concurrently ${worst(peer, 'rss').toFixed(0)} MB`,
      }),
      losses(`${workload.name}: lost`, worst(devstack, 'lost'), `of ${total}; concurrently ${worst(peer, 'lost')}`),
      losses(`${workload.name}: torn`, worst(devstack, 'torn'), `concurrently ${worst(peer, 'torn')}`),
    ],
    control: ratios(of(again, 'wall'), of(peer.slice(0, again.length), 'wall')),
  };
}

const seconds = (ours, theirs, field) => `${low(ours, field)} s : ${low(theirs, field)} s`;
const low = (list, field) => Math.min(...list.map((one) => one[field])).toFixed(2);

/** One run of one tool; `again` is concurrently once more. */
async function flood({ memory: work, programs }, tool, { writers, lines, length, colour = false, mode = 'block', to }) {
  const folder = path.join(work, `logs-${writers}-${lines}-${length}-${colour ? 'colour' : 'plain'}-${mode}`);
  rmSync(path.join(folder, '.devstack', 'logs'), { recursive: true, force: true });
  const commands = Array.from({ length: writers }, (_, id) =>
    [...programs.emit, id, lines, length, colour ? 1 : 0, mode].join(' '),
  );
  const made =
    tool === 'devstack'
      ? makeStack(folder, Object.fromEntries(commands.map((run, id) => [`w${id}`, { kind: 'task', run }])))
      : concurrently(folder, commands);
  const file = path.join(work, 'out.txt');
  const result = await timeTool(made, { work, file, ...(to === 'pipe' && { reader: [...programs.check, '-'] }) });
  const count = JSON.parse(to === 'pipe' ? readFileSync(file, 'utf8') : check(programs, file));
  rmSync(file, { force: true });
  return { ...result, lost: writers * lines - count.marks, torn: count.torn };
}

function check(programs, file) {
  const [program, ...args] = [...programs.check, file];
  return execFileSync(program, args, { encoding: 'utf8' });
}

/** Memory must not grow with what has been logged. */
async function growth(context) {
  const peak = async (lines) =>
    (await flood(context, 'devstack', { writers: 4, lines: lines / 4, length: 80, to: 'file' })).rss;
  const small = await peak(MILLION);
  const large = await peak(10 * MILLION);
  return row('10 million lines: memory over that of 1 million', [large / small], {
    limit: 1.1,
    unit: 'x',
    note: `${small.toFixed(0)} MB, ${large.toFixed(0)} MB`,
  });
}
