import type { Workload } from '../../workload.ts';
import { labelsOf, portNames, protocolOf } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { exemptionAnnotations } from '../exemption.ts';
import type { KubeObject } from '../object.ts';

/** A Service under the name of a server, where its operator has others: so everybody has its address, whoever runs it. */
export function addressOf(
  workload: Workload,
  cluster: Cluster,
  selector: Readonly<Record<string, string>>,
): KubeObject {
  const { name, ports } = workload;
  const names = portNames(workload);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: cluster.namespace,
      labels: labelsOf(workload, cluster),
      annotations: exemptionAnnotations([
        { reason: 'its operator makes the pods', kubeScore: ['service-targets-pod'] },
      ]),
    },
    spec: {
      type: 'ClusterIP',
      selector,
      ports: ports.map((port) => ({
        name: names.get(port),
        port: port.number,
        targetPort: port.number,
        protocol: protocolOf(port),
      })),
    },
  };
}
