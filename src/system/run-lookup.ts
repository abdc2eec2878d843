import type { SystemProcess } from './process.ts';

/** Processes of a run; see `processesOf`. */
export type RunLookup = (runId: string) => Promise<readonly SystemProcess[]>;

interface Question {
  readonly runId: string;
  resolve(found: readonly SystemProcess[]): void;
  reject(reason: unknown): void;
}

/**
 * One look for all that is asked in a turn of the event loop. A look reads the environment of every process, and when
 * a stack stops, hundreds of runs end at once.
 */
export function createRunLookup(look: (runIds: readonly string[]) => readonly (readonly SystemProcess[])[]): RunLookup {
  let questions: Question[] = [];

  function answer(): void {
    const asked = questions;
    questions = [];
    try {
      const found = look(asked.map(({ runId }) => runId));
      asked.forEach(({ resolve }, at) => resolve(found[at] ?? []));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  return (runId) =>
    new Promise((resolve, reject) => {
      if (questions.length === 0) setImmediate(answer);
      questions.push({ runId, resolve, reject });
    });
}
