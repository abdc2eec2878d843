import { bytes, cores } from './container.ts';
import type { Cluster } from './cluster.ts';
import type { KubeObject } from './object.ts';
import { rightsOf } from './rights.ts';

/** Refuses pods with more rights than the strictest standard that all of ours keep. */
export function namespaceObject({ namespace, stack, workloads }: Cluster): KubeObject {
  const enforced = workloads.every((workload) => rightsOf(workload).isRestricted) ? 'restricted' : 'baseline';
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: {
        'app.kubernetes.io/part-of': stack,
        'app.kubernetes.io/managed-by': 'devstack',
        'pod-security.kubernetes.io/enforce': enforced,
        'pod-security.kubernetes.io/enforce-version': 'latest',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'latest',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'latest',
      },
    },
  };
}

/** With a bound on requests a pod without any is refused: what others begin here gets some. */
export function quotaObjects({ namespace, stack, quota }: Cluster): readonly KubeObject[] {
  if (!quota) return [];
  const { cpu, memory } = quota;
  const labels = { 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'devstack' };
  const metadata = { name: stack, namespace, labels };
  const hard = {
    ...(cpu !== undefined && { 'requests.cpu': cores(cpu) }),
    ...(memory !== undefined && { 'requests.memory': bytes(memory) }),
  };
  const limit = {
    type: 'Container',
    defaultRequest: { cpu: '50m', memory: '64Mi' },
    default: { cpu: '500m', memory: '256Mi' },
  };
  return [
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } },
    { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: [limit] } },
  ];
}
