interface Layer {
  current: number;
  /** Unknown until its download begins. */
  total: number;
  isDone: boolean;
}

/** What the engine reports of a pull, layer by layer. */
export class PullProgress {
  readonly #layers = new Map<string, Layer>();
  #share: number | undefined;

  /** Takes one event; gives back the error when it is one. */
  note(event: unknown): string | undefined {
    if (typeof event !== 'object' || event === null) return undefined;
    if ('error' in event && typeof event.error === 'string') return event.error;
    if (!('status' in event) || !('id' in event) || typeof event.id !== 'string') return undefined;
    const { status, id } = event;
    // The first event has the tag as its id.
    if (typeof status !== 'string' || status.startsWith('Pulling from')) return undefined;
    const layer = this.#layers.get(id) ?? { current: 0, total: 0, isDone: false };
    this.#layers.set(id, layer);
    if (status === 'Downloading' && 'progressDetail' in event) Object.assign(layer, sizesOf(event.progressDetail));
    if (status === 'Download complete') layer.current = layer.total;
    if (status === 'Pull complete' || status === 'Already exists') layer.isDone = true;
    this.#share = later(this.#share, shareOf([...this.#layers.values()]));
    return undefined;
  }

  /** Downloaded, from 0 to 1; undefined before any size is known. Never goes back. */
  get share(): number | undefined {
    return this.#share;
  }

  /** ` (12 of 40 MB, 1 of 3 layers)`, after the name of the image. */
  get words(): string {
    const layers = [...this.#layers.values()];
    if (layers.length === 0) return '';
    const current = layers.reduce((sum, layer) => sum + layer.current, 0);
    const total = layers.reduce((sum, layer) => sum + layer.total, 0);
    const done = layers.filter(({ isDone }) => isDone).length;
    const bytes = total === 0 ? '' : `${megabytes(current)} of ${megabytes(total)} MB, `;
    return ` (${bytes}${done} of ${layers.length} ${layers.length === 1 ? 'layer' : 'layers'})`;
  }
}

/** A layer whose download has not begun is taken to be as large as the others are on average. */
function shareOf(layers: readonly Layer[]): number | undefined {
  const known = layers.filter(({ total }) => total > 0);
  if (known.length === 0) return undefined;
  const current = known.reduce((sum, layer) => sum + layer.current, 0);
  const total = known.reduce((sum, layer) => sum + layer.total, 0);
  const unknown = layers.filter((layer) => layer.total === 0 && !layer.isDone).length;
  return Math.min(1, current / (total + (unknown * total) / known.length));
}

function later(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? (now ?? before) : Math.max(before, now);
}

function sizesOf(detail: unknown): Partial<Layer> {
  if (typeof detail !== 'object' || detail === null || !('current' in detail) || !('total' in detail)) return {};
  const { current, total } = detail;
  return typeof current === 'number' && typeof total === 'number' ? { current, total } : {};
}

export function megabytes(bytes: number): string {
  const value = bytes / 1_000_000;
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
