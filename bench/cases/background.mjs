import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canRead, cpuNsOf, rssOf, under } from '../lib/processes.mjs';
import { exactly, row, skipped } from '../lib/rows.mjs';
import { toolEnv } from '../lib/run-tool.mjs';
import { clearStamps, readStamps } from '../lib/stamps.mjs';
import { ratios } from '../lib/statistics.mjs';
import { devstackBin, makeStack } from '../lib/tools.mjs';
import { pause, waitFor } from '../lib/wait.mjs';

const SERVICES = 15;
const INSTANCES = 20;

/** What a stack costs that nobody looks at, and what it costs to ask about it. */
export async function run({ work, programs, quick, reps }) {
  if (!canRead) return [skipped('a stack in the background', 'read on Linux only')];
  const env = toolEnv(work);
  const folder = path.join(work, 'background');
  const stamps = path.join(work, 'background.txt');
  const devstack = (cwd, args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [devstackBin(), ...args], {
      cwd,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`devstack ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const rows = [];
  clearStamps(stamps);
  makeStack(folder, resources(SERVICES, [...programs.stamp, stamps].join(' ')));
  try {
    devstack(folder, ['up', '-d', '--wait']);
    await waitFor(() => readStamps(stamps).length === SERVICES, 30_000);
    const { pid } = JSON.parse(readFileSync(path.join(folder, '.devstack/session.json'), 'utf8'));
    await pause(quick ? 5_000 : 20_000); // what follows the start is over
    const own = under(pid).filter((one) => one.pid === pid || isGuardian(one.pid));
    const guardian = own.filter((one) => one.pid !== pid);
    rows.push(
      row('guardian: memory', rssOf(guardian) / 1e6, { limit: 2, unit: ' MB' }),
      row(`supervisor of ${SERVICES} silent services: memory`, rssOf(own) / 1e6, { limit: 70, unit: ' MB' }),
      await idle(
        own.map((one) => one.pid),
        quick ? 10 : 30,
      ),
      asking(() => devstack(folder, ['ps', '--json']), quick ? 5 : 4 * reps),
    );
    devstack(folder, ['down']);
    rows.push(await atOnce({ work, env, programs }));
  } finally {
    spawnSync(process.execPath, [devstackBin(), 'down', '--all', '--volumes', '--yes'], { cwd: work, env });
  }
  return rows;
}

const resources = (count, stamp) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, id) => [
      `w${id}`,
      { kind: 'service', dev: `${stamp} w${id} stay`, ports: { http: 'auto', admin: 'auto', rpc: 'auto' } },
    ]),
  );

function isGuardian(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('devstack-guardian');
  } catch {
    return false; // ended meanwhile
  }
}

async function idle(pids, seconds) {
  const before = cpuNsOf(pids);
  const start = performance.now();
  await pause(seconds * 1_000);
  const share = ((cpuNsOf(pids) - before) / 1e6 / (performance.now() - start)) * 100;
  return row(`the same: CPU over ${seconds} s`, share, { limit: 0.1, unit: ' %' });
}

function asking(ask, count) {
  const times = { ps: [], node: [] };
  const timed = (work) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  for (let turn = 0; turn <= count; turn++) {
    const ps = timed(ask);
    const node = timed(() => spawnSync(process.execPath, ['-e', '0']));
    if (turn === 0) continue; // the first fills caches
    times.ps.push(ps);
    times.node.push(node);
  }
  const note = `${Math.min(...times.ps).toFixed(0)} ms : ${Math.min(...times.node).toFixed(0)} ms`;
  return row('ps --json / node -e 0', ratios(times.ps, times.node), { limit: 1.6, unit: 'x', isRatio: true, note });
}

/** Twenty checkouts at the same moment, sixty ports: those that two of them have, and those that did not come up. */
async function atOnce({ work, env, programs }) {
  const start = performance.now();
  const stamps = path.join(work, 'at-once.txt');
  clearStamps(stamps);
  const folders = Array.from({ length: INSTANCES }, (_, id) => path.join(work, 'at-once', `c${id}`));
  for (const folder of folders) makeStack(folder, resources(1, [...programs.stamp, stamps].join(' ')));
  const { spawn } = await import('node:child_process');
  const codes = await Promise.all(
    folders.map(
      (cwd) =>
        new Promise((resolve) =>
          spawn(process.execPath, [devstackBin(), 'up', '-d', '--wait'], { cwd, env, stdio: 'ignore' }).on(
            'exit',
            resolve,
          ),
        ),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  const table = JSON.parse(readFileSync(path.join(work, 'state/devstack/ports.json'), 'utf8')).instances;
  const ports = Object.values(table).flatMap((one) => Object.values(one.ports));
  const late = codes.filter((code) => code !== 0).length;
  const clashes = ports.length - new Set(ports).size;
  return exactly(
    `${INSTANCES} instances at once: clashes of ports, and late ones`,
    clashes + late,
    0,
    `${readdirSync(path.join(work, 'at-once')).length} in ${seconds.toFixed(0)} s`,
  );
}
