import { setTimeout as pause } from 'node:timers/promises';

export { pause };

/** Looks until `look` gives something truthy; undefined when the time is over. */
export async function waitFor(look, limitMs, everyMs = 2) {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = look();
    if (found) return found;
    if (performance.now() > end) return undefined;
    await pause(everyMs);
  }
}

/** The value of `look` once it has not changed for `quietMs`. */
export async function settled(look, quietMs, limitMs) {
  const end = performance.now() + limitMs;
  let last = look();
  let since = performance.now();
  while (performance.now() - since < quietMs && performance.now() < end) {
    await pause(20);
    const next = look();
    if (next !== last) since = performance.now();
    last = next;
  }
  return last;
}
