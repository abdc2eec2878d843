import { isMissing, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { LABELS, ownerLabels } from './spec.ts';
import type { Owner } from './spec.ts';

/** Makes the networks and volumes of an instance when a container needs them. */
export interface Surroundings {
  ensureNetwork(engine: ReachedEngine, name: string): Promise<void>;
  ensureVolume(engine: ReachedEngine, name: string, resource: string): Promise<void>;
}

export function createSurroundings(owner: Owner): Surroundings {
  // An engine happily makes two networks of one name at a time, so those who ask at once share one answer.
  const underWay = new Map<string, Promise<void>>();
  return {
    ensureNetwork(engine, name) {
      const shared = underWay.get(name) ?? makeNetwork(engine, name, owner).finally(() => underWay.delete(name));
      underWay.set(name, shared);
      return shared;
    },
    async ensureVolume(engine, name, resource) {
      // By name it is created once only; a second call gives the same volume.
      await engine.docker.createVolume({ Name: name, Labels: { ...ownerLabels(owner), [LABELS.resource]: resource } });
    },
  };
}

async function makeNetwork(engine: ReachedEngine, name: string, owner: Owner): Promise<void> {
  try {
    await engine.docker.getNetwork(name).inspect();
    return;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    await engine.docker.createNetwork({ Name: name, CheckDuplicate: true, Labels: ownerLabels(owner) });
  } catch (error) {
    if (statusOf(error) !== 409) throw error; // somebody else was faster
  }
}
