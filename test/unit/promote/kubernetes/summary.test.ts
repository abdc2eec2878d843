import { expect, test } from 'vitest';
import { postgres, service, worker } from '../../../../src/index.ts';
import { loadExample, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

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
