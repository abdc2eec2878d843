import type { ReachedEngine } from './client.ts';
import { LABELS } from './spec.ts';

const PATIENCE_MS = 1000;
const LOOK_AGAIN_MS = 50;

/**
 * Whether a port that is taken is that of a server of an instance. The engine listens for a container before it calls
 * it running, so one that is about to start gets a moment.
 */
export async function isPortOf({ docker }: ReachedEngine, instance: string, port: number): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const containers = await docker.listContainers({
      all: true,
      filters: { label: [`${LABELS.instance}=${instance}`] },
    });
    if (containers.some(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port))) return true;
    if (containers.length === 0 || performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
