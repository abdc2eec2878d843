import type { IngressChoices } from '../../core/deploy.ts';
import type { Workload, WorkloadPort } from '../workload.ts';
import { labelsOf, servicePortOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './object.ts';

/** A Gateway is somebody else's: what it listens to, and with which certificate, is said there. */
export interface GatewayRef {
  readonly name: string;
  /** Undefined where it is that of the stack. */
  readonly namespace?: string;
}

export function gatewayOf({ cluster: { ingress } }: Workload): GatewayRef | undefined {
  if (ingress?.gateway === undefined) return undefined;
  const [first = '', second] = ingress.gateway.split('/');
  return second === undefined ? { name: first } : { name: second, namespace: first };
}

/** What leads from a Gateway to a port of a workload. */
export function httpRouteOf(
  workload: Workload,
  { gateway, host, port }: { readonly gateway: GatewayRef; readonly host: string; readonly port: WorkloadPort },
  cluster: Cluster,
): KubeObject {
  const { path = '/', annotations, readTimeoutMs }: IngressChoices = workload.cluster.ingress ?? {};
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: workload.name,
      namespace: cluster.namespace,
      labels: labelsOf(workload, cluster),
      ...(annotations && { annotations }),
    },
    spec: {
      parentRefs: [
        {
          group: 'gateway.networking.k8s.io',
          kind: 'Gateway',
          name: gateway.name,
          ...(gateway.namespace !== undefined && { namespace: gateway.namespace }),
        },
      ],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: path } }],
          backendRefs: [{ name: workload.name, port: servicePortOf(port) }],
          ...(readTimeoutMs !== undefined && { timeouts: { request: durationOf(readTimeoutMs) } }),
        },
      ],
    },
  };
}

/** Its pods have this label (GEP-1762), in its namespace where its controller has none of its own for them. */
export function gatewayPeer({ name, namespace }: GatewayRef, cluster: Cluster): Record<string, unknown> {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace ?? cluster.namespace } },
    podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': name } },
  };
}

/** A number there has at most five digits. */
function durationOf(milliseconds: number): string {
  return milliseconds < 100_000 && milliseconds % 1_000 !== 0
    ? `${milliseconds}ms`
    : `${Math.ceil(milliseconds / 1_000)}s`;
}
