import type { Workload } from '../workload.ts';
import { isPublic, isStateful, labelsOf, portNames, protocolOf, selectorOf, servicePortOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { Exemption } from './exemption.ts';
import type { KubeObject } from './object.ts';

/** Under the name of the workload, at the numbers its containers listen on unless the config says: an address is the same everywhere. */
export function servicesOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  const { name, ports, role } = workload;
  const isHeadless = role !== 'task' && isStateful(workload, cluster.workloads);
  const names = portNames(workload);
  const listed = ports.map((port) => ({
    name: names.get(port),
    port: servicePortOf(port),
    targetPort: names.get(port),
    protocol: protocolOf(port),
    ...(/^(?:https?|h2c)$/.test(port.protocol) && { appProtocol: APP_PROTOCOLS[port.protocol] ?? port.protocol }),
  }));
  const metadata = (of: string, exemptions: readonly Exemption[] = []) => {
    const annotations = exemptionAnnotations(exemptions);
    return {
      name: of,
      namespace: cluster.namespace,
      labels: labelsOf(workload, cluster),
      ...(exemptions.length > 0 && { annotations }),
    };
  };
  const selector = selectorOf(workload);
  const client: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name, isPublic(workload) ? [OPEN] : []),
    spec: { type: isPublic(workload) ? 'LoadBalancer' : 'ClusterIP', selector, ports: listed },
  };
  const headless: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(`${name}-headless`),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector,
      ...(listed.length > 0 && { ports: listed }),
    },
  };
  return [...(role !== 'task' && ports.length > 0 ? [client] : []), ...(isHeadless ? [headless] : [])];
}

const OPEN: Exemption = { reason: 'deploy.public opens it to the outside', kubeLinter: ['exposed-services'] };

const APP_PROTOCOLS: Readonly<Record<string, string>> = { h2c: 'kubernetes.io/h2c' };

/** Somebody it can be told apart by, with no way to the cluster's own interface. */
export function serviceAccountOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (workload.cluster.serviceAccount !== undefined) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: workload.name, namespace: cluster.namespace, labels: labelsOf(workload, cluster) },
      automountServiceAccountToken: false,
    },
  ];
}
