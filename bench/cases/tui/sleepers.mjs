import path from 'node:path';
import { clearStamps, killAll, readStamps } from '../../lib/stamps.mjs';
import { startOnPty, stopOnPty } from '../../lib/pty.mjs';
import { makeStack } from '../../lib/tools.mjs';
import { waitFor } from '../../lib/wait.mjs';

/** A stack of silent services: what it is made of, and where they say that they run. */
export function sleepers({ work, programs }, count) {
  const stamps = path.join(work, 'tui-sleepers.txt');
  clearStamps(stamps);
  const workers = Array.from({ length: count }, (_, id) => [
    `w${id}`,
    { kind: 'worker', dev: [...programs.stamp, stamps, `w${id}`, 'stay'].join(' ') },
  ]);
  return { made: makeStack(path.join(work, `tui-sleepers-${count}`), Object.fromEntries(workers)), stamps };
}

/** Starts them on a terminal and waits for the first frame and for all of them. */
export async function startSleepers(context, count) {
  const { made, stamps } = sleepers(context, count);
  const terminal = startOnPty(made, context);
  const isUp = () => terminal.firstFrameAt() !== undefined && readStamps(stamps).length === count;
  if (!(await waitFor(isUp, 30_000))) throw new Error('the interface did not come up');
  return {
    made,
    terminal,
    stamps: () => readStamps(stamps),
    async stop() {
      await stopOnPty(terminal);
      killAll(readStamps(stamps));
    },
  };
}
