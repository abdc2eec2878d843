import { expect, test } from 'vitest';
import { service } from '../../../../src/index.ts';
import { listAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { operatorErrors } from '../../../rig/operator-schema.ts';
import { promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const web = service({
  cwd: 'frontend',
  dev: 'node server.mjs',
  deploy: {
    servicePort: 80,
    ingress: { host: 'shop.example.com', gateway: 'infra/public', path: '/app', readTimeout: '5m', rateLimit: 9 },
  },
});
const near = service({ cwd: 'frontend', dev: 'node server.mjs', deploy: { ingress: { gateway: 'own' } } });
const made = promoteToKubernetes(stackOf({ web, near }));
const find = (kind: string, name: string) =>
  made.objects.find((object) => object.kind === kind && object.metadata.name === name);

test('a route of a Gateway is instead of an Ingress', () => {
  const route = find('HTTPRoute', 'web');
  expect(route?.['spec']).toEqual({
    parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'infra' }],
    hostnames: ['shop.example.com'],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/app' } }],
        backendRefs: [{ name: 'web', port: 80 }],
        timeouts: { request: '300s' },
      },
    ],
  });
  expect(find('Ingress', 'web')).toBeUndefined();
  expect(made.objects.filter(({ kind }) => kind === 'HTTPRoute').flatMap(operatorErrors)).toEqual([]);
  expect(route && operatorErrors({ ...route, nonsense: true })).not.toEqual([]);
  expect(judge(made.objects).violations).toEqual([]);
  expect(made.tree.get('deploy/k8s/overlays/kind/web-httproute.yaml')).toContain('$patch: delete');
});

test('the pods of the Gateway are let in, wherever it is', () => {
  const peers = ['web', 'near'].map((name) =>
    listAt(find('NetworkPolicy', name), 'spec', 'ingress')
      .flatMap((rule) => listAt(rule, 'from'))
      .at(-1),
  );
  const peer = (namespace: string, name: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': name } },
  });
  expect(peers).toEqual([peer('infra', 'public'), peer('shop', 'own')]);
});

test('what a route cannot say is a note', () => {
  expect(made.notes.map(({ resource, text }) => `${resource}: ${text}`)).toEqual([
    'web: deploy.ingress.rateLimit is not carried over: a route has none, the Gateway public or its controller has',
    'web: deploy.ingress.gateway takes the Gateway API, and the Gateway public with a certificate for shop.example.com',
    'near: deploy.ingress.gateway takes the Gateway API, and the Gateway own with a certificate for near.shop.localhost',
  ]);
});

test('a route that leads nowhere is found out', () => {
  const lost = made.objects.filter(({ kind, metadata }) => kind !== 'Service' || metadata.name !== 'web');
  expect(judge(lost).violations.map(({ rule, text }) => [rule, text])).toEqual([
    ['ingress-backend', 'there is no Service web in namespace shop; name one that is there'],
  ]);
});
