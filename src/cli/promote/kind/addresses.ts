import type { FoundCluster } from '../../../cluster/provider.ts';
import type { LocalDoor } from '../../../promote/kubernetes/local-doors.ts';
import { untilServed } from '../compose/until-served.ts';
import { unreached } from './cluster.ts';
import type { ClusterReport } from './report.ts';

/** Nothing is printed as an address before it has answered; false when one does not. */
export async function tellAddresses(
  report: ClusterReport,
  cluster: FoundCluster,
  doors: readonly LocalDoor[],
): Promise<boolean> {
  const without = unreached(cluster, doors);
  let isWell = true;
  for (const door of doors.filter((one) => !without.includes(one))) {
    const { workload: resource, url, hostPort } = door;
    if (url === undefined) {
      report.tell({ event: 'address', resource, url: `localhost:${hostPort}`, isServed: true, text: '' });
      continue;
    }
    const answer = await untilServed(url);
    const isServed = answer.kind === 'served';
    isWell &&= isServed;
    const text = isServed ? `${answer.status} in ${answer.ms} ms` : answer.reason;
    report.tell({ event: 'address', resource, url, isServed, text });
  }
  return isWell;
}
