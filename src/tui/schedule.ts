/** Decides when a frame is drawn: at once after a rest, else a frame's time after the last, never while the terminal is behind. */
export interface Schedule {
  ask(): void;
  /** A frame no later than that; ms. */
  askIn(ms: number): void;
  stop(): void;
}

export interface ScheduleParts {
  readonly draw: () => void;
  readonly isReady: () => boolean;
  readonly onReady: (callback: () => void) => void;
}

export const FRAME_MS = 1000 / 30;

export function createSchedule({ draw, isReady, onReady }: ScheduleParts): Schedule {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let next: NodeJS.Timeout | undefined;
  let later: NodeJS.Timeout | undefined;
  let isWaiting = false;
  let isStopped = false;

  function run(): void {
    next = undefined;
    if (isStopped) return;
    if (!isReady()) {
      if (isWaiting) return;
      isWaiting = true;
      onReady(() => {
        isWaiting = false;
        ask();
      });
      return;
    }
    clearTimeout(later);
    later = undefined;
    drawnAt = performance.now();
    draw();
  }

  function ask(): void {
    if (isStopped || isWaiting) return;
    next ??= setTimeout(run, Math.max(0, drawnAt + FRAME_MS - performance.now()));
  }

  return {
    ask,
    askIn(ms) {
      if (!isStopped && !next) later ??= setTimeout(ask, ms);
    },
    stop() {
      isStopped = true;
      clearTimeout(next);
      clearTimeout(later);
    },
  };
}
