/** Remembers what was used lately: at least `kept` values, at most twice as many. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
}

/** What is shown for one frame only must not become old for the collector, so not more is held than is looked at again. */
export function createRecent<Key, Value>(kept: number): Recent<Key, Value> {
  let fresh = new Map<Key, Value>();
  let stale = new Map<Key, Value>();
  const set = (key: Key, value: Value): void => {
    if (fresh.size >= kept) {
      stale = fresh;
      fresh = new Map();
    }
    fresh.set(key, value);
  };
  return {
    get(key) {
      const found = fresh.get(key);
      if (found !== undefined) return found;
      const old = stale.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
  };
}
