import { isMissing, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { LABELS, ownerLabels } from './spec.ts';
import type { Owner } from './spec.ts';

/** Makes the networks and volumes of an instance when a container needs them. */
export interface Surroundings {
  ensureNetwork(engine: ReachedEngine, name: string): Promise<void>;
  /** Tells whether it is a new one; that gets the mark. */
  ensureVolume(engine: ReachedEngine, name: string, of: { resource: string; mark: string }): Promise<boolean>;
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
    async ensureVolume(engine, name, { resource, mark }) {
      const isThere = await engine.docker
        .getVolume(name)
        .inspect()
        .then(() => true, unlessOther);
      if (isThere) return false;
      // By name it is created once only; a second call gives the same volume.
      await engine.docker.createVolume({
        Name: name,
        Labels: { ...ownerLabels(owner), [LABELS.resource]: resource, [LABELS.mark]: mark },
      });
      return true;
    },
  };
}

/** Lets the containers of an instance, in its network, reach one that is not its own. */
export async function joinNetwork(
  engine: ReachedEngine,
  name: string,
  { id, alias }: { readonly id: string; readonly alias: string },
): Promise<void> {
  const { NetworkSettings } = await engine.docker.getContainer(id).inspect();
  if (name in NetworkSettings.Networks) return;
  await engine.docker.getNetwork(name).connect({ Container: id, EndpointConfig: { Aliases: [alias] } });
}

/** A network with a running container in it cannot be removed, and without its networks none can be started. */
export async function leaveNetwork({ docker }: ReachedEngine, name: string, containerId: string): Promise<void> {
  const network = docker.getNetwork(name);
  await network.disconnect({ Container: containerId, Force: true }).catch(() => {}); // one of them is gone
}

const SETTLE_WITHIN_MS = 3000;
const LOOK_AGAIN_MS = 20;

/** Several who make it at the same time agree on the oldest; whoever made another one takes it away. */
async function makeNetwork(engine: ReachedEngine, name: string, owner: Owner): Promise<void> {
  const { docker } = engine;
  if ((await networksNamed(engine, name)).length === 1) return;
  const made = await docker
    .createNetwork({ Name: name, CheckDuplicate: true, Labels: ownerLabels(owner) })
    .catch(unlessTaken);
  const until = performance.now() + SETTLE_WITHIN_MS;
  for (;;) {
    const [oldest, ...others] = await networksNamed(engine, name);
    if (others.length === 0) return;
    if (made && oldest?.Id !== made.id && others.some(({ Id }) => Id === made.id)) await made.remove();
    else if (performance.now() > until) throw new Error(`there are ${others.length + 1} networks named ${name}`);
    else await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function networksNamed({ docker }: ReachedEngine, name: string) {
  // The filter of the engine matches parts of names too.
  const networks = (await docker.listNetworks({ filters: { name: [name] } })).filter(({ Name }) => Name === name);
  return networks.toSorted((one, other) => `${one.Created} ${one.Id}`.localeCompare(`${other.Created} ${other.Id}`));
}

function unlessTaken(error: unknown): undefined {
  if (statusOf(error) !== 409) throw error; // somebody else was faster
}

function unlessOther(error: unknown): false {
  if (isMissing(error)) return false;
  throw error;
}
