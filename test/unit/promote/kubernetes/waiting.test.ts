import { expect, test } from 'vitest';
import { postgres, redis, secret, service, task, worker } from '../../../../src/index.ts';
import { imagesByTag, pinningBy } from '../../../../src/promote/images-lock.ts';
import { at, listAt, textAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { podOf } from '../../../../src/promote/kubernetes/rules/pod.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { promoteToCompose, promoteToHelm, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const node = { cwd: 'api', dev: 'node a.mjs' } as const;
const db = postgres({ pooler: true });
const cache = redis();
const far = redis({ deploy: { external: secret('FAR_URL') } });
const move = task({ cwd: 'api', run: 'node move.mjs', dependsOn: db });
const api = service({
  ...node,
  env: { DATABASE_URL: db.url, CACHE: cache.url, FAR: far.url },
  dependsOn: move,
  sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }],
  deploy: { waitFor: 'init' },
});
const mail = worker({ ...node, dependsOn: api, deploy: { waitFor: 'init' } });
const alone = worker({ ...node, deploy: { waitFor: 'init' } });
const stack = stackOf({ db, cache, far, move, api, mail, alone });
const made = promoteToKubernetes(stack);
const before = (name: string) => {
  const pod = made.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  return listAt(pod, 'spec', 'template', 'spec', 'initContainers');
};

test('a pod begins once what it needs and is let in to takes connections, and waits for no task', () => {
  const addresses = before('api').map((one) => [textAt(one, 'name'), ...listAt(one, 'command').slice(3)]);
  expect(addresses).toEqual([
    ['wait-for-db-pooler', 'db-pooler.shop.svc', '5432'],
    ['wait-for-cache', 'cache.shop.svc', '6379'],
    ['proxy'],
  ]);
  expect(before('mail').map((one) => listAt(one, 'command').slice(3))).toEqual([['api.shop.svc', '8080']]);
  expect(before('alone')).toEqual([]);
  for (const name of ['db', 'db-pooler', 'cache']) expect(before(name)).toEqual([]);
  const policy = made.objects.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'mail');
  expect(JSON.stringify(at(policy, 'spec', 'egress'))).toContain('"app.kubernetes.io/instance":"api"');
});

test('what waits has no rights, and does not make a pod less guaranteed', () => {
  const [first] = before('api');
  expect(first).toMatchObject({
    image: 'busybox:1.37.0',
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  });
  expect(at(first, 'resources', 'requests')).toEqual(at(first, 'resources', 'limits'));
  expect(judge(made.objects).violations).toEqual([]);
  const jobs = made.objects.flatMap((object) => podOf(object) ?? []).filter(({ ends }) => ends);
  expect(jobs.flatMap(({ containers }) => containers.filter(({ isInit }) => isInit))).toEqual([]);
});

test('its image is locked and set like others, and compose needs none', () => {
  const composed = promoteToCompose(stack);
  const digest = `sha256:${'a'.repeat(64)}`;
  const { pin } = pinningBy(new Map([['busybox:1.37.0', digest]]));
  expect(pin('busybox:1.37.0')).toBe(`busybox:1.37.0@${digest}`);
  const used = imagesByTag(composed.plan.workloads, new Set(['busybox:1.37.0', 'busybox:1.36.0']));
  expect(used).toEqual([{ image: 'busybox:1.37.0', users: ['api', 'mail'] }]);
  const { tree, folder } = promoteToHelm(stack);
  expect(tree.get(`${folder}/values.yaml`)).toMatch(/initContainers:\n {4}wait-for-db-pooler:\n {6}image:\n/);
  expect(tree.get(`${folder}/templates/api/deployment.yaml`)).toContain('db-pooler.{{ $.Release.Namespace }}.svc');
  expect(composed.text).not.toContain('busybox');
  expect(composed.notes.map(({ text }) => text)).toEqual([]);
});
