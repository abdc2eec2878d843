import path from 'node:path';
import { startOnPty, stopOnPty } from '../../lib/pty.mjs';
import { row } from '../../lib/rows.mjs';
import { median, percentile } from '../../lib/statistics.mjs';
import { makeStack } from '../../lib/tools.mjs';
import { pause, waitFor } from '../../lib/wait.mjs';
import { startSleepers } from './sleepers.mjs';

const DOWN = '\u001b[B';
const UP = '\u001b[A';
const SERVICES = 15;
const WRITERS = 4;
const TO_THE_FIRST = 12;
/** Comes nowhere near its end. */
const FOREVER = 1_000_000_000;

/** From a key to the frame in which the next service is the selected one. */
export async function keys(context) {
  const calm = await startSleepers(context, SERVICES);
  await pause(3_000);
  const idle = await press(calm.terminal, SERVICES, context.quick ? 40 : 200);
  await calm.stop();
  const loud = startFlood(context);
  await waitFor(() => loud.firstFrameAt() !== undefined, 30_000);
  await pause(1_000);
  const flooded = await press(loud, WRITERS, context.quick ? 40 : 200);
  await stopOnPty(loud);
  const note = (times) =>
    `median ${median(times).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms, at most ${Math.max(...times).toFixed(1)} ms, ${times.length} keys`;
  return {
    rows: [
      row('key to screen, idle: median', median(idle), { limit: 40, unit: ' ms', note: note(idle) }),
      row(`key to screen, ${WRITERS} writers flood: p99`, percentile(flooded, 99), {
        limit: 100,
        unit: ' ms',
        note: note(flooded),
      }),
    ],
  };
}

function startFlood({ work, memory, programs }) {
  const tasks = Array.from({ length: WRITERS }, (_, id) => [
    `w${id}`,
    { kind: 'task', run: [...programs.emit, id, FOREVER, 200, 0, 'block'].join(' ') },
  ]);
  return startOnPty(makeStack(path.join(memory, 'tui-keys'), Object.fromEntries(tasks)), { work });
}

/** Down through the services of the list and up again. */
async function press(terminal, services, count) {
  await reach(terminal);
  const times = [];
  let at = 0;
  let step = 1;
  while (times.length < count) {
    // Not in step with the frames.
    await pause(30 + Math.random() * 60);
    if (at + step < 0 || at + step >= services) step = -step;
    at += step;
    times.push(await timeKey(terminal, step > 0 ? DOWN : UP, `w${at}`));
  }
  return times;
}

/** From wherever it begins to the first service. */
async function reach(terminal) {
  for (let tries = 0; tries < TO_THE_FIRST; tries++) {
    if ((await timeKey(terminal, DOWN, 'w0', 400)) !== undefined) return;
  }
  throw new Error('the first service cannot be selected');
}

/** Undefined when the row of the service is not shown as the selected one in time. */
async function timeKey(terminal, key, name, limitMs = 5_000) {
  const wanted = new RegExp(`\\u001b\\[7m [^ ] ${name} `);
  let text = '';
  let stop;
  const shown = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    stop = () => clearTimeout(timer);
    terminal.onData((data) => {
      text += data.toString('utf8');
      if (wanted.test(text)) resolve(performance.now());
    });
  });
  const start = performance.now();
  terminal.write(key);
  const at = await shown;
  stop();
  terminal.onData(undefined);
  if (at === undefined && limitMs >= 5_000) throw new Error(`${name} was not selected within ${limitMs} ms`);
  return at === undefined ? undefined : at - start;
}
