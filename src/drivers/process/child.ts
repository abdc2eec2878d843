/** The first process of a run and its streams, whether they are pipes or a terminal. */
export interface Child {
  /** Also the id of its process group. */
  readonly pid: number;
  /** To the whole group. */
  signal(name: NodeJS.Signals): void;
  /** A line for its standard input; lost when nobody reads it any more. */
  write(text: string): void;
  /** Of a terminal only. */
  resize?(columns: number, rows: number): void;
  /** It is gone; others of its group may still be there. */
  readonly ended: Promise<Ended>;
  /** All that was written has arrived. */
  readonly drained: Promise<void>;
  /** Stops reading: somebody who escaped still holds the other end. */
  close(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Complete. */
  readonly env: Readonly<Record<string, string>>;
}
