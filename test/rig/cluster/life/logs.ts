/** What the containers of pods wrote, by uid of the pod and name of the container. */
export class PodLogs {
  readonly #runs = new Map<string, { lines: string[]; hasEnded: boolean }[]>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** A container has begun, again if it did before. */
  begin(pod: string, container: string): void {
    const key = `${pod}/${container}`;
    this.#runs.set(key, [...(this.#runs.get(key) ?? []), { lines: [], hasEnded: false }]);
  }

  write(pod: string, container: string, lines: readonly string[]): void {
    const key = `${pod}/${container}`;
    this.#runs
      .get(key)
      ?.at(-1)
      ?.lines.push(...lines);
    this.#tell(key);
  }

  end(pod: string, container: string): void {
    const key = `${pod}/${container}`;
    const run = this.#runs.get(key)?.at(-1);
    if (run) run.hasEnded = true;
    this.#tell(key);
  }

  /** All containers of a pod that is gone. */
  endAll(pod: string): void {
    for (const key of this.#runs.keys()) if (key.startsWith(`${pod}/`)) this.end(pod, key.slice(pod.length + 1));
  }

  /** Of its last run, or of the one before; nothing if there was none. */
  of(pod: string, container: string, isPrevious = false): { lines: readonly string[]; hasEnded: boolean } | undefined {
    return this.#runs.get(`${pod}/${container}`)?.at(isPrevious ? -2 : -1);
  }

  /** Until what it returns is called. */
  onChange(pod: string, container: string, listener: () => void): () => void {
    const key = `${pod}/${container}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  #tell(key: string): void {
    for (const listener of this.#listeners.get(key) ?? []) listener();
  }
}
