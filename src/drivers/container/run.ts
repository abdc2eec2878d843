import type Docker from 'dockerode';
import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Exit, Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { failureOf, isMissing, reasonOf, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import type { ContainerDriverOptions } from './driver.ts';
import { exitOf } from './exit.ts';
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

/** An engine that restarts may take this long before its containers are given up. */
const ENGINE_PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 50;
const VANISHED: Exit = { kind: 'signal', signal: 'SIGKILL', outOfMemory: false };
const CANCELLED: Exit = { kind: 'signal', signal: 'SIGTERM', outOfMemory: false };

export interface ContainerRunOptions extends ContainerDriverOptions {
  readonly spec: StartSpec<ContainerResource>;
  readonly sink: Sink;
  readonly surroundings: Surroundings;
  /** As far as it has been looked for. */
  readonly image?: LocalImage;
}

/** One run of a container, from looking for its image to its exit. The container itself outlives it, stopped. */
export class ContainerRun implements Run {
  readonly #options: ContainerRunOptions;
  /** Nobody wants this run any more. */
  readonly #unwanted = new AbortController();
  #isKilled = false;
  #container: Docker.Container | undefined;
  #logs: LogFollower | undefined;
  #newVolumes: readonly string[] = [];
  #isServing = false;

  constructor(options: ContainerRunOptions) {
    this.#options = options;
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
    this.#isKilled = true;
    this.#unwanted.abort();
    this.#end();
  }

  /** The server is up: what the first start had to make is made. */
  serving(): void {
    this.#isServing = true;
  }

  async #carryOut(): Promise<Exit> {
    const { spec, connect } = this.#options;
    const resource = spec.resource.name;
    const engine = await connect();
    if (engine.kind === 'unreachable') {
      const { tried, reason } = engine;
      return { kind: 'not-started', failure: { code: 'engine-unreachable', resource, tried, reason } };
    }
    const ensured = await this.#ensureImage(engine);
    if (this.#unwanted.signal.aborted) return CANCELLED;
    if (ensured.kind === 'failure') return { kind: 'not-started', failure: ensured.failure };

    let started: Started | undefined;
    try {
      started = await this.#start(engine, ensured.image);
    } catch (error) {
      return this.#notStarted(error, 'starting its container');
    }
    if (!started) return CANCELLED;
    const exit = await this.#attend(started, ensured.image);
    await this.#discardHalfMade(engine, started.container);
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
      progress: (text) => sink.progress(text),
    });
  }

  /** Undefined when the run was cancelled before the container was started. */
  async #start(engine: ReachedEngine, image: LocalImage): Promise<Started | undefined> {
    const { spec, sink, surroundings } = this.#options;
    const { name: resource, stop } = spec.resource;
    const request = {
      plan: this.#plan(),
      image,
      resource,
      surroundings,
      graceMs: stop.graceMs,
      progress: (text: string) => sink.progress(text),
    };
    let prepared = await prepareContainer(engine, request);
    this.#newVolumes = prepared.newVolumes;
    if (this.#unwanted.signal.aborted && prepared.state !== 'running') {
      await this.#discardHalfMade(engine, prepared.container);
      return undefined;
    }
    let since = prepared.state === 'new' ? BEGINNING : await endOfLog(prepared.container);
    if (prepared.state !== 'running') {
      sink.progress(`starting container ${request.plan.name}`);
      try {
        await prepared.container.start();
      } catch (error) {
        if (prepared.state === 'new') await this.#discard(engine, prepared.container);
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

  async #attend({ container, id, state, since }: Started, image: LocalImage): Promise<Exit> {
    const { spec, sink } = this.#options;
    this.#container = container;
    const logs = new LogFollower(container, since, (chunk) => sink.output(chunk));
    this.#logs = logs;
    sink.started({ containerId: id, adopted: state === 'running', image: image.digest });
    if (this.#unwanted.signal.aborted) this.#end();
    const exit = await this.#waitForEnd(container, logs);
    await waitForFreePorts(Object.values(spec.ports));
    return exit;
  }

  /**
   * The container's own end; an engine that goes away for a while is none. The end of the log stream tells that it is
   * time to look: the engine's call to wait would never return over a connection that breaks.
   */
  async #waitForEnd(container: Docker.Container, logs: LogFollower): Promise<Exit> {
    let lostAt: number | undefined;
    for (;;) {
      await logs.follow();
      try {
        const { State } = await container.inspect();
        lostAt = undefined;
        if (!State.Running && !State.Restarting) {
          await logs.rest();
          return exitOf(State.ExitCode, State.OOMKilled);
        }
      } catch (error) {
        if (isMissing(error)) return VANISHED;
        lostAt ??= performance.now();
        if (performance.now() - lostAt > ENGINE_PATIENCE_MS) return this.#notStarted(error, 'waiting for its end');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Asks the container to end, if there is one by now. */
  #end(): void {
    const container = this.#container;
    if (!container) return;
    const { spec, sink } = this.#options;
    // What is still making its data listens to no signal, and gets another chance from nothing.
    const ending =
      this.#isKilled || this.#isHalfMade() ? container.kill() : stopContainer(container, spec.resource.stop.graceMs);
    ending.then(
      () => this.#logs?.endSoon(),
      (error: unknown) => {
        // 404, 409: it is gone or has ended, which is what was wanted.
        if (isMissing(error) || statusOf(error) === 409) return;
        sink.progress(`stopping its container: ${reasonOf(error)}`);
      },
    );
  }

  /** A first start that did not come to its end. */
  #isHalfMade(): boolean {
    const { spec, factsOf } = this.#options;
    const startsEmpty = this.#newVolumes.length > 0 || !spec.resource.persist;
    return factsOf(spec).makesData === true && startsEmpty && !this.#isServing;
  }

  async #discardHalfMade(engine: ReachedEngine, container: Docker.Container): Promise<void> {
    if (!this.#isHalfMade()) return;
    this.#options.sink.progress('removing the data of a first start that did not finish');
    await this.#discard(engine, container);
  }

  async #discard({ docker }: ReachedEngine, container: Docker.Container): Promise<void> {
    await removeContainer(container);
    for (const volume of this.#newVolumes) await docker.getVolume(volume).remove();
  }

  #plan() {
    const { spec, factsOf, owner } = this.#options;
    return planContainer(spec, factsOf(spec), owner);
  }

  #notStarted(error: unknown, doing: string): Exit {
    const failure: Failure = failureOf(error, { resource: this.#options.spec.resource.name, doing });
    return { kind: 'not-started', failure };
  }
}

type Started = Prepared & { readonly since: Position };

function lostItsNetwork(error: unknown): boolean {
  return /network .*not found/i.test(reasonOf(error));
}
