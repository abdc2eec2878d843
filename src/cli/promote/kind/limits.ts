import { readFileSync } from 'node:fs';
import type { ClusterReport } from './report.ts';

const INSTANCES = '/proc/sys/fs/inotify/max_user_instances';
const ENOUGH = 512;

/** Nodes share the file watches of this machine, and pods end for want of them: too many open files. */
export function tellLimits(report: ClusterReport): void {
  const most = limit();
  if (most === undefined || most >= ENOUGH) return;
  report.tell({
    event: 'note',
    text: `fs.inotify.max_user_instances is ${most}, which nodes of a cluster may run out of: sudo sysctl fs.inotify.max_user_instances=${ENOUGH}`,
  });
}

/** Linux alone has it. */
function limit(): number | undefined {
  try {
    return Number(readFileSync(INSTANCES, 'utf8'));
  } catch {
    return undefined;
  }
}
