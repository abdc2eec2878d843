/** Decides when a frame is drawn: at once after a rest, else a frame's time after the last, never while the terminal is behind. */
export interface Schedule {
  ask(): void;
  /** For what comes by itself, as logs do: under a flood, which nobody reads, every other frame will do. */
  askIdly(): void;
  /** A frame no later than that; ms. */
  askIn(ms: number): void;
  stop(): void;
}

export interface ScheduleParts {
  readonly draw: () => void;
  readonly isReady: () => boolean;
  readonly onReady: (callback: () => void) => void;
  /** The process had much to do since it was asked last. */
  readonly isBusy: () => boolean;
}

const FRAME_MS = 1000 / 30;

export function createSchedule({ draw, isReady, onReady, isBusy }: ScheduleParts): Schedule {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let idleMs = FRAME_MS;
  let next: NodeJS.Timeout | undefined;
  let nextAt = 0;
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
    idleMs = isBusy() ? 2 * FRAME_MS : FRAME_MS;
    draw();
  }

  function askAfter(ms: number): void {
    if (isStopped || isWaiting) return;
    const at = drawnAt + ms;
    if (next && nextAt <= at) return;
    clearTimeout(next);
    nextAt = at;
    next = setTimeout(run, Math.max(0, at - performance.now()));
  }

  const ask = (): void => askAfter(FRAME_MS);

  return {
    ask,
    askIdly() {
      // Called for every piece of output.
      if (!next) askAfter(idleMs);
    },
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

/** Share of a core. */
const BUSY = 0.4;

/** True when this process worked for much of the time since it was asked last. */
export function createBusy(): () => boolean {
  let before = performance.eventLoopUtilization();
  return () => {
    const since = before;
    before = performance.eventLoopUtilization();
    return performance.eventLoopUtilization(before, since).utilization > BUSY;
  };
}
