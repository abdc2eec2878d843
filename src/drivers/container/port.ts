import { createServer } from 'node:net';

const PATIENCE_MS = 3000;
const POLL_MS = 20;

/** Waits, not for ever, until the engine's forwarder has let go of the ports. */
export async function waitForFreePorts(ports: readonly number[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (const port of ports) {
    while (!(await isFree(port)) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
