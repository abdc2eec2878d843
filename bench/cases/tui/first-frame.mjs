import { spawnSync } from 'node:child_process';
import { startOnPty } from '../../lib/pty.mjs';
import { exactly, row } from '../../lib/rows.mjs';
import { toolEnv } from '../../lib/run-tool.mjs';
import { ratios } from '../../lib/statistics.mjs';
import { waitFor } from '../../lib/wait.mjs';
import { startSleepers } from './sleepers.mjs';

const CHILDREN = 15;

/** From the command to the first frame, and whether what was to run runs by then. */
export async function firstFrame(context) {
  const times = { frame: [], bare: [], again: [], attached: [] };
  let early = 0;
  const turns = context.quick ? 4 : 3 * context.reps;
  for (let turn = 0; turn <= turns; turn++) {
    const one = await launch(context);
    const [bare, again] = [timeBare(context), timeBare(context)];
    if (turn === 0) continue; // what is kept of the code is made
    times.frame.push(one.frameMs);
    times.attached.push(one.attachedMs);
    times.bare.push(bare);
    times.again.push(again);
    if (one.isChildFirst) early += 1;
  }
  const low = (values) => Math.min(...values).toFixed(0);
  return {
    rows: [
      row(`first frame, ${CHILDREN} services / node -e 0`, ratios(times.frame, times.bare), {
        limit: 4,
        unit: 'x',
        isRatio: true,
        note: `${low(times.frame)} ms : ${low(times.bare)} ms`,
      }),
      exactly('first frame: starts whose first service ran before it', early, turns, `of ${turns}`),
      row(`first frame, ${CHILDREN} services: attach / up`, ratios(times.attached, times.frame), {
        limit: 1.2,
        unit: 'x',
        isRatio: true,
        note: `${low(times.attached)} ms : ${low(times.frame)} ms`,
      }),
    ],
    control: ratios(times.again, times.bare),
  };
}

async function launch(context) {
  const one = await startSleepers(context, CHILDREN);
  const frameAt = one.terminal.firstFrameAt();
  // Both clocks are monotonic; they only begin at different moments.
  const offset = Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now();
  const first = Math.min(...one.stamps().map(({ ms }) => ms)) - offset;
  const attachedMs = await attach(context, one.made);
  await one.stop();
  return { frameMs: frameAt - one.terminal.startedAt, isChildFirst: first < frameAt, attachedMs };
}

/** A second terminal, on what the first one runs. */
async function attach(context, made) {
  const argv = made.argv.map((word) => (word === 'up' ? 'attach' : word));
  const viewer = startOnPty({ ...made, argv }, context);
  await waitFor(() => viewer.firstFrameAt() !== undefined, 30_000);
  viewer.write('q');
  await viewer.ended;
  return viewer.firstFrameAt() - viewer.startedAt;
}

function timeBare({ work }) {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0'], { env: toolEnv(work), stdio: 'ignore' });
  return performance.now() - start;
}
