import type Docker from 'dockerode';
import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Exit, Failure } from '../../core/failure.ts';
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
    this.#isKilled = true;
    this.#unwanted.abort();
    this.#end();
  }

  /** The server is up: what the first start had to make is made. */
  serving(): void {
    this.#firstStart.serving();
  }

  async #carryOut(): Promise<Exit> {
    const { spec, connect } = this.#options;
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

    let started: Started | undefined;
    try {
      started = await this.#start(engine, ensured.image);
    } catch (error) {
      return this.#notStarted(error, 'starting its container');
    }
    if (!started) return CANCELLED;
    const exit = await this.#attend(engine, started, ensured.image);
    await this.#firstStart.discardHalfMade(engine.docker, started.container);
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

  /** Undefined when the run was cancelled before the container was started. */
  async #start(engine: ReachedEngine, image: LocalImage): Promise<Started | undefined> {
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
      progress: (text) => sink.progress(text),
      askAgain: () => this.#end(),
    });
    await waitForFreePorts(Object.values(spec.ports));
    return exit;
  }

  /** Asks the container to end, if there is one by now. */
  #end(): void {
    const container = this.#container;
    if (!container) return;
    const { spec, sink } = this.#options;
    // What is still making its data listens to no signal, and gets another chance from nothing.
    const ending =
      this.#isKilled || this.#firstStart.isHalfMade
        ? container.kill()
        : stopContainer(container, spec.resource.stop.graceMs);
    ending.then(
      () => this.#logs?.endSoon(),
      (error: unknown) => {
        // 404, 409: it is gone or has ended, which is what was wanted.
        if (isMissing(error) || statusOf(error) === 409) return;
        sink.progress(`stopping its container: ${reasonOf(error)}`);
      },
    );
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
