import { expect, test } from 'vitest';
import { service } from '../../../../src/index.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { operatorErrors } from '../../../rig/operator-schema.ts';
import { promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

test('pods of a namespace request no more than its quota, and what says nothing gets a little', () => {
  const api = service({ cwd: 'api', dev: 'node server.mjs' });
  const stack = stackOf({ api }, undefined, { kubernetes: { quota: { cpu: 8, memory: '16Gi' } } });
  const { objects, tree } = promoteToKubernetes(stack);
  const [namespace, ...bounds] = objects.slice(0, 3);
  expect([namespace?.kind, ...bounds.map((object) => [object.kind, object.metadata.name, object['spec']])]).toEqual([
    'Namespace',
    ['ResourceQuota', 'shop', { hard: { 'requests.cpu': '8', 'requests.memory': '16Gi' } }],
    [
      'LimitRange',
      'shop',
      {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: '50m', memory: '64Mi' },
            default: { cpu: '500m', memory: '256Mi' },
          },
        ],
      },
    ],
  ]);
  expect(bounds.flatMap(operatorErrors)).toEqual([]);
  expect(judge(objects).violations).toEqual([]);
  expect(tree.get('deploy/k8s/overlays/kind/resourcequota.yaml')).toContain('$patch: delete');
});
