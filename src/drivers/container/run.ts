import type Docker from 'dockerode';
import type { Run, Sink, StartSpec } from '../../core/driver.ts';
import type { Exit, Failure } from '../../core/failure.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { failureOf, isMissing, reasonOf, statusOf } from './client.ts';
import type { ReachedEngine } from './client.ts';
import type { ContainerDriverOptions } from './driver.ts';
import { exitOf } from './exit.ts';
import { followLogs, lastMessageTime } from './follow.ts';
import { ensureImage } from './image.ts';
import type { Surroundings } from './network.ts';
import { waitForFreePorts } from './port.ts';
import { prepareContainer, removeContainer, stopContainer } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { planContainer } from './spec.ts';

/** An engine that restarts may take this long before its containers are given up. */
const ENGINE_PATIENCE_MS = 30_000;
const ENGINE_POLL_MS = 300;
const VANISHED: Exit = { kind: 'signal', signal: 'SIGKILL', outOfMemory: false };
const CANCELLED: Exit = { kind: 'signal', signal: 'SIGTERM', outOfMemory: false };

export interface ContainerRunOptions extends ContainerDriverOptions {
  readonly spec: StartSpec<ContainerResource>;
  readonly sink: Sink;
  readonly surroundings: Surroundings;
}

/** One run of a container, from looking for its image to its exit. The container itself outlives it, stopped. */
export class ContainerRun implements Run {
  readonly #options: ContainerRunOptions;
  /** Nobody wants this run any more. */
  readonly #unwanted = new AbortController();
  #isKilled = false;
  #container: Docker.Container | undefined;

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

  async #carryOut(): Promise<Exit> {
    const { spec, sink, connect, env } = this.#options;
    const resource = spec.resource.name;
    const engine = await connect();
    if (engine.kind === 'unreachable') {
      const { tried, reason } = engine;
      return { kind: 'not-started', failure: { code: 'engine-unreachable', resource, tried, reason } };
    }
    const { signal } = this.#unwanted;
    const { image } = this.#plan();
    const progress = (text: string) => sink.progress(text);
    const failure = await ensureImage(engine, { resource, image, env, signal, progress });
    if (signal.aborted) return CANCELLED;
    if (failure) return { kind: 'not-started', failure };

    let started: Started | undefined;
    try {
      started = await this.#start(engine);
    } catch (error) {
      return this.#notStarted(error, 'starting its container');
    }
    if (!started) return CANCELLED;
    return this.#attend(started);
  }

  /** Undefined when the run was cancelled before the container was started. */
  async #start(engine: ReachedEngine): Promise<Started | undefined> {
    const { spec, sink, surroundings } = this.#options;
    const { name: resource, stop } = spec.resource;
    const request = {
      plan: this.#plan(),
      resource,
      surroundings,
      graceMs: stop.graceMs,
      progress: (text: string) => sink.progress(text),
    };
    let prepared = await prepareContainer(engine, request);
    if (this.#unwanted.signal.aborted && prepared.state !== 'running') return undefined;
    let since = prepared.state === 'new' ? '' : await lastMessageTime(prepared.container);
    if (prepared.state !== 'running') {
      sink.progress(`starting container ${request.plan.name}`);
      try {
        await prepared.container.start();
      } catch (error) {
        if (prepared.state === 'new') await removeContainer(prepared.container);
        if (prepared.state === 'new' || !lostItsNetwork(error)) throw error;
        // Clean-up commands take the networks of stopped containers away.
        await removeContainer(prepared.container);
        prepared = await prepareContainer(engine, request);
        since = '';
        await prepared.container.start();
      }
    }
    return { ...prepared, since };
  }

  async #attend({ container, state, since }: Started): Promise<Exit> {
    const { spec, sink } = this.#options;
    this.#container = container;
    const over = new AbortController();
    const logs = followLogs(container, { since, over: over.signal, output: (chunk) => sink.output(chunk) });
    const { Id } = await container.inspect().catch(() => ({ Id: container.id }));
    sink.started({ containerId: Id, adopted: state === 'running' });
    if (this.#unwanted.signal.aborted) this.#end();
    const exit = await this.#waitForEnd(container);
    over.abort();
    await logs;
    await waitForFreePorts(Object.values(spec.ports));
    return exit;
  }

  /** The container's own end; an engine that goes away for a while, or a wait that breaks off, is none. */
  async #waitForEnd(container: Docker.Container): Promise<Exit> {
    let lostAt: number | undefined;
    for (;;) {
      let code: number | undefined;
      try {
        const ended: unknown = await container.wait();
        code = statusCodeOf(ended);
        const { State } = await container.inspect();
        lostAt = undefined;
        // Restarted by hand meanwhile: the run goes on.
        if (State.Running || State.Restarting) continue;
        return exitOf(State.ExitCode, State.OOMKilled);
      } catch (error) {
        if (isMissing(error)) return code === undefined ? VANISHED : exitOf(code, false);
        lostAt ??= performance.now();
        if (performance.now() - lostAt > ENGINE_PATIENCE_MS) return this.#notStarted(error, 'waiting for its end');
        await new Promise((resolve) => setTimeout(resolve, ENGINE_POLL_MS));
      }
    }
  }

  /** Asks the container to end, if there is one by now. */
  #end(): void {
    const container = this.#container;
    if (!container) return;
    const { spec, sink } = this.#options;
    const ending = this.#isKilled ? container.kill() : stopContainer(container, spec.resource.stop.graceMs);
    ending.catch((error: unknown) => {
      // 404, 409: it is gone or has ended, which is what was wanted.
      if (isMissing(error) || statusOf(error) === 409) return;
      sink.progress(`stopping its container: ${reasonOf(error)}`);
    });
  }

  #plan() {
    const { spec, imageFacts, owner } = this.#options;
    return planContainer(spec, imageFacts(spec), owner);
  }

  #notStarted(error: unknown, doing: string): Exit {
    const failure: Failure = failureOf(error, { resource: this.#options.spec.resource.name, doing });
    return { kind: 'not-started', failure };
  }
}

type Started = Prepared & { readonly since: string };

function lostItsNetwork(error: unknown): boolean {
  return /network .*not found/i.test(reasonOf(error));
}

function statusCodeOf(ended: unknown): number | undefined {
  if (typeof ended !== 'object' || ended === null || !('StatusCode' in ended)) return undefined;
  return typeof ended.StatusCode === 'number' ? ended.StatusCode : undefined;
}
