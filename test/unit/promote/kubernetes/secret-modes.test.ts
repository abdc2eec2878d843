import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { param, postgres, secret, service, task } from '../../../../src/index.ts';
import { parseStoreRef } from '../../../../src/core/secret-mode.ts';
import type { SecretMode } from '../../../../src/promote/kubernetes/secret-modes/mode.ts';
import { sealedSecretOf, seal } from '../../../../src/promote/kubernetes/secret-modes/sealed.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { operatorErrors } from '../../../rig/operator-schema.ts';
import { EXAMPLES, loadExample, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';
import type { InCluster } from '../../../rig/promote.ts';

const STORE: SecretMode = { kind: 'external-secrets', store: { kind: 'ClusterSecretStore', name: 'vault' } };

function overlay({ overlays, tree }: InCluster, name: string) {
  const found = overlays.find((one) => one.name === name);
  if (!found) throw new Error(`no overlay ${name}`);
  return { ...found, kustomization: parse(tree.get(`${found.folder}/kustomization.yaml`) ?? '') };
}

describe('out of a store', () => {
  const db = postgres({ password: secret('DB_PASS') });
  const api = service({
    cwd: 'api',
    dev: 'node server.mjs',
    env: {
      DATABASE_URL: `${db.url}?x=1`,
      KEY: secret('API_KEY'),
      REGION: param('REGION'),
      TOKEN_TTL: '3600',
      ODD: '{{x}}',
    },
    files: { '/etc/api.json': { password: db.password, note: 'a "{{b}}"' } },
  });
  const move = task({ cwd: 'api', run: 'node move.mjs', env: { TOKEN_TTL: '9' } });
  const made = promoteToKubernetes(stackOf({ db, api, move }), STORE);

  test('every Secret is asked of it, and put together there, with percent-encoding', () => {
    const { objects } = overlay(made, 'production');
    const asked = objects.find(({ metadata }) => metadata.name === 'api-secrets');
    expect(asked?.['spec']).toEqual({
      refreshInterval: '1h',
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      target: {
        name: 'api-secrets',
        creationPolicy: 'Owner',
        template: {
          engineVersion: 'v2',
          type: 'Opaque',
          metadata: { labels: { 'app.kubernetes.io/part-of': 'shop' } },
          data: {
            DATABASE_URL: 'postgresql://app:{{ .DB_PASS | urlquery | replace "+" "%20" }}@db.shop.svc:5432/db?x=1',
            KEY: '{{ .API_KEY }}',
            REGION: '{{ .REGION }}',
            TOKEN_TTL: '3600',
          },
        },
      },
      data: ['DB_PASS', 'API_KEY', 'REGION'].map((secretKey) => ({
        secretKey,
        remoteRef: { key: 'shop-production', property: secretKey },
      })),
    });
    const file = objects.find(({ metadata }) => metadata.name === 'api-secret-files');
    expect(file?.['spec']).toMatchObject({
      target: {
        template: {
          data: {
            'api.json': `{\n  "password": "{{ .DB_PASS | toJson | trimPrefix "\\"" | trimSuffix "\\"" }}",\n  "note": "a \\"{{ "{{" }}b}}\\""\n}\n`,
          },
        },
      },
    });
  });

  test('what only sounds secret is asked of nobody', () => {
    const { objects, kustomization } = overlay(made, 'production');
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['db-app', 'api-secrets', 'api-secret-files']);
    expect(kustomization.secretGenerator).toEqual([
      { name: 'move-secrets', literals: ['TOKEN_TTL=9'], options: { disableNameSuffixHash: true } },
    ]);
  });

  test('a change there is seen by whoever begins pods anew, and a machine of one’s own has no operator', () => {
    const { kustomization } = overlay(made, 'staging');
    expect(kustomization.resources).toEqual(['../../base', 'external-secrets.yaml']);
    const patched = kustomization.patches.flatMap((one: { target?: { kind: string }; patch: string }) =>
      one.target ? [[one.target.kind, parse(one.patch).metadata.annotations]] : [],
    );
    expect(patched).toEqual([
      ['Deployment', { 'reloader.stakater.com/auto': 'true' }],
      ['StatefulSet', { 'reloader.stakater.com/auto': 'true' }],
    ]);
    const kind = overlay(made, 'kind');
    expect([kind.mode.kind, kind.objects, kind.kustomization.resources]).toEqual([
      'plain',
      [],
      ['../../base', 'node-ports.yaml'],
    ]);
    expect(made.tree.has('deploy/k8s/overlays/kind/secrets.env.example')).toBe(true);
    expect(made.tree.has('deploy/k8s/overlays/production/secrets.env.example')).toBe(false);
  });

  test.each(EXAMPLES)('%s has objects the operator takes, and no rule is broken', async (folder) => {
    const promoted = promoteToKubernetes(await loadExample(folder), STORE);
    for (const name of ['staging', 'production']) {
      const { objects } = overlay(promoted, name);
      expect(objects.flatMap(operatorErrors)).toEqual([]);
      expect(judge([...promoted.objects, ...objects]).violations).toEqual([]);
    }
  });

  test('a field that the operator does not know is found out', () => {
    const [first] = overlay(made, 'production').objects;
    expect(first && operatorErrors({ ...first, nonsense: true })).not.toEqual([]);
  });

  test.each([
    ['vault', { kind: 'ClusterSecretStore', name: 'vault' }],
    ['SecretStore/own', { kind: 'SecretStore', name: 'own' }],
    ['ClusterSecretStore/all.of-us', { kind: 'ClusterSecretStore', name: 'all.of-us' }],
    ['Store/x', undefined],
    ['Vault', undefined],
    ['', undefined],
  ])('the store %j is %j', (text, store) => {
    expect(parseStoreRef(text)).toEqual(store);
  });
});

describe('sealed', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test('whoever has the private key reads it, in the namespace and under the name it is for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sealed = seal(text, 'shop/api-secrets', publicKey);
        expect(unseal(sealed, 'shop/api-secrets', privateKey)).toBe(text);
      }),
      { numRuns: 20 },
    );
    expect(() => unseal(seal('x', 'shop/api-secrets', publicKey), 'shop/other', privateKey)).toThrow();
  });

  test('a Secret is one object that the controller takes, without a value in it', () => {
    const data = { KEY: 'a-value', EMPTY: '' };
    const made = sealedSecretOf({ name: 'api-secrets', namespace: 'shop', stack: 'shop', labels: {}, data }, publicKey);
    expect(operatorErrors(made)).toEqual([]);
    expect(judge([made]).violations).toEqual([]);
    expect(JSON.stringify(made)).not.toContain('a-value');
    expect(made['spec']).toMatchObject({ template: { metadata: { name: 'api-secrets', namespace: 'shop' } } });
  });
});

/** As HybridDecrypt of Sealed Secrets does it. */
function unseal(sealed: string, scope: string, key: KeyObject): string {
  const all = Buffer.from(sealed, 'base64');
  const end = 2 + all.readUInt16BE();
  const [wrapped, rest, tag] = [all.subarray(2, end), all.subarray(end, -16), all.subarray(-16)];
  const session = privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(scope) },
    wrapped,
  );
  const cipher = createDecipheriv('aes-256-gcm', session, Buffer.alloc(12)).setAuthTag(tag);
  return Buffer.concat([cipher.update(rest), cipher.final()]).toString();
}
