import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';
import { everything } from '../../../rig/everything.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../../../rig/kubernetes-schema.ts';
import { EVERYTHING, EXAMPLES, loadExample, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

describe.each(KUBERNETES_VERSIONS)('to the schema of Kubernetes %s', (version) => {
  const errorsOf = kubernetesValidator(version);

  test.each(EXAMPLES)('every object of %s is valid', async (folder) => {
    const { objects, tree } = promoteToKubernetes(await loadExample(folder));
    expect(objects.flatMap(errorsOf)).toEqual([]);
    const written = [...tree]
      .filter(([name]) => /\/base\/(?!kustomization)/.test(name))
      .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
    expect(written.length).toBe(objects.length);
    expect(written.flatMap(errorsOf)).toEqual([]);
  });

  test('and so is a stack with everything in it', () => {
    const { objects, problems } = promoteToKubernetes(stackOf(everything(), undefined, EVERYTHING));
    expect(problems).toEqual([]);
    expect(objects.flatMap(errorsOf)).toEqual([]);
    expect([...new Set(objects.map(({ kind }) => kind))].toSorted()).toEqual([
      'ConfigMap',
      'CronJob',
      'DaemonSet',
      'Deployment',
      'HTTPRoute',
      'HorizontalPodAutoscaler',
      'Ingress',
      'Job',
      'LimitRange',
      'Namespace',
      'NetworkPolicy',
      'PersistentVolumeClaim',
      'PodDisruptionBudget',
      'ResourceQuota',
      'Role',
      'RoleBinding',
      'ScaledObject',
      'Service',
      'ServiceAccount',
      'StatefulSet',
      'TriggerAuthentication',
      'VerticalPodAutoscaler',
    ]);
  });

  test('a field that is none is found out', () => {
    const [, account] = promoteToKubernetes(stackOf(everything(), undefined, EVERYTHING)).objects;
    expect(account && errorsOf({ ...account, nonsense: true })).not.toEqual([]);
  });
});
