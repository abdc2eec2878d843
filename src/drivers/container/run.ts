import type Docker from 'dockerode';
import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import { FailureError, type Exit, type Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { CANCELLED } from '../server/spawn.ts';
import { failureOf, isMissing, reasonOf, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import type { ContainerDriverOptions } from './driver.ts';
import { untilEnd } from './end.ts';
import { FirstStart } from './first-start.ts';
import { LogFollower } from './follow.ts';
import { ensureImage } from './image.ts';
import type { EnsuredImage, LocalImage } from './image.ts';
import type { Surroundings } from './network.ts';
import { waitForFreePorts } from './port.ts';
import { BEGINNING, endOfLog } from './position.ts';
import type { Position } from './position.ts';
import { prepareContainer, removeContainer, stopContainer } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { planContainer } from './spec.ts';
import { leaveServer, startAsUser, type SharedServer } from './users.ts';

export interface ContainerRunOptions extends ContainerDriverOptions {
  readonly spec: StartSpec<ContainerResource>;
  readonly sink: Sink;
  readonly surroundings: Surroundings;
  /** Makes the network of the instance a shared server is used by. */
  readonly guests: Surroundings;
  /** As far as it has been looked for. */
  readonly image?: LocalImage;
}

/** One run of a container, from looking for its image to its exit. The container itself outlives it, stopped. */
export class ContainerRun implements Run {
  readonly #options: ContainerRunOptions;
  /** Nobody wants this run any more. */
  readonly #unwanted = new AbortController();
  /** Others use the container: it goes on without this run. */
  readonly #left = new AbortController();
  /** Nobody waits for an orderly end any more. */
  readonly #killed = new AbortController();
  /** Nobody else uses a shared one: this run ends it. */
  #isLast = false;
  #container: Docker.Container | undefined;
  #logs: LogFollower | undefined;
  readonly #firstStart: FirstStart;

  constructor(options: ContainerRunOptions) {
    this.#options = options;
    const { spec, sink, factsOf, firstStarts: notes } = options;
    const { name: resource, persist } = spec.resource;
    const progress = (text: string) => sink.progress(text);
    this.#firstStart = new FirstStart({
      resource,
      persist,
      notes,
      progress,
      makesData: factsOf(spec).makesData === true,
    });
  }

  begin(): void {
    const { spec, sink } = this.#options;
    this.#carryOut().then(
      (exit) => sink.exited(exit),
      (error: unknown) => sink.exited(this.#notStarted(error, `running container of ${spec.resource.name}`)),
    );
  }

  stop(): void {
    this.#unwanted.abort();
    this.#end();
  }

  kill(): void {
    this.#killed.abort();
    this.stop();
  }

  /** The server is up: what the first start had to make is made. */
  serving(): void {
    this.#firstStart.serving();
  }

  async #carryOut(): Promise<Exit> {
    const { spec, connect, shared, guests } = this.#options;
    const resource = spec.resource.name;
    const engine = await connect();
    if (engine.kind === 'unreachable') {
      const { tried, reason } = engine;
      const onlyContainer = spec.resource.engine === 'container';
      return { kind: 'not-started', failure: { code: 'engine-unreachable', resource, onlyContainer, tried, reason } };
    }
    const ensured = await this.#ensureImage(engine);
    if (this.#unwanted.signal.aborted) return CANCELLED;
    if (ensured.kind === 'failure') return { kind: 'not-started', failure: ensured.failure };

    const { image } = ensured;
    let started: Started | undefined;
    try {
      started = await (shared
        ? startAsUser(shared, { engine, resource, surroundings: guests, unwanted: this.#unwanted.signal }, (others) =>
            this.#start(engine, image, others),
          )
        : this.#start(engine, image, []));
    } catch (error) {
      return this.#notStarted(error, 'starting its container');
    }
    if (!started) return CANCELLED;
    const exit = await this.#attend(engine, started, image);
    await this.#discardHalfMade(engine, started);
    return exit;
  }

  async #ensureImage(engine: ReachedEngine): Promise<EnsuredImage> {
    const { spec, sink, env, image } = this.#options;
    if (image) return { kind: 'here', image };
    return ensureImage(engine, {
      resource: spec.resource.name,
      image: this.#plan().image,
      env,
      signal: this.#unwanted.signal,
      progress: (text, share) => sink.progress(text, share),
    });
  }

  async #discardHalfMade({ docker }: ReachedEngine, { container }: Started): Promise<void> {
    const { spec, shared } = this.#options;
    if (this.#left.signal.aborted || !this.#firstStart.isHalfMade) return;
    if (!shared) return this.#firstStart.discardHalfMade(docker, container);
    // Whoever came meanwhile has found it half made, and began anew.
    await shared.users.alone(spec.resource.name, async (others) => {
      if (others.length === 0) await this.#firstStart.discardHalfMade(docker, container);
    });
  }

  /** Undefined when the run was cancelled before the container was started. */
  async #start(engine: ReachedEngine, image: LocalImage, users: readonly string[]): Promise<Started | undefined> {
    const { spec, sink, surroundings } = this.#options;
    const { name: resource, stop } = spec.resource;
    const request = {
      plan: this.#plan(),
      image,
      resource,
      surroundings,
      firstStart: this.#firstStart,
      graceMs: stop.graceMs,
      progress: (text: string) => sink.progress(text),
      users,
    };
    await this.#firstStart.resume(engine, request.plan);
    let prepared = await prepareContainer(engine, request);
    if (this.#unwanted.signal.aborted && prepared.state !== 'running') {
      await this.#firstStart.discardHalfMade(engine.docker, prepared.container);
      return undefined;
    }
    let since = prepared.state === 'new' ? BEGINNING : await endOfLog(prepared.container);
    if (prepared.state !== 'running') {
      sink.progress(`starting container ${request.plan.name}`);
      try {
        await prepared.container.start();
      } catch (error) {
        if (prepared.state === 'new') await this.#firstStart.discard(engine.docker, prepared.container);
        if (prepared.state === 'new' || !lostItsNetwork(error)) throw error;
        // Clean-up commands take the networks of stopped containers away.
        await removeContainer(prepared.container);
        prepared = await prepareContainer(engine, request);
        since = BEGINNING;
        await prepared.container.start();
      }
    }
    return { ...prepared, since };
  }

  async #attend(engine: ReachedEngine, { container, id, state, since }: Started, image: LocalImage): Promise<Exit> {
    const { spec, sink } = this.#options;
    this.#container = container;
    const logs = new LogFollower(container, since, (chunk) => sink.output(chunk));
    this.#logs = logs;
    sink.started({ containerId: id, adopted: state === 'running', image: image.digest });
    const found = await container.inspect().catch(() => undefined);
    if (this.#unwanted.signal.aborted) this.#end();
    const exit = await untilEnd({
      engine,
      container,
      resource: spec.resource.name,
      startedAt: found?.State.StartedAt,
      logs,
      unwanted: this.#unwanted.signal,
      left: this.#left.signal,
      progress: (text) => sink.progress(text),
      askAgain: () => this.#end(),
    });
    // The next user may have started a shared one again.
    if (!this.#options.shared) await waitForFreePorts(Object.values(spec.ports));
    else this.#options.shared.users.leave(spec.resource.name);
    return exit;
  }

  /** Asks the container to end, if there is one by now and nobody else uses it. */
  #end(): void {
    const container = this.#container;
    if (!container) return;
    const { sink, shared } = this.#options;
    const ending = shared && !this.#isLast ? this.#leave(container, shared) : this.#stopIt(container);
    ending.then(
      () => this.#logs?.endSoon(),
      (error: unknown) => {
        // 404, 409: it is gone or has ended, which is what was wanted.
        if (isMissing(error) || statusOf(error) === 409) return;
        sink.progress(`stopping its container: ${reasonOf(error)}`);
      },
    );
  }

  async #leave(container: Docker.Container, shared: SharedServer): Promise<void> {
    const { spec, connect } = this.#options;
    const at = { connect, resource: spec.resource.name, containerId: container.id, hurry: this.#killed.signal };
    const how = await leaveServer(shared, at, () => {
      this.#isLast = true;
      return this.#stopIt(container);
    });
    if (how === 'stopped') return;
    this.#left.abort();
    this.#logs?.cut();
  }

  async #stopIt(container: Docker.Container): Promise<void> {
    // What is still making its data listens to no signal, and gets another chance from nothing.
    if (this.#killed.signal.aborted || this.#firstStart.isHalfMade) await container.kill();
    else await stopContainer(container, this.#options.spec.resource.stop.graceMs);
  }

  #plan() {
    const { spec, factsOf, owner } = this.#options;
    return planContainer(spec, factsOf(spec), owner);
  }

  #notStarted(error: unknown, doing: string): Exit {
    if (error instanceof FailureError) return { kind: 'not-started', failure: error.failure };
    const failure: Failure = failureOf(error, { resource: this.#options.spec.resource.name, doing });
    return { kind: 'not-started', failure };
  }
}

type Started = Prepared & { readonly since: Position };

function lostItsNetwork(error: unknown): boolean {
  return /network .*not found/i.test(reasonOf(error));
}
