import { PullProgress } from '../pull-progress.ts';
import type { BuildStatus } from './wire.ts';

/** What the engine tells while it builds: as the classic builder does, in JSON, or as BuildKit does. */
export type BuildEvent =
  { readonly kind: 'json'; readonly event: unknown } | { readonly kind: 'status'; readonly status: BuildStatus };

/** How a build went wrong. */
export interface BuildError {
  /** `RUN npm ci`, when it was a step of the Dockerfile. */
  readonly step?: string;
  readonly reason: string;
}

interface Step {
  readonly name: string;
  state: 'waiting' | 'running' | 'done';
  /** Of what it does now, by what that is called. */
  readonly parts: Map<string, { readonly current: number; readonly total: number }>;
  /** The beginning of a line of its output. */
  rest: string;
}

/** Where a build is, and what its steps print. Steps that run beside each other keep their lines whole. */
export class BuildProgress {
  readonly #steps = new Map<string, Step>();
  readonly #layers = new PullProgress();
  readonly #print: (text: string) => void;
  /** Of the classic builder: the present step, and how many there are. */
  #at: { readonly number: number; readonly of: number; readonly name: string } | undefined;
  #failedStep: string | undefined;
  #error: BuildError | undefined;
  #share: number | undefined;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  note(event: BuildEvent): void {
    if (event.kind === 'status') this.#noteStatus(event.status);
    else this.#noteJson(event.event);
    const share = this.#at ? this.#classicShare(this.#at) : this.#stepsShare();
    if (share !== undefined) this.#share = Math.max(this.#share ?? 0, share);
  }

  /** Nothing more comes: what has no line end yet has none. */
  end(): void {
    for (const step of this.#steps.values()) this.#flush(step);
  }

  get error(): BuildError | undefined {
    return this.#error;
  }

  /** From 0 to 1; undefined before the steps are known. Never goes back. */
  get share(): number | undefined {
    return this.#share;
  }

  /** ` (step 3 of 7)`, after what is built. */
  get words(): string {
    if (this.#at) return ` (step ${this.#at.number} of ${this.#at.of})`;
    const steps = [...this.#steps.values()];
    const done = steps.filter(({ state }) => state === 'done').length;
    return steps.length === 0 ? '' : ` (step ${Math.min(done + 1, steps.length)} of ${steps.length})`;
  }

  #noteStatus({ vertexes, statuses, logs }: BuildStatus): void {
    for (const { digest, name, cached, started, completed, error } of vertexes) {
      if (!isStep(name)) continue;
      const step = this.#steps.get(digest) ?? { name: plainName(name), state: 'waiting', parts: new Map(), rest: '' };
      this.#steps.set(digest, step);
      if (started && step.state === 'waiting') {
        step.state = 'running';
        if (!cached) this.#print(`${step.name}\n`);
      }
      if (completed) {
        step.state = 'done';
        step.parts.clear();
      }
      // Those that are given up because another one failed say so, too.
      if (error !== '' && !/context canceled/.test(error)) this.#failedStep ??= step.name;
    }
    for (const { ID, vertex, current, total } of statuses) this.#steps.get(vertex)?.parts.set(ID, { current, total });
    for (const { vertex, msg } of logs) this.#printOf(this.#steps.get(vertex), msg.toString());
  }

  #flush(step: Step): void {
    if (step.rest !== '') this.#print(`${step.rest}\n`);
    step.rest = '';
  }

  #printOf(step: Step | undefined, text: string): void {
    if (!step) return this.#print(text);
    const all = step.rest + text;
    const end = all.lastIndexOf('\n') + 1;
    step.rest = all.slice(end);
    if (end > 0) this.#print(all.slice(0, end));
  }

  #noteJson(event: unknown): void {
    if (typeof event !== 'object' || event === null) return;
    if ('stream' in event && typeof event.stream === 'string') return this.#noteStream(event.stream);
    const reason = this.#layers.note(event);
    if (reason === undefined) return;
    const step = this.#failedStep ?? this.#at?.name;
    this.#error ??= { ...(step !== undefined && { step }), reason };
  }

  #noteStream(text: string): void {
    const [, number, of, name] = /^Step (\d+)\/(\d+) : (.*)/s.exec(text) ?? [];
    if (name !== undefined) {
      this.#at = { number: Number(number), of: Number(of), name: plainName(name) };
      if (!OURS.test(name)) this.#print(`${this.#at.name}\n`);
    } else if (text !== '\n' && !OF_THE_BUILDER.test(text)) this.#print(text);
  }

  #classicShare({ number, of }: { readonly number: number; readonly of: number }): number {
    return (number - 1 + (number === 1 ? (this.#layers.share ?? 0) : 0)) / of;
  }

  #stepsShare(): number | undefined {
    if (this.#steps.size === 0) return undefined;
    let done = 0;
    for (const { state, parts } of this.#steps.values()) done += state === 'done' ? 1 : shareOf([...parts.values()]);
    return done / (this.#steps.size + WRITING);
  }
}

/** The image is still to be written then; as much as a step. */
const WRITING = 1;

/** Our labels are steps of the classic builder, too. */
const OURS = /^LABEL devstack\./;

/** Remarks of the classic builder about its own work. */
const OF_THE_BUILDER = /^(?: ---> |Removing intermediate container|Successfully (?:built|tagged) )/;

/** What the Dockerfile says, not the builder's own errands. */
function isStep(name: string): boolean {
  return name.startsWith('[') && !name.startsWith('[internal]');
}

/** On one line and without the place in its stage: steps are counted here over all of them. */
function plainName(name: string): string {
  return name
    .replace(/^\[[^\]]*\] /, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function shareOf(parts: readonly { readonly current: number; readonly total: number }[]): number {
  const total = parts.reduce((sum, part) => sum + part.total, 0);
  return total === 0 ? 0 : Math.min(1, parts.reduce((sum, part) => sum + part.current, 0) / total);
}
