import { expect, test } from 'vitest';
import { secret, service } from '../../../../src/index.ts';
import { at, listAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { promoteToCompose, promoteToHelm, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const node = { cwd: 'api', dev: 'node a.mjs' } as const;
const api = service({
  ...node,
  env: { KEY: secret('KEY') },
  deploy: {
    secretsAs: 'files',
    permissions: [
      { resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
    ],
  },
});
const other = service(node);
const stack = stackOf({ api, other });
const made = promoteToKubernetes(stack);
const find = (kind: string, name: string) =>
  made.objects.find((object) => object.kind === kind && object.metadata.name === name);

test('what a program may do is a Role of its own account, in its namespace', () => {
  expect(find('Role', 'api')?.['rules']).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
  ]);
  expect(find('RoleBinding', 'api')).toMatchObject({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'api' },
    subjects: [{ kind: 'ServiceAccount', name: 'api', namespace: 'shop' }],
  });
  expect(find('Role', 'other')).toBeUndefined();
});

test('it alone has a token, and a way to where that is good for something', () => {
  const tokens = ['api', 'other'].map((name) => [
    find('ServiceAccount', name)?.['automountServiceAccountToken'],
    at(find('Deployment', name), 'spec', 'template', 'spec', 'automountServiceAccountToken'),
  ]);
  expect(tokens).toEqual([
    [false, true],
    [false, false],
  ]);
  const waysOf = (name: string) => JSON.stringify(listAt(find('NetworkPolicy', name), 'spec', 'egress'));
  expect(waysOf('api')).toContain('"port":6443');
  expect(waysOf('other')).not.toContain('"port":6443');
  const { violations, exemptions } = judge(made.objects);
  expect(violations).toEqual([]);
  const own = exemptions.filter(({ rule }) => rule === 'account-token' || rule === 'role-creates-pods');
  expect(own.map(({ object }) => object.kind).toSorted()).toEqual(['Deployment', 'Role']);
});

test('a chart has it in the namespace of the release, and compose says that it has no cluster', () => {
  const { tree, folder } = promoteToHelm(stack);
  expect(tree.get(`${folder}/templates/api/rolebinding.yaml`)).toMatch(
    /subjects:[^]*namespace: \{\{ \$\.Release\.Namespace \}\}/,
  );
  expect(promoteToCompose(stack).notes.map(({ text }) => text)).toContain('deploy.permissions is not carried over');
});
