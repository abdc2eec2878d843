import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileOf } from '../lib/programs.mjs';
import { losses, row } from '../lib/rows.mjs';
import { startPiped } from '../lib/run-tool.mjs';
import { clearStamps, readStamps } from '../lib/stamps.mjs';
import { makeStack } from '../lib/tools.mjs';
import { pause, waitFor } from '../lib/wait.mjs';

const WRITERS = 4;
const STALL_MS = 2_000;
const STALL_AFTER_BYTES = 8_000_000;
const PROBE_MS = 100;

/** A pager nobody scrolls: the reader of our stdout stops for 2 s in the middle of a flood. */
export async function run({ work, programs, quick }) {
  const lines = quick ? 150_000 : 500_000;
  const folder = path.join(work, 'stall');
  const [out, loops, probes, stamps] = ['out.txt', 'loop.json', 'probes.txt', 'stamps.txt'].map((name) =>
    path.join(work, name),
  );
  for (const file of [loops, probes]) rmSync(file, { force: true });
  clearStamps(stamps);
  const writer = (id) => [
    `w${id}`,
    {
      kind: 'task',
      run: `${[...programs.emit, id, lines, 200, 0, 'block'].join(' ')} && ${[...programs.stamp, stamps, id, 'exit'].join(' ')}`,
    },
  ];
  const tool = makeStack(folder, {
    probed: {
      kind: 'service',
      dev: `${process.execPath} ${fileOf('probed.mjs')}`,
      healthcheck: { ready: '/', live: { http: '/', interval: `${PROBE_MS}ms` } },
    },
    ...Object.fromEntries(Array.from({ length: WRITERS }, (_, id) => writer(id))),
  });
  const env = {
    BENCH_LOOP_FILE: loops,
    BENCH_PROBE_FILE: probes,
    NODE_OPTIONS: `--import ${fileOf('loop-monitor.mjs')}`,
  };
  const started = startPiped(tool, {
    work,
    env,
    file: out,
    reader: [...programs.check, '-', STALL_AFTER_BYTES, STALL_MS],
  });
  await waitFor(() => readStamps(stamps).length === WRITERS, 60_000, 50);
  await pause(1.5 * STALL_MS);
  const stoppedAt = Date.now();
  started.kill('SIGTERM');
  await started.ended;

  const count = JSON.parse(readFileSync(out, 'utf8'));
  const [from, to] = count.stall;
  if (from === 0 || to > stoppedAt) throw new Error('the reader did not stall while the services ran');
  const gaps = JSON.parse(readFileSync(loops, 'utf8'));
  const held = longest(gaps.filter(({ at }) => at >= from && at <= to).map(({ ms }) => ms));
  const asked = readFileSync(probes, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(Number)
    .filter((at) => at >= from - PROBE_MS && at <= to + PROBE_MS);
  const between = asked.slice(1).map((at, index) => at - asked[index]);
  const expected = WRITERS * lines;
  rmSync(folder, { recursive: true, force: true });
  return [
    row('reader stalls 2 s: event loop held', held, {
      limit: 50,
      unit: ' ms',
      note: `${longest(gaps.filter(({ at }) => at >= from).map(({ ms }) => ms)).toFixed(0)} ms in the whole flood`,
    }),
    row('reader stalls 2 s: longest gap between probes', longest(between), {
      limit: PROBE_MS + 100,
      unit: ' ms',
      note: `every ${PROBE_MS} ms, ${asked.length} probes during the stall`,
    }),
    losses('reader stalls 2 s: lost', expected - count.marks, `of ${expected}`),
    losses('reader stalls 2 s: torn', count.torn),
  ];
}

const longest = (values) => Math.max(0, ...values);
