import { readFileSync } from 'node:fs';

/** How often the kernel has killed for memory since boot; undefined where it does not say. */
export function outOfMemoryKills(): number | undefined {
  try {
    const match = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return match?.[1] === undefined ? undefined : Number(match[1]);
  } catch {
    return undefined; // not Linux
  }
}
