import type { Workload } from '../workload.ts';
import { servicePortOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';

/** As much as it may use, so that no pod is less guaranteed for it. */
const AMOUNTS = { cpu: '50m', memory: '32Mi', 'ephemeral-storage': '16Mi' };
const SCRIPT = 'until nc -z -w 2 "$0" "$1"; do echo "waiting for $0:$1"; sleep 1; done';

/**
 * One for each server and service it needs, before anything of it begins: a Service takes connections once a pod of it is
 * ready. For the end of a task it could not wait without a token of the cluster.
 */
export function waitsOf({ waiter, needs, reaches }: Workload, cluster: Cluster): readonly Record<string, unknown>[] {
  if (waiter === undefined) return [];
  return needs.flatMap(({ on }) => {
    const other = cluster.workloads.find(({ name }) => name === on);
    const port = other?.ports.find(({ protocol }) => protocol !== 'udp');
    // A server that is reached through another is not let in to.
    if (!port || other?.role === 'task' || !reaches.includes(on)) return [];
    return [
      {
        name: `wait-for-${on}`.slice(0, 63).replace(/-+$/, ''),
        image: waiter,
        imagePullPolicy: 'Always',
        command: ['sh', '-c', SCRIPT, `${on}.${cluster.namespace}.svc`, String(servicePortOf(port))],
        resources: { requests: AMOUNTS, limits: AMOUNTS },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65_532,
          runAsGroup: 65_532,
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ];
  });
}
