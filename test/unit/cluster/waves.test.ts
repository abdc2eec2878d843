import { expect, test } from 'vitest';
import { applyFailure } from '../../../src/cluster/apply-failure.ts';
import { imagesOf, withImages, withPulls } from '../../../src/cluster/images.ts';
import { fatesOf, leftoversOf } from '../../../src/cluster/prune.ts';
import { wavesOf } from '../../../src/cluster/waves.ts';
import type { KubeObject } from '../../../src/promote/kubernetes/object.ts';

const object = (kind: string, name: string, rest: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels: { 'app.kubernetes.io/name': name.replace(/-[0-9a-f]{8}$/, '') } },
  ...rest,
});
const withPod = (kind: string, name: string, image: string): KubeObject =>
  object(kind, name, { spec: { template: { spec: { containers: [{ name, image }] } } } });

test('what runs nothing comes first, with the namespace before all; then each after what it needs', () => {
  const objects = [
    object('Deployment', 'web'),
    object('Service', 'web'),
    object('Job', 'migrate-0123abcd'),
    object('CronJob', 'clean'),
    object('StatefulSet', 'db'),
    object('Namespace', 'shop'),
    object('Deployment', 'worker'),
  ];
  const needs = new Map([
    ['web', ['migrate', 'db']],
    ['migrate', ['db']],
    ['worker', ['db']],
  ]);
  const waves = wavesOf(objects, needs);
  expect(waves.map((wave) => wave.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`))).toEqual([
    ['Namespace/shop', 'Service/web', 'CronJob/clean'],
    ['StatefulSet/db'],
    ['Job/migrate-0123abcd', 'Deployment/worker'],
    ['Deployment/web'],
  ]);
  expect(waves.flatMap(({ runners }) => runners.map(({ resource }) => resource))).toEqual([
    'db',
    'migrate',
    'worker',
    'web',
  ]);
});

test('a Job whose image is another has another name, wherever it is named; others keep theirs', () => {
  const job = withPod('Job', 'migrate-0123abcd', 'shop/api:dev');
  const policy = object('NetworkPolicy', 'migrate', { spec: { podSelector: { of: 'migrate-0123abcd' } } });
  const db = withPod('StatefulSet', 'db', 'postgres:17');
  const there = (tag: string) => withImages([job, policy, db], new Map([['shop/api:dev', `shop/api:${tag}`]]));
  const [changed, followed, same] = there('1');
  expect(changed?.metadata.name).toMatch(/^migrate-[0-9a-f]{8}$/);
  expect(changed?.metadata.name).not.toBe('migrate-0123abcd');
  expect(followed).toMatchObject({ spec: { podSelector: { of: changed?.metadata.name } } });
  expect(same).toEqual(db);
  expect(imagesOf([changed, same] as KubeObject[])).toEqual(['shop/api:1', 'postgres:17']);
  expect(there('1')).toEqual(there('1'));
  expect(there('2')[0]?.metadata.name).not.toBe(changed?.metadata.name);
});

test('nodes ask for images that were pushed, and take those they were given', () => {
  const containers = [
    { name: 'api', image: 'localhost:5001/api:1', imagePullPolicy: 'IfNotPresent' },
    { name: 'proxy', image: 'envoy:1', imagePullPolicy: 'Always' },
  ];
  const pod = object('Deployment', 'api', { spec: { template: { spec: { containers } } } });
  const policies = (images: readonly string[]) =>
    JSON.stringify(withPulls([pod], new Set(images))).match(/"imagePullPolicy":"\w+"/g);
  expect(policies(['localhost:5001/api:1'])).toEqual([
    '"imagePullPolicy":"Always"',
    '"imagePullPolicy":"IfNotPresent"',
  ]);
  expect(policies([])).toEqual(['"imagePullPolicy":"IfNotPresent"', '"imagePullPolicy":"IfNotPresent"']);
  // What names an image and has no such word is no container.
  const cluster = object('Cluster', 'db', { spec: { image: 'postgres:17' } });
  expect(withPulls([cluster], new Set(['postgres:17']))).toEqual([cluster]);
});

test('what is gone from the stack is removed, but for data and for what others own', () => {
  const owned = { ...object('Job', 'clean-1'), metadata: { name: 'clean-1', ownerReferences: [{ name: 'clean' }] } };
  const live = [object('Service', 'old'), object('Service', 'web'), object('PersistentVolumeClaim', 'data'), owned];
  const wanted = [object('Service', 'web'), object('Deployment', 'old')];
  expect(leftoversOf(live, wanted, { withVolumes: false })).toEqual([{ kind: 'Service', name: 'old' }]);
  expect(leftoversOf(live, wanted, { withVolumes: true })).toHaveLength(2);
});

test('only what somebody wants otherwise has changed', () => {
  const before = [object('Service', 'a'), object('Service', 'b', { spec: { port: 1 } })];
  const after = [
    { ...object('Service', 'a'), status: { seen: true } },
    object('Service', 'b', { spec: { port: 2 } }),
    object('Service', 'c'),
  ];
  expect(fatesOf(before, after)).toEqual({ created: 1, changed: 1, same: 1 });
});

test.each([
  [
    'error: resource mapping not found for name: "w" namespace: "s" from "STDIN": no matches for kind "ScaledObject" in version "keda.sh/v1alpha1"\nensure CRDs are installed first',
    'The cluster does not know ScaledObject (keda.sh/v1alpha1)',
  ],
  ['The StatefulSet "db" is invalid', 'Nothing after it was applied'],
  [
    'Error from server (Invalid): StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\'',
    'add --recreate db',
  ],
  ['pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true', 'fewer rights only'],
  ['deployments.apps is forbidden: User "dev" cannot patch resource', 'This user may not'],
  ['Job.batch "m" is invalid: spec.template: Invalid value: field is immutable', 'kubectl delete'],
  ['exceeded quota: compute, requested: limits.cpu=2', 'has a quota (compute)'],
  ['strict decoding error: unknown field "spec.foo"', 'Kubernetes 1.30 is the oldest'],
])('a refusal is explained: %s', (talk, hint) => {
  const failure = applyFailure('kind-shop', `Warning: something else\n${talk}\n`);
  expect(failure).toMatchObject({ code: 'apply-refused', reason: talk });
  expect('hint' in failure && failure.hint).toContain(hint);
});
