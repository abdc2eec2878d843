/** Tells a path at once, and again when it was not told for some time: what is dropped in between is heard then. */
export interface Echo {
  readonly tell: (file: string) => void;
  close(): void;
}

export function createEcho(afterMs: number, onTell: (file: string) => void): Echo {
  const again = new Map<string, NodeJS.Timeout>();
  return {
    tell(file) {
      onTell(file);
      // Anew each time: this telling, too, is followed by a time in which others are dropped.
      clearTimeout(again.get(file));
      const timer = setTimeout(() => {
        again.delete(file);
        onTell(file);
      }, afterMs);
      again.set(file, timer);
    },
    close() {
      for (const timer of again.values()) clearTimeout(timer);
      again.clear();
    },
  };
}
