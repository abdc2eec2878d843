import { expect, test } from 'vitest';
import { service } from '../../../../src/index.ts';
import { at, listAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { promoteToCompose, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const node = { cwd: 'api', dev: 'node a.mjs' } as const;
const api = service({ ...node, port: 3000, deploy: { servicePort: 80 } });
const two = service({ ...node, ports: { http: 8080, admin: 9090 }, deploy: { servicePort: { admin: 81 } } });
const web = service({
  ...node,
  port: 4000,
  env: { API: api.url, ADMIN: two.endpoint('admin').url, HTTP: two.url },
  dependsOn: api,
  deploy: { waitFor: 'init' },
});
const stack = stackOf({ api, two, web });
const made = promoteToKubernetes(stack);
const find = (kind: string, name: string) =>
  made.objects.find((object) => object.kind === kind && object.metadata.name === name);

test('a Service listens on what the config says, and leads to what the container listens on', () => {
  const portsOf = (name: string) =>
    listAt(find('Service', name), 'spec', 'ports').map((one) => [at(one, 'port'), at(one, 'targetPort')]);
  expect(portsOf('api')).toEqual([[80, 'http']]);
  expect(portsOf('two')).toEqual([
    [8080, 'http'],
    [81, 'admin'],
  ]);
  expect(judge(made.objects).violations).toEqual([]);
});

test('addresses follow, and rules of networks stay those of containers', () => {
  expect(find('ConfigMap', 'web-config')?.['data']).toMatchObject({
    API: 'http://api.shop.svc:80',
    ADMIN: 'http://two.shop.svc:81',
    HTTP: 'http://two.shop.svc:8080',
  });
  expect(JSON.stringify(find('Deployment', 'web'))).toContain('"api.shop.svc","80"');
  expect(JSON.stringify(find('NetworkPolicy', 'api'))).not.toContain('"port":80}');
  const composed = promoteToCompose(stack);
  expect(composed.text).toContain('API: http://api:3000');
  expect(composed.notes.map(({ resource, text }) => `${resource}: ${text}`)).toEqual([
    'api: deploy.servicePort is not carried over',
    'two: deploy.servicePort is not carried over',
  ]);
});
