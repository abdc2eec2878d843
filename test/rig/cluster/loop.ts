import { bindClaims } from './life/claims.ts';
import { runDeployments } from './life/deployments.ts';
import { runDaemonSets } from './life/daemon-sets.ts';
import { collectGarbage } from './life/garbage.ts';
import { runJobs } from './life/jobs.ts';
import { createKubelet } from './life/kubelet.ts';
import { runReplicaSets } from './life/replica-sets.ts';
import { runStatefulSets } from './life/stateful-sets.ts';
import type { World } from './life/world.ts';

/** The controllers of a cluster: after each change they take steps, one a tick, until none has anything to do. */
export class Loop {
  readonly #world: World;
  readonly #controllers: readonly ((world: World) => void)[];
  #turning: Promise<void> | undefined;
  #isClosed = false;

  constructor(world: World) {
    this.#world = world;
    const kubelet = createKubelet();
    this.#controllers = [
      collectGarbage,
      runDeployments,
      runReplicaSets,
      runStatefulSets,
      runDaemonSets,
      runJobs,
      bindClaims,
      kubelet,
    ];
  }

  /** Resolves when nothing moves any more. */
  turn(): Promise<void> {
    this.#turning ??= this.#run();
    return this.#turning;
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    let before: number;
    do {
      await new Promise((resolve) => setImmediate(resolve));
      before = this.#world.store.revision;
      if (!this.#isClosed) for (const controller of this.#controllers) controller(this.#world);
    } while (this.#world.store.revision !== before);
    // At once, so that no change falls between the last step and the next turn.
    this.#turning = undefined;
  }
}
