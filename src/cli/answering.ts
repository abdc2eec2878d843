import { FailureError } from '../core/failure.ts';
import { connectEngine, type EngineClient } from '../daemon/client.ts';
import { within } from './within.ts';

/** What answers at a socket; a process that is stopped takes the connection and says nothing. */
export async function answering(socket: string, ms = 1_000): Promise<EngineClient | undefined> {
  const asked = connectEngine(socket).catch((error: unknown) => {
    // It ended between connect and hello.
    if (error instanceof FailureError && error.failure.code === 'connection-lost') return undefined;
    throw error;
  });
  let isLate = false;
  asked.then(
    (client) => isLate && client?.close(),
    () => undefined, // whoever still waits is told
  );
  const client = await within(ms, asked);
  isLate = client === undefined;
  return client;
}
