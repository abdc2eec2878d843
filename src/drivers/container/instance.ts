import type Docker from 'dockerode';
import { FailureError } from '../../core/failure.ts';
import type { PortOwner } from '../../core/port-holder.ts';
import { failureOf, isMissing, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { removeContainer, stopContainer } from './prepare.ts';
import { LABELS } from './spec.ts';

/** Everything in the engine that carries the labels of one instance. */
export interface InstanceContents {
  readonly containers: readonly InstanceContainer[];
  readonly networks: readonly { readonly id: string; readonly name: string }[];
  readonly volumes: readonly string[];
  /** Built here. One that the config names itself is not among them: it may be meant for others. */
  readonly images: readonly BuiltImage[];
}

export interface BuiltImage {
  readonly name: string;
  /** Its name went to a newer one. */
  readonly isReplaced: boolean;
}

export interface InstanceContainer {
  readonly id: string;
  readonly name: string;
  readonly resource: string;
  /** As the engine says it: `running`, `exited`, … */
  readonly state: string;
}

/** The names of what is gone. */
export interface Removed {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
}

const GRACE_MS = 10_000;

export async function listInstance(engine: ReachedEngine, instance: string): Promise<InstanceContents> {
  const filters = { label: [`${LABELS.instance}=${instance}`] };
  const [containers, networks, volumes, images] = await Promise.all([
    engine.docker.listContainers({ all: true, filters }),
    engine.docker.listNetworks({ filters }),
    engine.docker.listVolumes({ filters }),
    engine.docker.listImages({ filters }),
  ]);
  return {
    containers: containers.map((container) => ({
      id: container.Id,
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      resource: container.Labels[LABELS.resource] ?? '',
      state: container.State,
    })),
    networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
    // Engines of an empty machine answer null.
    volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
    images: images.flatMap(({ Id, RepoTags }) => namesOf(instance, Id, RepoTags)),
  };
}

/** What an engine has of an instance, wherever its checkout is, or was. */
export interface InstanceTrace {
  readonly instance: string;
  readonly stack: string;
  readonly root: string;
  /** Mark of the user; empty where there is none. */
  readonly user: string;
  readonly running: number;
  readonly containers: number;
  readonly volumes: number;
}

export async function listInstances({ docker }: ReachedEngine): Promise<readonly InstanceTrace[]> {
  const filters = { label: [LABELS.instance] };
  const [containers, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
  ]);
  const traces = new Map<string, InstanceTrace>();
  const add = (labels: Readonly<Record<string, string>>, more: Partial<InstanceTrace>): void => {
    const instance = labels[LABELS.instance] ?? '';
    const known = traces.get(instance) ?? { running: 0, containers: 0, volumes: 0 };
    traces.set(instance, {
      instance,
      stack: labels[LABELS.stack] ?? '',
      root: labels[LABELS.root] ?? '',
      user: labels[LABELS.user] ?? '',
      running: known.running + (more.running ?? 0),
      containers: known.containers + (more.containers ?? 0),
      volumes: known.volumes + (more.volumes ?? 0),
    });
  };
  for (const { Labels, State } of containers) add(Labels, { containers: 1, running: State === 'running' ? 1 : 0 });
  // Engines of an empty machine answer null.
  for (const { Labels } of volumes.Volumes ?? []) add(Labels, { volumes: 1 });
  return [...traces.values()];
}

/** The ports of this machine that running containers of the instance listen on. */
export async function publishedPorts({ docker }: ReachedEngine, instance: string): Promise<ReadonlySet<number>> {
  const containers = await docker.listContainers({ filters: { label: [`${LABELS.instance}=${instance}`] } });
  // A port that is only exposed has no public number.
  return new Set(containers.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort)));
}

/** The resource of any instance whose container listens on the port of this machine. */
export async function publisherOf({ docker }: ReachedEngine, port: number): Promise<PortOwner | undefined> {
  const containers = await docker.listContainers({ filters: { label: [LABELS.instance] } });
  const labels = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port))?.Labels;
  const instance = labels?.[LABELS.instance];
  if (!labels || instance === undefined) return undefined;
  const directory = labels[LABELS.root];
  return { instance, resource: labels[LABELS.resource] ?? '', ...(directory !== undefined && { directory }) };
}

/** Stops what runs and keeps it. Gives the names of the resources that were running. */
export async function stopInstance(engine: ReachedEngine, instance: string): Promise<readonly string[]> {
  const { containers } = await listInstance(engine, instance);
  const running = containers.filter(({ state }) => state === 'running' || state === 'paused' || state === 'restarting');
  await guard('stopping containers', () =>
    Promise.all(running.map(({ id }) => stopContainer(engine.docker.getContainer(id), GRACE_MS))),
  );
  return running.map(({ resource }) => resource);
}

/** Removes containers and networks; volumes, which hold data, and built images only when asked. Only what carries our labels. */
export async function removeInstance(
  engine: ReachedEngine,
  instance: string,
  options: { readonly volumes: boolean },
): Promise<Removed> {
  await stopInstance(engine, instance);
  const { containers, networks, volumes, images } = await listInstance(engine, instance);
  const { docker } = engine;
  await guard('removing containers', () =>
    Promise.all(containers.map(({ id }) => removeContainer(docker.getContainer(id)))),
  );
  await removeNetworks(
    engine,
    networks.map(({ id }) => id),
  );
  const doomed = options.volumes ? volumes : [];
  await guard('removing volumes', () => Promise.all(doomed.map((name) => removeVolume(docker, name))));
  // One that lost its name to a newer one is of no use any more.
  const unwanted = images.filter(({ isReplaced }) => options.volumes || isReplaced);
  const gone: string[] = [];
  await guard('removing images', async () => {
    // One after the other: several may share what they are made of.
    for (const { name } of unwanted) if (await removeImage(docker, name)) gone.push(name);
  });
  return {
    containers: containers.map(({ name }) => name),
    networks: networks.map(({ name }) => name),
    volumes: doomed,
    images: gone,
  };
}

/** Those listed before: what came since is not meant. */
export async function removeNetworks({ docker }: ReachedEngine, ids: readonly string[]): Promise<void> {
  await guard('removing the network', () => Promise.all(ids.map((id) => removeNetwork(docker, id))));
}

async function removeNetwork(docker: Docker, id: string): Promise<void> {
  const network = docker.getNetwork(id);
  // What is in it by now is a server that others share with the instance.
  const guests = await docker.listContainers({ filters: { network: [id], label: [LABELS.user] } });
  for (const { Id } of guests) await network.disconnect({ Container: Id, Force: true }).catch(unlessMissing);
  await network.remove().catch(unlessMissing);
}

async function removeVolume(docker: Docker, name: string): Promise<void> {
  await docker.getVolume(name).remove().catch(unlessMissing);
}

/** Tells whether it is gone: one that something else uses stays. */
async function removeImage(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .remove()
    .then(
      () => true,
      (error: unknown) => {
        if (statusOf(error) !== 409) unlessMissing(error);
        return false;
      },
    );
}

function namesOf(instance: string, id: string, tags: readonly string[] | null | undefined): readonly BuiltImage[] {
  const named = (tags ?? []).filter((tag) => tag !== '<none>:<none>');
  if (named.length === 0) return [{ name: id.replace('sha256:', '').slice(0, 12), isReplaced: true }];
  return named
    .filter((tag) => tag.startsWith(`${instance}-`))
    .map((tag) => ({ name: tag.replace(/:latest$/, ''), isReplaced: false }));
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

async function guard<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FailureError(failureOf(error, { resource: '', doing }), error);
  }
}
