import { isFree } from '../server/ports.ts';

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
