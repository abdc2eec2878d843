import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { isMissing } from './client.ts';
import type { ReachedEngine } from './client.ts';
import type { ContainerPlan } from './spec.ts';
import { LABELS } from './spec.ts';
import { removeContainer } from './prepare.ts';

/** Notes that outlive devstack. */
export interface FirstStarts {
  /** The mark of the volumes of a first start that did not finish. */
  unfinished(resource: string): Promise<string | undefined>;
  begin(resource: string, mark: string): Promise<void>;
  finish(resource: string): Promise<void>;
}

export interface FirstStartOptions {
  readonly resource: string;
  /** The first start makes data, and half of it is of no use. */
  readonly makesData: boolean;
  readonly persist: boolean;
  readonly notes: FirstStarts | undefined;
  readonly progress: (text: string) => void;
}

/** Data is whole or not there at all: what a first start that did not finish made goes away, at the latest with the next. */
export class FirstStart {
  /** On the volumes made by this start. */
  readonly mark = randomUUID();
  readonly #options: FirstStartOptions;
  #newVolumes: readonly string[] = [];
  #isServing = false;

  constructor(options: FirstStartOptions) {
    this.#options = options;
  }

  get isHalfMade(): boolean {
    const { makesData, persist } = this.#options;
    return makesData && (this.#newVolumes.length > 0 || !persist) && !this.#isServing;
  }

  /** Before any volume is made. */
  async begin(): Promise<void> {
    const { makesData, persist, notes, resource } = this.#options;
    if (makesData && persist) await notes?.begin(resource, this.mark);
  }

  async made(newVolumes: readonly string[]): Promise<void> {
    this.#newVolumes = newVolumes;
    if (newVolumes.length === 0) await this.#forget();
  }

  /** The server is up: what the first start had to make is made. */
  serving(): void {
    this.#isServing = true;
    // Where the note cannot be removed nothing else can be written either, and the server itself has said so by then.
    this.#forget().catch(() => {});
  }

  /** What one that was cut off left behind; where its container runs it goes on. */
  async resume({ docker }: ReachedEngine, plan: ContainerPlan): Promise<void> {
    const { notes, resource, progress } = this.#options;
    const mark = await notes?.unfinished(resource);
    if (mark === undefined) return;
    const volumes: string[] = [];
    for (const volume of plan.volumes) {
      const found = await docker.getVolume(volume).inspect().catch(unlessMissing);
      if (found?.Labels?.[LABELS.mark] === mark) volumes.push(volume);
    }
    if (volumes.length === 0) return this.#forget();
    const container = docker.getContainer(plan.name);
    const found = await container.inspect().catch(unlessMissing);
    this.#newVolumes = volumes;
    if (found?.State.Running) return;
    progress(DISCARDING);
    await this.discard(docker, container);
  }

  async discardHalfMade(docker: Docker, container: Docker.Container): Promise<void> {
    if (!this.isHalfMade) return;
    this.#options.progress(DISCARDING);
    await this.discard(docker, container);
  }

  /** The container and whatever was made for it. */
  async discard(docker: Docker, container: Docker.Container): Promise<void> {
    await removeContainer(container);
    for (const volume of this.#newVolumes) await docker.getVolume(volume).remove().catch(unlessMissing);
    this.#newVolumes = [];
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.#options.notes?.finish(this.#options.resource);
  }
}

const DISCARDING = 'removing the data of a first start that did not finish';

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
