import type { Workload } from '../workload.ts';
import { labelsOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { Exemption } from './exemption.ts';
import type { KubeObject } from './object.ts';

/** It has a token, and a way to where that is good for something. */
export function asksCluster({ cluster: { permissions = [] } }: Workload): boolean {
  return permissions.length > 0;
}

/** Of its account alone, and in its namespace alone. */
export function rolesOf(workload: Workload, cluster: Cluster): readonly KubeObject[] {
  if (!asksCluster(workload)) return [];
  const { name, cluster: choices } = workload;
  const { namespace } = cluster;
  const labels = labelsOf(workload, cluster);
  const makes = choices.permissions?.some(({ verbs }) => verbs.includes('create')) === true;
  const annotations = exemptionAnnotations([MAKES]);
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace, labels, ...(makes && { annotations }) },
      rules: choices.permissions,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

const MAKES: Exemption = { reason: 'deploy.permissions asks for it', kubeLinter: ['access-to-create-pods'] };
