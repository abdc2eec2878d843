import { readFileSync } from 'node:fs';
import type { Running } from './devstack.ts';

/** Ends devstack as a power cut would, guardian and all: nobody cleans up. Linux. */
export async function killHard({ pid, finished }: Running): Promise<void> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const guardian = children.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('devstack-guardian'));
  process.kill(guardian ?? 0, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await finished;
}
