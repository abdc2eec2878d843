import type { RunInfo, Sink } from '../../src/core/driver.ts';
import type { Exit } from '../../src/core/failure.ts';

export type Recorded =
  | { readonly kind: 'progress'; readonly text: string; readonly share?: number }
  | { readonly kind: 'trying'; readonly text: string }
  | { readonly kind: 'started'; readonly info: RunInfo }
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly lastProbe: string }
  | { readonly kind: 'exited'; readonly exit: Exit };

/** A sink that remembers, and lets a test wait for what it is about. */
export class Recorder implements Sink {
  readonly events: Recorded[] = [];
  #text = '';
  readonly #waiting = new Set<() => void>();

  progress(text: string, share?: number): void {
    this.#note({ kind: 'progress', text, ...(share !== undefined && { share }) });
  }

  started(info: RunInfo): void {
    this.#note({ kind: 'started', info });
  }

  trying(text: string): void {
    this.#note({ kind: 'trying', text });
  }

  ready(): void {
    this.#note({ kind: 'ready' });
  }

  notReady(lastProbe: string): void {
    this.#note({ kind: 'not-ready', lastProbe });
  }

  output(chunk: Uint8Array): void {
    this.#text += Buffer.from(chunk).toString();
    this.#wake();
  }

  exited(exit: Exit): void {
    this.#note({ kind: 'exited', exit });
  }

  get text(): string {
    return this.#text;
  }

  get info(): RunInfo | undefined {
    return this.events.flatMap((event) => (event.kind === 'started' ? [event.info] : []))[0];
  }

  /** Resolves when `read` finds something; rejects when the run ends or cannot become ready before that. */
  until<T>(read: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = read();
        const end = this.events.find(({ kind }) => kind === 'exited' || kind === 'not-ready');
        if (found === undefined && !end) return;
        this.#waiting.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`it ended before: ${JSON.stringify(this.events)}\n${this.#text}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  untilKind<K extends Recorded['kind']>(kind: K): Promise<Extract<Recorded, { kind: K }>> {
    const is = (event: Recorded): event is Extract<Recorded, { kind: K }> => event.kind === kind;
    return this.until(() => this.events.find(is));
  }

  async exit(): Promise<Exit> {
    return (await this.untilEnd()).exit;
  }

  async untilText(text: string): Promise<void> {
    await this.until(() => (this.#text.includes(text) ? true : undefined));
  }

  /** As `untilKind('exited')`, also for a run that said it cannot become ready. */
  untilEnd(): Promise<Extract<Recorded, { kind: 'exited' }>> {
    return new Promise((resolve) => {
      const look = () => {
        const end = this.events.find((event) => event.kind === 'exited');
        if (!end) return;
        this.#waiting.delete(look);
        resolve(end);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #note(event: Recorded): void {
    this.events.push(event);
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }
}
