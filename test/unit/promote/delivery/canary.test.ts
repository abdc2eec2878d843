import path from 'node:path';
import { expect, test } from 'vitest';
import { postgres, service } from '../../../../src/index.ts';
import { canaryFiles, canaryOf, canaryReleaseFiles } from '../../../../src/promote/delivery/canary.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { KUBERNETES_VERSIONS, kubernetesValidator } from '../../../rig/kubernetes-schema.ts';
import { expectFiles, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const at = { cwd: 'api', dev: 'node server.mjs' };
const ingress = { host: 'api.example.com', className: 'nginx', issuer: 'le' };
const db = postgres();
const api = service({ ...at, env: { DATABASE_URL: db.url }, deploy: { replicas: 10, ingress } });
const scaled = service({
  ...at,
  deploy: { autoscale: { min: 4, max: 9 }, ingress: { ...ingress, host: 'b.example.com' } },
});
const other = service({ ...at, deploy: { ingress: true } });
const made = promoteToKubernetes(stackOf({ db, api, scaled, other }));
const release = { folder: 'deploy/k8s', cluster: made.cluster, imagePrefix: 'ghcr.io/acme/shop' };
const find = (weight: number, kind: string, name: string) =>
  canaryOf(made, weight).objects.find((object) => object.kind === kind && object.metadata.name === name);

test('a second Deployment of what nginx leads to is written, with what lets it in and out', () => {
  const canary = canaryOf(made, 5);
  expect(canary.notes.map(({ resource, text }) => [resource, text])).toEqual([
    ['other', "has no canary: requests are shared by the controller of deploy.ingress.className: 'nginx' alone"],
  ]);
  const files = new Map([...canaryFiles(canary, release, 'devstack'), ...canaryReleaseFiles(canary, release)]);
  expectFiles(files, path.join(import.meta.dirname, 'golden', 'canary'));
});

test('with it, the objects keep the schemas and the rules', () => {
  const { objects } = canaryOf(made, 25);
  for (const version of KUBERNETES_VERSIONS) expect(objects.flatMap(kubernetesValidator(version))).toEqual([]);
  const found = judge([...made.objects, ...objects]).violations;
  expect(found.map(({ rule, object, text }) => [object.kind, object.metadata.name, rule, text])).toEqual([]);
});

test('no Service of the others selects it, and the share of pods follows that of requests', () => {
  const text = (weight: number) => JSON.stringify(find(weight, 'Deployment', 'api-canary'));
  expect(text(5)).toContain('"replicas":2');
  expect(text(50)).toContain('"replicas":5');
  expect(text(50)).not.toContain('"app.kubernetes.io/instance":"api"');
  expect(JSON.stringify(find(50, 'Deployment', 'scaled-canary'))).toContain('"replicas":2');
  expect(find(7, 'Ingress', 'api-canary')?.metadata.annotations).toEqual({
    'nginx.ingress.kubernetes.io/canary': 'true',
    'nginx.ingress.kubernetes.io/canary-weight': '7',
  });
});
