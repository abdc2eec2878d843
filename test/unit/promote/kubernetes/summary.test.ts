import { expect, test } from 'vitest';
import { postgres, redis, service, worker } from '../../../../src/index.ts';
import { at } from '../../../../src/promote/kubernetes/rules/data.ts';
import { podOf } from '../../../../src/promote/kubernetes/rules/pod.ts';
import { loadExample, promoteToCompose, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

test('what people would add by hand is counted', async () => {
  expect(promoteToKubernetes(await loadExample('examples/identity')).summary).toMatchInlineSnapshot(`
    [
      "Readiness checks: 21; Secrets: 19; containers with requests and limits: 22 of 22; autoscalers: 5",
      "Quality of service: all Burstable",
    ]
  `);
});

test('pods are sorted by what they are guaranteed, and services with one database are named', () => {
  const db = postgres();
  const own = db.addDatabase('own');
  const sure = { requests: { cpu: 1, memory: '512Mi' }, limits: { cpu: 1, memory: '512Mi' } } as const;
  const made = promoteToKubernetes(
    stackOf({
      db,
      api: service({ cwd: 'api', dev: 'node a.mjs', env: { URL: db.url }, deploy: { resources: sure } }),
      mail: worker({ cwd: 'api', dev: 'node a.mjs', env: { URL: db.url } }),
      page: service({ image: 'registry.example.com/page:1', port: 8080, env: { URL: db.url } }),
      bill: service({ image: 'registry.example.com/bill:1', port: 8081, env: { URL: own.url } }),
    }),
  );
  expect(made.summary.slice(1)).toMatchInlineSnapshot(`
    [
      "Quality of service: Burstable db, db-databases-ca4e7824, mail, page, bill; Guaranteed api",
      "api, page share one database of db: db.addDatabase() gives each its own",
    ]
  `);
});

test('what is guaranteed requests all it may use, and so does what stands next to it', () => {
  const cache = redis({ deploy: { qos: 'guaranteed' } });
  const api = service({
    cwd: 'api',
    dev: 'node a.mjs',
    env: { CACHE: cache.url },
    sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0' }],
    deploy: { qos: 'guaranteed', vpa: 'initial', resources: { limits: { memory: '1Gi' } } },
  });
  const made = promoteToKubernetes(stackOf({ cache, api }));
  expect(made.summary[1]).toBe('Quality of service: all Guaranteed');
  const resources = made.objects
    .flatMap((object) => podOf(object)?.containers ?? [])
    .map(({ name, data }) => [name, at(data, 'resources')]);
  const amounts = (cpu: string, memory: string) => ({
    requests: expect.objectContaining({ cpu, memory }),
    limits: expect.objectContaining({ cpu, memory }),
  });
  expect(Object.fromEntries(resources)).toEqual({
    cache: amounts('1', '1Gi'),
    proxy: amounts('250m', '128Mi'),
    api: amounts('1', '1Gi'),
  });
  const [scaler] = made.objects.filter(({ kind }) => kind === 'VerticalPodAutoscaler');
  expect(JSON.stringify(scaler)).toContain('RequestsAndLimits');
  const composed = promoteToCompose(stackOf({ cache, api }));
  expect(composed.notes.map(({ text }) => text)).toEqual(['deploy.vpa is not carried over']);
  expect(composed.text).toMatch(
    / {2}api:\n[^]*?limits:\n *cpus: "1"\n *memory: 1g\n *pids: 512\n *reservations:\n *cpus: "1"\n *memory: 1g\n/,
  );
});
