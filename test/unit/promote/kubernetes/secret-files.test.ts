import { expect, test } from 'vitest';
import { postgres, secret, service } from '../../../../src/index.ts';
import { at, listAt, textAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import type { SecretMode } from '../../../../src/promote/kubernetes/secret-modes/mode.ts';
import { promoteToCompose, promoteToHelm, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';

const db = postgres();
const env = { DATABASE_URL: db.url, PGPASSWORD: db.password, KEY: secret('KEY'), TOKEN_TTL: '3600', PLAIN: 'x' };
const api = service({
  cwd: 'api',
  dev: 'node a.mjs',
  env,
  sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0', env: { PROXY_KEY: secret('PROXY_KEY') } }],
  deploy: { secretsAs: 'files' },
});
const page = service({ image: 'registry.example.com/page:1', port: 8080, env, deploy: { secretsAs: 'files' } });
const stack = stackOf({ db, api, page });
const made = promoteToKubernetes(stack);
const podOf = (name: string) =>
  at(
    made.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name),
    'spec',
    'template',
    'spec',
  );

test('no variable has a secret: each is a file, and a variable says where', () => {
  const [container] = listAt(podOf('api'), 'containers');
  expect(at(container, 'envFrom')).toEqual([{ configMapRef: { name: 'api-config' } }]);
  expect(at(container, 'env')).toEqual([
    { name: 'TOKEN_TTL', value: '3600' },
    { name: 'KEY_FILE', value: '/run/secrets/KEY' },
    { name: 'DATABASE_URL_FILE', value: '/run/secrets/DATABASE_URL' },
    { name: 'PGPASSWORD_FILE', value: '/run/secrets/PGPASSWORD' },
  ]);
  const mounts = listAt(container, 'volumeMounts').filter((one) => textAt(one, 'name') === 'secret-values');
  expect(mounts).toEqual(
    ['KEY', 'DATABASE_URL', 'PGPASSWORD'].map((name) => ({
      name: 'secret-values',
      mountPath: `/run/secrets/${name}`,
      subPath: name,
      readOnly: true,
    })),
  );
  expect(listAt(podOf('api'), 'volumes').filter((one) => at(one, 'projected'))).toEqual([
    {
      name: 'secret-values',
      projected: {
        defaultMode: 0o400,
        sources: [
          { secret: { name: 'api-secrets', items: [{ key: 'KEY', path: 'KEY' }] } },
          {
            secret: {
              name: 'db-app',
              items: [
                { key: 'uri', path: 'DATABASE_URL' },
                { key: 'password', path: 'PGPASSWORD' },
              ],
            },
          },
        ],
      },
    },
    {
      name: 'secret-values-proxy',
      projected: {
        defaultMode: 0o400,
        sources: [{ secret: { name: 'api-proxy-secrets', items: [{ key: 'PROXY_KEY', path: 'PROXY_KEY' }] } }],
      },
    },
  ]);
  expect(JSON.stringify(podOf('api'))).not.toMatch(/secretKeyRef|secretRef/);
});

test('whose user nobody knows is in no group, and reads them all the same', () => {
  const [volume] = listAt(podOf('page'), 'volumes').filter((one) => at(one, 'projected'));
  expect(at(volume, 'projected', 'defaultMode')).toBe(0o444);
});

test('the rules hold, with the reason', () => {
  const { violations, exemptions } = judge(made.objects);
  expect(violations).toEqual([]);
  const reasons = exemptions.filter(({ rule }) => rule === 'secret-variable').map(({ reason }) => reason);
  const said = expect.stringContaining('what is written says where a secret is, or only sounds like one');
  expect(reasons).toEqual(Array.from({ length: 4 }, () => said));
});

const MODES: readonly SecretMode[] = [
  { kind: 'plain' },
  { kind: 'external-secrets', store: { name: 'vault', kind: 'ClusterSecretStore' } },
  { kind: 'sealed-secrets', certificate: '' },
  { kind: 'sops' },
  { kind: 'kubectl' },
];

test.each(MODES)('the Secrets are those of variables with $kind', (mode) => {
  const asVariables = stackOf({
    db,
    api: service({ cwd: 'api', dev: 'node a.mjs', env: { DATABASE_URL: db.url, KEY: secret('KEY') } }),
  });
  const asFiles = stackOf({
    db,
    api: service({
      cwd: 'api',
      dev: 'node a.mjs',
      env: { DATABASE_URL: db.url, KEY: secret('KEY') },
      deploy: { secretsAs: 'files' },
    }),
  });
  const overlaysOf = (one: typeof stack) =>
    [...promoteToKubernetes(one, mode).tree].filter(([path]) => path.includes('/overlays/production/'));
  expect(overlaysOf(asFiles)).toEqual(overlaysOf(asVariables));
});

test('a chart names them, and compose keeps variables', () => {
  const { tree, folder } = promoteToHelm(stack);
  expect(tree.get(`${folder}/templates/api/deployment.yaml`)).toContain('name: {{ $values.existingSecret | quote }}');
  expect(tree.get(`${folder}/templates/api/deployment.yaml`)).toContain(
    'name: {{ $values.sidecars.proxy.existingSecret | quote }}',
  );
  const composed = promoteToCompose(stack);
  expect(composed.text).toContain('KEY: ${KEY:?}');
  expect(composed.notes.map(({ resource, text }) => `${resource}: ${text}`)).toEqual(
    ['api', 'page'].map(
      (name) => `${name}: deploy.secretsAs is not carried over: secrets are variables here, as in dev`,
    ),
  );
});
