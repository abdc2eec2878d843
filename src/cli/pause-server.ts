import type { EngineClient } from '../daemon/client.ts';
import { FailureError } from '../core/failure.ts';
import { connectLive, type Checkout } from './connect.ts';
import type { Context } from './context.ts';
import { onSignals } from './signals.ts';
import { untilDown, untilUp, waitFor } from './wait.ts';

const DOWN_WITHIN_MS = 60_000;
const UP_WITHIN_MS = 300_000;

/**
 * Does something to the data of a server while it does not run, and starts it again if it ran. Ctrl-C waits for that:
 * data half copied, or a server left stopped, is not what anybody wants. A second one does not.
 */
export async function whileStopped<T>(
  context: Context,
  checkout: Checkout,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const connected = await connectLive(checkout);
  const status = connected?.snapshot.statuses.find((one) => one.name === name);
  if (!connected || !status || untilDown(status) === 'good') {
    connected?.client.close();
    return work();
  }
  const { client } = connected;
  let interruptedBy: NodeJS.Signals | undefined;
  const letGo = onSignals({
    first(signal) {
      interruptedBy = signal;
      context.say(`finishing first, and starting ${name} again; once more leaves it as it is now`);
    },
    second: () => die('SIGKILL'),
  });
  try {
    context.say(`stopping ${name}`);
    await send(client, 'stop', name);
    const waited = await waitFor(client, [name], untilDown, DOWN_WITHIN_MS);
    if (waited.kind === 'timeout') throw new FailureError(waited.failure);
    try {
      return await work();
    } finally {
      context.say(`starting ${name}`);
      await send(client, 'start', name);
      await waitFor(client, [name], untilUp, UP_WITHIN_MS);
    }
  } finally {
    letGo();
    client.close();
    if (interruptedBy !== undefined) die(interruptedBy);
  }
}

/** As the signal would have done: the shell is told, and a script ends. */
function die(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
}

async function send(client: EngineClient, kind: 'start' | 'stop', name: string): Promise<void> {
  const outcome = await client.send({ kind, names: [name] });
  if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
}
