import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startCluster } from '../../rig/cluster/cluster.ts';
import type { TestCluster } from '../../rig/cluster/cluster.ts';
import { changesIn } from '../../rig/cluster/journal.ts';
import { apply, kubectl, missingKubectl, start } from '../../rig/cluster/kubectl.ts';
import { EXAMPLES, loadExample, promoteToKubernetes } from '../../rig/promote.ts';
import { configMap, deployment, job, namespace, statefulSet, podTemplate } from './objects.ts';

const why = missingKubectl();
let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ context: 'kind-devstack-shop' });
});
afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
});

describe.skipIf(why !== '')(`the real kubectl applies to the cluster of the tests${why}`, () => {
  test.each(EXAMPLES)('all of %s, and a second time nothing changes', async (folder) => {
    const made = promoteToKubernetes(await loadExample(folder));
    // A new cluster does not know what KEDA brings, and the overlay for one goes without.
    const objects = made.objects.filter(({ apiVersion }) => !apiVersion.startsWith('keda.sh/'));
    const first = await apply(cluster, objects, '--force-conflicts');
    expect([first.code, first.stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(first.stdout.trim().split('\n')).toHaveLength(objects.length);
    await cluster.settled();
    const before = cluster.journal.length;
    expect(await apply(cluster, objects, '--force-conflicts')).toMatchObject({ code: 0 });
    expect(changesIn(cluster.journal.slice(before))).toEqual([]);
  });

  test('who applied what is kept, and what is no longer applied goes', async () => {
    await apply(cluster, [namespace(), configMap('api', { A: '1', B: '2' })]);
    await apply(cluster, [configMap('api', { A: '1' })]);
    const [found] = cluster.objects('ConfigMap').filter(({ metadata }) => metadata.name === 'api');
    expect(found).toMatchObject({
      data: { A: '1' },
      metadata: {
        managedFields: [
          {
            manager: 'devstack',
            operation: 'Apply',
            fieldsV1: { 'f:data': { 'f:A': {} }, 'f:metadata': { 'f:labels': expect.anything() } },
          },
        ],
      },
    });
  });

  test('a field of somebody else is left alone unless it is forced', async () => {
    await apply(cluster, [namespace(), deployment()]);
    expect(await kubectl(cluster, '-n', 'shop', 'scale', 'deployment/api', '--replicas=5')).toMatchObject({ code: 0 });
    const refused = await apply(cluster, [deployment()]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining(
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
      ),
    ]);
    const { replicas: _replicas, ...rest } = deployment()['spec'] as Record<string, unknown>;
    expect(await apply(cluster, [{ ...deployment(), spec: rest }])).toMatchObject({ code: 0 });
    expect(cluster.objects('Deployment')).toMatchObject([{ spec: { replicas: 5 } }]);
    expect(await apply(cluster, [deployment()], '--force-conflicts')).toMatchObject({ code: 0 });
    expect(cluster.objects('Deployment')).toMatchObject([{ spec: { replicas: 2 } }]);
  });

  test('fields that are none are refused', async () => {
    await apply(cluster, [namespace()]);
    const template = podTemplate('api', 'shop/api:1', { containers: [{ name: 'api', image: 'a:1', nonsense: 1 }] });
    const applied = await apply(cluster, [deployment('api', { template })]);
    expect([applied.code, applied.stderr]).toEqual([
      1,
      expect.stringContaining(
        'failed to create typed patch object (shop/api; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="api"].nonsense: field not declared in schema',
      ),
    ]);
    const missing = await apply(cluster, [deployment('api', { selector: null })]);
    expect(missing.stderr).toContain('The Deployment "api" is invalid');
  });

  test('and where they are sent whole, in other words', async () => {
    await apply(cluster, [namespace()]);
    const sent = start(cluster, ['create', '-f', '-'], stringify({ ...configMap('api'), nonsense: 1 }));
    const { code, stderr } = await sent.finished;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "nonsense"',
      ),
    ]);
  });

  test('what is only tried changes nothing', async () => {
    await apply(cluster, [namespace(), deployment()]);
    const tried = await apply(
      cluster,
      [deployment('api', { replicas: 9 })],
      '--dry-run=server',
      '-o',
      'jsonpath={.spec.replicas}',
    );
    expect(tried).toMatchObject({ code: 0, stdout: '9' });
    expect(cluster.objects('Deployment')).toMatchObject([{ spec: { replicas: 2 } }]);
  });

  test('what is deleted by its labels is gone, and nothing else', async () => {
    await apply(cluster, [namespace(), configMap('a'), configMap('b')]);
    const deleted = await kubectl(cluster, '-n', 'shop', 'delete', 'cm', '-l', 'app.kubernetes.io/managed-by=devstack');
    expect(deleted).toMatchObject({ code: 0 });
    const left = cluster.objects('ConfigMap').filter(({ metadata }) => metadata.namespace === 'shop');
    expect(left.map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
  });

  test('a namespace that is not there is named', async () => {
    const { code, stderr } = await apply(cluster, [configMap('api')]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('namespaces "shop" not found')]);
  });

  test('a kind of an operator that is not installed is named, and one that is gets in', async () => {
    const scaled = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'api', namespace: 'shop' },
    };
    const { code, stderr } = await apply(cluster, [namespace(), scaled]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'no matches for kind "ScaledObject" in version "keda.sh/v1alpha1"\nensure CRDs are installed first',
      ),
    ]);
    const kinds = [
      { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects', isNamespaced: true },
    ];
    await using other = await startCluster({ context: 'kind-other', kinds });
    expect(await apply(other, [namespace(), scaled])).toMatchObject({ code: 0 });
    expect(other.objects('ScaledObject')).toHaveLength(1);
  });

  test('what cannot be changed is refused in the words of the real server', async () => {
    await apply(cluster, [namespace(), job(), statefulSet(), deployment()]);
    const changed = async (object: object) => (await apply(cluster, [object], '--force-conflicts')).stderr;
    expect(await changed(job('migrate', 'shop/api:2'))).toMatch(
      /The Job "migrate" is invalid: spec.template: Invalid value: .*: field is immutable/,
    );
    expect(await changed(statefulSet('db', { serviceName: 'other' }))).toContain(
      "The StatefulSet \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
    const selector = { matchLabels: { app: 'other' } };
    expect(await changed(deployment('api', { selector }))).toMatch(
      /spec.selector: Invalid value: .*field is immutable/,
    );
  });

  test('a restricted namespace warns of workloads and keeps their pods out', async () => {
    const restricted = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    };
    const { code, stderr } = await apply(cluster, [namespace('shop', restricted), deployment()]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(
        'Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
      ),
    ]);
    await cluster.settled();
    expect(cluster.objects('Pod')).toEqual([]);
    const events = await kubectl(cluster, '-n', 'shop', 'get', 'events', '-o', 'jsonpath={.items[*].message}');
    expect(events.stdout).toMatch(
      /pods "api-.*" is forbidden: violates PodSecurity "restricted:latest": .*\(container "api" must set securityContext.allowPrivilegeEscalation=false\)/,
    );
  });

  test('the journal has the requests in their order, with who made them', async () => {
    await apply(cluster, [namespace(), configMap('api')]);
    expect(cluster.journal.filter(({ verb }) => verb === 'apply')).toMatchObject([
      { manager: 'devstack', kind: 'Namespace', name: 'shop', code: 201, hasChanged: true },
      { manager: 'devstack', kind: 'ConfigMap', namespace: 'shop', name: 'api', code: 201, hasChanged: true },
    ]);
    const seen = cluster.journal.length;
    await kubectl(cluster, '-n', 'shop', 'annotate', 'configmap/api', 'a=b');
    expect(changesIn(cluster.journal.slice(seen))).toEqual(['ConfigMap/api']);
  });
});
