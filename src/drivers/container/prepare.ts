import type Docker from 'dockerode';
import { FailureError, type Failure } from '../../core/failure.ts';
import { isMissing, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import { archiveOf } from './archive.ts';
import type { LocalImage } from './image.ts';
import type { FirstStart } from './first-start.ts';
import type { Surroundings } from './network.ts';
import { LABELS } from './spec.ts';
import type { ContainerPlan } from './spec.ts';

/** The one container of a resource, as planned, and what is left to do with it. */
export interface Prepared {
  readonly container: Docker.Container;
  readonly id: string;
  readonly state: 'new' | 'stopped' | 'running';
}

export interface PrepareRequest {
  readonly plan: ContainerPlan;
  readonly image: LocalImage;
  readonly resource: string;
  readonly surroundings: Surroundings;
  readonly firstStart: FirstStart;
  /** What a container that has to go gets to stop by itself. */
  readonly graceMs: number;
  readonly progress: (text: string) => void;
  /** Other instances that use it now: what they have is not replaced. */
  readonly users: readonly string[];
}

/** Whoever else creates containers of that name at the same time wins at most this often. */
const ATTEMPTS = 3;

export async function prepareContainer(engine: ReachedEngine, request: PrepareRequest): Promise<Prepared> {
  for (let attempt = 1; ; attempt++) {
    const existing = await takeExisting(engine, request);
    if (existing) return existing;
    try {
      return await create(engine, request);
    } catch (error) {
      if (statusOf(error) !== 409 || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Anonymous volumes go along; named ones, which hold the data, stay. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    // 409: somebody else is removing it.
    if (!isMissing(error) && statusOf(error) !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch(() => {}); // an error says that it is gone already
  }
}

/** Stops it with the image's own signal. */
export async function stopContainer(container: Docker.Container, graceMs: number): Promise<void> {
  try {
    // A signal to a frozen process would be heard only later.
    await container.unpause().catch(() => {}); // nearly always it is not paused
    await container.stop({ t: Math.ceil(graceMs / 1000) });
  } catch (error) {
    // 304: it has stopped already.
    if (!isMissing(error) && statusOf(error) !== 304) throw error;
  }
}

async function takeExisting(engine: ReachedEngine, request: PrepareRequest): Promise<Prepared | undefined> {
  const { plan, image, progress, graceMs } = request;
  const found = (await inspect(engine.docker.getContainer(plan.name))) ?? (await findRenamed(engine, request));
  if (!found) return undefined;
  // By its id from now on: names can be changed by hand.
  const container = engine.docker.getContainer(found.Id);
  const labels = found.Config.Labels;
  if (labels[LABELS.instance] !== plan.options.Labels?.[LABELS.instance]) {
    throw new Error(`a container named ${plan.name} exists and is not one of this stack: remove or rename it`);
  }
  const { Id: id, State } = found;
  // A newer image under the same name makes a new container necessary, as a changed config does.
  const isSame = labels[LABELS.hash] === plan.hash && found.Image === image.id;
  if (isSame && State.Running) {
    if (State.Paused) await container.unpause();
    return { container, id, state: 'running' };
  }
  if (isSame && State.Status === 'exited') return { container, id, state: 'stopped' };
  if (State.Running && request.users.length > 0) {
    throw new FailureError(differs(request, found.Config.Image));
  }
  progress(
    isSame
      ? `replacing container ${plan.name}, which is ${State.Status}`
      : `replacing container ${plan.name}: its ${labels[LABELS.hash] === plan.hash ? 'image' : 'config'} changed`,
  );
  if (State.Running) await stopContainer(container, graceMs);
  await removeContainer(container);
  return undefined;
}

function differs({ plan, resource, users }: PrepareRequest, image: string): Failure {
  const isOther = image !== plan.image;
  const wanted = isOther ? `a container of ${plan.image}` : 'one with other settings';
  const found = `container ${plan.name}${isOther ? ` of ${image}` : ''}`;
  return { code: 'shared-server-differs', resource, wanted, found, users };
}

async function create(
  engine: ReachedEngine,
  { plan, resource, surroundings, firstStart, progress }: PrepareRequest,
): Promise<Prepared> {
  progress(`creating container ${plan.name}`);
  await firstStart.begin();
  const volumes = [...new Set(plan.volumes)];
  const of = { resource, mark: firstStart.mark };
  const [made] = await Promise.all([
    Promise.all(volumes.map((volume) => surroundings.ensureVolume(engine, volume, of))),
    surroundings.ensureNetwork(engine, plan.network),
  ]);
  await firstStart.made(volumes.filter((_volume, index) => made[index]));
  const container = await engine.docker.createContainer(plan.options);
  const files = Object.entries(plan.files);
  if (files.length > 0) await container.putArchive(await archiveOf(files), { path: '/' });
  return { container, id: container.id, state: 'new' };
}

/** Somebody gave it another name: it gets its own back. */
async function findRenamed(engine: ReachedEngine, { plan, resource }: PrepareRequest) {
  const label = [
    `${LABELS.instance}=${plan.options.Labels?.[LABELS.instance]}`,
    `${LABELS.resource}=${resource}`,
    LABELS.hash,
  ];
  const [renamed] = await engine.docker.listContainers({ all: true, filters: { label } });
  if (!renamed) return undefined;
  const container = engine.docker.getContainer(renamed.Id);
  await container.rename({ name: plan.name });
  return inspect(container);
}

async function inspect(container: Docker.Container): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await container.inspect();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
