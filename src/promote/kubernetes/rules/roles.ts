import type { KubeObject } from '../object.ts';
import { listAt, textAt, textsAt } from './data.ts';
import type { ObjectSet } from './object-set.ts';
import type { Report, Rule } from './rule.ts';

export const ROLES = {
  'role-wildcard': {
    says: 'A role names what it allows, without `*`.',
    kubeLinter: ['wildcard-in-rules'],
    optional: ['wildcard-in-rules'],
  },
  'role-secrets': {
    says: 'A role does not read Secrets.',
    kubeLinter: ['access-to-secrets'],
    optional: ['access-to-secrets'],
  },
  'role-creates-pods': {
    says: 'A role makes no pods, nor what makes pods.',
    kubeLinter: ['access-to-create-pods'],
    optional: ['access-to-create-pods'],
  },
  'role-exec': {
    says: 'A role does not get into running pods.',
    polaris: ['rolePodExecAttach', 'clusterrolePodExecAttach'],
  },
  'cluster-admin': {
    says: 'Nobody is bound to cluster-admin.',
    kubeLinter: ['cluster-admin-role-binding'],
    polaris: ['clusterrolebindingClusterAdmin', 'rolebindingClusterAdminClusterRole'],
    optional: ['cluster-admin-role-binding'],
  },
} as const satisfies Record<string, Rule>;

type Wrong = Report<typeof ROLES>;

export function checkRoles(set: ObjectSet, report: Wrong): void {
  for (const object of [...set.all('Role'), ...set.all('ClusterRole')])
    for (const rule of listAt(object, 'rules')) checkRule(object, rule, report);
  for (const object of [...set.all('RoleBinding'), ...set.all('ClusterRoleBinding')])
    if (textAt(object, 'roleRef', 'name') === 'cluster-admin')
      report({
        rule: 'cluster-admin',
        object,
        text: 'it may do everything, everywhere; bind a role with what it needs',
        without:
          object.kind === 'RoleBinding'
            ? ['cluster-admin-role-binding', 'clusterrolebindingClusterAdmin']
            : ['rolebindingClusterAdminClusterRole'],
      });
}

const MAKES_PODS: ReadonlySet<string> = new Set([
  'pods',
  'deployments',
  'statefulsets',
  'replicasets',
  'cronjobs',
  'jobs',
  'daemonsets',
]);

function checkRule(object: KubeObject, rule: unknown, report: Wrong): void {
  const [groups, resources, verbs] = [textsAt(rule, 'apiGroups'), textsAt(rule, 'resources'), textsAt(rule, 'verbs')];
  if ([...groups, ...resources, ...verbs].includes('*'))
    report({
      rule: 'role-wildcard',
      object,
      text: '* is also what there will be next year; name what it needs',
      without: [...resources, ...verbs].includes('*') ? [] : ['wildcard-in-rules'],
    });
  if (resources.includes('secrets'))
    report({ rule: 'role-secrets', object, text: 'it gets at Secrets; mount the one it needs instead' });
  if (verbs.includes('create') && resources.some((one) => MAKES_PODS.has(one)))
    report({ rule: 'role-creates-pods', object, text: 'whoever makes pods has what pods may mount; take create out' });
  if (resources.some((one) => one === 'pods/exec' || one === 'pods/attach'))
    report({
      rule: 'role-exec',
      object,
      text: 'it gets into running pods; take pods/exec and pods/attach out',
      without: [object.kind === 'Role' ? 'clusterrolePodExecAttach' : 'rolePodExecAttach'],
    });
}
