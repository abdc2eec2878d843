#!/usr/bin/env node
// node bench/run.mjs [--only NAME,…] [--reps N] [--quick] [--json FILE] [--write]
// node bench/run.mjs --smoke: the cheap cases once; only a case that breaks and lines that are lost count as failures
// BENCH_TUI_PARTS=flood,scroll: of the case tui only these parts
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './lib/machine.mjs';
import { buildPrograms } from './lib/programs.mjs';
import { printRows, writeResults } from './lib/report.mjs';
import { skipped } from './lib/rows.mjs';

const CASES = [
  'start',
  'logs',
  'stall',
  'restart',
  'tree',
  'scale',
  'survivors',
  'tui',
  'infra',
  'promote',
  'mcp',
  'background',
];
const CHEAP_CASES = ['start', 'logs', 'stall', 'restart', 'tree', 'tui', 'mcp'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    reps: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
});
const chosen = values.only?.split(',') ?? (values.smoke ? CHEAP_CASES : CASES);
const quick = values.quick || values.smoke;
const unknown = chosen.filter((name) => !CASES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(', ')}; there are ${CASES.join(', ')}.`);
  process.exit(2);
}
const reps = Number(values.reps ?? (values.smoke ? 1 : quick ? 2 : 5));

const work = mkdtempSync(path.join(tmpdir(), 'devstack-bench-'));
const memory = memoryFolder();
const results = [];
try {
  const programs = buildPrograms(path.join(work, 'bin'));
  const machine = [...describeMachine(programs.compiler), `logs are written to ${memory ? 'memory' : 'disk'}`];
  console.log(machine.join('\n'));
  for (const name of chosen) {
    console.log(`\n${name}`);
    const start = performance.now();
    const { run } = await import(`./cases/${name}.mjs`);
    let rows;
    try {
      rows = await run({ work, memory: memory ?? work, programs, reps, quick, log: (text) => console.log(text) });
    } catch (error) {
      rows = [{ ...skipped(name, String(error?.stack ?? error)), verdict: 'FAIL', isBroken: true }];
    }
    printRows(rows);
    console.log(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    results.push({ name, rows });
  }
  const about = { machine, quick, reps, at: new Date().toISOString(), isPart: values.only !== undefined };
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...about, results }, undefined, 2)}\n`);
  if (values.write) writeResults(about, results);
} finally {
  for (const folder of [work, memory]) if (folder) rmSync(folder, { recursive: true, force: true });
}
/** For hundreds of megabytes of output: when a disk gets to write them is its own affair, and decides every ratio. */
function memoryFolder() {
  const NEEDED_BYTES = 4e9;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize < NEEDED_BYTES ? undefined : mkdtempSync('/dev/shm/devstack-bench-');
  } catch {
    return undefined; // no such place here
  }
}

const counts = ({ isBroken, isLoss }) => !values.smoke || isBroken || isLoss;
const failed = results.flatMap(({ rows }) => rows).filter((one) => one.verdict === 'FAIL' && counts(one));
if (failed.length > 0) {
  console.log(
    `\n${failed.length} ${values.smoke ? 'broken or lossy' : 'beyond their limits'}: ${failed.map(({ what }) => what).join('; ')}`,
  );
  process.exitCode = 1;
}
