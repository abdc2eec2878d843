import { cpuNsOf, ownOf } from '../../lib/processes.mjs';
import { exactly, row } from '../../lib/rows.mjs';
import { pause, settled } from '../../lib/wait.mjs';
import { startSleepers } from './sleepers.mjs';

const CHILDREN = 15;
/** Figures of use of a process that has just begun still change. */
const SETTLED_MS = 6_000;

/** Nothing happens: nothing is to be done. */
export async function idle(context) {
  const seconds = context.quick ? 5 : 20;
  const one = await startSleepers(context, CHILDREN);
  const pid = await one.terminal.pid();
  await pause(SETTLED_MS);
  await settled(() => one.terminal.bytes(), 2_500, 10_000);
  const pids = ownOf(pid).map((each) => each.pid);
  const before = { bytes: one.terminal.bytes(), cpu: cpuNsOf(pids), at: performance.now() };
  await pause(seconds * 1000);
  const share = ((cpuNsOf(pids) - before.cpu) / 1e6 / (performance.now() - before.at)) * 100;
  const written = one.terminal.bytes() - before.bytes;
  await one.stop();
  const what = `idle, ${CHILDREN} silent services over ${seconds} s`;
  return {
    rows: [exactly(`${what}: bytes written`, written, 0), row(`${what}: CPU`, share, { limit: 0.3, unit: ' %' })],
  };
}
idle.isLinuxOnly = true;
