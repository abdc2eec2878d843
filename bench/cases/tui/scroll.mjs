import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cpuNsOf, ownOf } from '../../lib/processes.mjs';
import { fileOf } from '../../lib/programs.mjs';
import { startOnPty, stopOnPty } from '../../lib/pty.mjs';
import { row } from '../../lib/rows.mjs';
import { startTool } from '../../lib/run-tool.mjs';
import { makeStack } from '../../lib/tools.mjs';
import { pause, waitFor } from '../../lib/wait.mjs';

const SERVICES = 15;
/** Each writes 10 lines 30 times a second: together more than a screen. */
const CHATTY = 5;
const SETTLED_MS = 3_000;

/** All rows change 30 times a second. */
export async function scroll(context) {
  const runs = [];
  for (let turn = 0; turn < (context.quick ? 1 : 3); turn++) {
    const plain = await onFile(context);
    const shown = await onTerminal(context);
    const late = await delays(context);
    context.log(
      `  scroll: ${shown.share.toFixed(1)} % on a terminal, ${plain.share.toFixed(1)} % on a file, ${shown.perSecond.toFixed(1)} frames a second`,
    );
    const spent = shown.share - plain.share;
    runs.push({ ...shown, plain: plain.share, spent, perFrame: (spent * 10) / shown.perSecond, late });
  }
  const of = (field) => runs.map((one) => one[field]);
  const low = (field) => Math.min(...of(field)).toFixed(1);
  return {
    rows: [
      row('scroll of all rows: CPU beyond that of --plain to a file', of('spent'), {
        limit: 10,
        unit: ' %',
        note: `${low('share')} % : ${low('plain')} %`,
      }),
      row('scroll of all rows: CPU per frame', of('perFrame'), {
        limit: 4,
        unit: ' ms',
        note: `${low('perSecond')} frames a second, ${(runs[0].bytes / runs[0].frames / 1000).toFixed(1)} KB each`,
      }),
      row(
        'scroll of all rows: event loop late, p99',
        runs.map(({ late }) => late.p99),
        { limit: 10, unit: ' ms', note: `at most ${Math.max(...runs.map(({ late }) => late.max)).toFixed(0)} ms` },
      ),
    ],
  };
}
scroll.isLinuxOnly = true;

function stackOf({ work, programs }) {
  const loud = `${process.execPath} ${fileOf('scroll.mjs')} 10 30`;
  const quiet = `${programs.stamp.join(' ')} /dev/null quiet stay`;
  const services = Array.from({ length: SERVICES }, (_, id) => [
    `w${id}`,
    { kind: 'worker', dev: id % (SERVICES / CHATTY) === 0 ? loud : quiet },
  ]);
  return makeStack(path.join(work, 'tui-scroll'), Object.fromEntries(services));
}

const secondsOf = ({ quick }) => (quick ? 4 : 10);

async function onFile(context) {
  const made = stackOf(context);
  const file = path.join(context.memory, 'tui-scroll.out');
  const output = openSync(file, 'w');
  // In colour, as on the terminal.
  const env = { NO_COLOR: undefined, FORCE_COLOR: '1' };
  const started = startTool({ ...made, argv: [...made.argv, '--plain'] }, { work: context.work, stdout: output, env });
  closeSync(output);
  const used = await use(started.pid, secondsOf(context));
  started.kill('SIGTERM');
  await started.ended;
  rmSync(file, { force: true });
  return used;
}

async function onTerminal(context) {
  const terminal = startOnPty(stackOf(context), context);
  const used = await use(await terminal.pid(), secondsOf(context), terminal);
  await stopOnPty(terminal);
  return used;
}

/** Of its own processes, when the start is over; what the terminal was given meanwhile. */
async function use(pid, seconds, terminal) {
  await pause(SETTLED_MS);
  const pids = ownOf(pid).map((each) => each.pid);
  const look = () => ({
    cpu: cpuNsOf(pids),
    at: performance.now(),
    frames: terminal?.frames(),
    bytes: terminal?.bytes(),
  });
  const before = look();
  await pause(seconds * 1000);
  const after = look();
  const ms = after.at - before.at;
  return {
    share: ((after.cpu - before.cpu) / 1e6 / ms) * 100,
    frames: after.frames - before.frames,
    perSecond: (after.frames - before.frames) / (ms / 1000),
    bytes: after.bytes - before.bytes,
  };
}

/** In a run of its own: looking often costs something. */
async function delays(context) {
  const file = path.join(context.work, 'tui-delay.json');
  rmSync(file, { force: true });
  const env = {
    BENCH_DELAY_FILE: file,
    BENCH_DELAY_AFTER_MS: String(SETTLED_MS),
    NODE_OPTIONS: `--import ${fileOf('loop-delay.mjs')}`,
  };
  const terminal = startOnPty(stackOf(context), { work: context.work, env });
  await waitFor(() => terminal.firstFrameAt() !== undefined, 30_000);
  await pause(SETTLED_MS + secondsOf(context) * 1000);
  await stopOnPty(terminal);
  return JSON.parse(readFileSync(file, 'utf8'));
}
