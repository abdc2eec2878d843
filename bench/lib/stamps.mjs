import { readFileSync, rmSync } from 'node:fs';
import { isAlive } from './processes.mjs';

/** What stamp processes have written: who started when. */
export function readStamps(file) {
  let text;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [tag, pid, ns] = line.split(' ');
      return { tag, pid: Number(pid), ms: Number(BigInt(ns) / 1000n) / 1000 };
    });
}

export const clearStamps = (file) => rmSync(file, { force: true });

export const living = (stamps) => stamps.filter(({ pid }) => isAlive(pid));

/** The clock of the stamps. */
export const stampClock = () => Number(process.hrtime.bigint() / 1000n) / 1000;

export function killAll(stamps) {
  for (const { pid } of living(stamps)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }
}
