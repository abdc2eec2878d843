import type { EngineClient } from '../daemon/client.ts';
import { FailureError } from '../core/failure.ts';
import { connectLive, type Checkout } from './connect.ts';
import type { Context } from './context.ts';
import { untilDown, untilUp, waitFor } from './wait.ts';

const DOWN_WITHIN_MS = 60_000;
const UP_WITHIN_MS = 300_000;

/** Does something to the data of a server while it does not run, and starts it again if it ran. */
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
    client.close();
  }
}

async function send(client: EngineClient, kind: 'start' | 'stop', name: string): Promise<void> {
  const outcome = await client.send({ kind, names: [name] });
  if (outcome.kind === 'refused') throw new FailureError(outcome.failure);
}
