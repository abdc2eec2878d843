/** Lines of what has happened, and on a terminal one last line of what goes on, which is written over. */
export interface ProgressLine {
  /** Stays. */
  say(name: string, text: string): void;
  /** Whatever writes a line meanwhile has room for it. */
  around(write: () => void): void;
  /** How far it is; on a terminal only. */
  show(name: string, text: string): void;
  /** Nothing more comes of it. */
  done(name: string): void;
}

export interface ProgressStream {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

const CLEAR = '\r\u001b[K';

export function createProgressLine(stream: ProgressStream, say: (text: string) => void): ProgressLine {
  const underWay = new Map<string, string>();
  const clear = (): void => void (stream.isTTY && underWay.size > 0 && stream.write(CLEAR));
  const draw = (): void => {
    if (!stream.isTTY || underWay.size === 0) return;
    stream.write([...underWay.values()].join(' · ').slice(0, Math.max(0, (stream.columns || 80) - 1)));
  };
  const change = (act: () => void): void => {
    clear();
    act();
    draw();
  };
  return {
    say: (name, text) =>
      change(() => {
        for (const line of text.split('\n')) say(`${name}: ${line}`);
      }),
    around: change,
    show: (name, text) => change(() => underWay.set(name, text)),
    done: (name) => change(() => underWay.delete(name)),
  };
}
