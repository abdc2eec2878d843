import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { container, postgres, secret, service, task } from '../../../../src/index.ts';
import { promoteToHelm, stackOf } from '../../../rig/promote.ts';
import { imageParts } from '../../../../src/promote/helm/image.ts';

const built = { build: { context: '.' } };

function chartOf(resources: Parameters<typeof stackOf>[0]) {
  const { tree, problems, folder } = promoteToHelm(stackOf(resources));
  const text = (name: string): string => tree.get(`${folder}/${name}`) ?? '';
  const values = parse(text('values.yaml')) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return { tree, problems, text, values };
}

test.each([
  ['postgres', { registry: '', repository: 'postgres', tag: '', digest: '' }],
  ['postgres:17-alpine', { registry: '', repository: 'postgres', tag: '17-alpine', digest: '' }],
  ['library/redis:8', { registry: '', repository: 'library/redis', tag: '8', digest: '' }],
  ['localhost/a', { registry: 'localhost', repository: 'a', tag: '', digest: '' }],
  ['localhost:5000/a/b', { registry: 'localhost:5000', repository: 'a/b', tag: '', digest: '' }],
  [
    'quay.io/minio/minio:1@sha256:ab',
    { registry: 'quay.io', repository: 'minio/minio', tag: '1', digest: 'sha256:ab' },
  ],
])('the parts of the image %s', (name, parts) => {
  expect(imageParts(name)).toEqual(parts);
});

test('what looks like a template in a file or a variable stays a text', () => {
  const files = { '/etc/app/page.html': '<b>{{ .Values.secret }}</b> {{{ raw }}}\n' };
  const { text } = chartOf({ api: service({ ...built, port: 80, env: { FORMAT: '{{ .Name }}' }, files }) });
  expect(text('templates/api/configmap.yaml')).toContain('<b>{{ "{{" }} .Values.secret }}</b> {{ "{{" }}{ raw }}}');
  expect(text('templates/api/configmap.yaml')).toContain('{{ "{{" }} .Name }}');
});

test('secrets are named, and what is in them is nowhere', () => {
  const db = postgres({ password: 'of-dev' });
  const api = service({ ...built, env: { DATABASE_URL: db.url, KEY: secret('KEY', { description: 'of the bank' }) } });
  const { tree, values, text } = chartOf({ db, api });
  for (const content of tree.values()) expect(content).not.toContain('of-dev');
  expect(values['api']?.['existingSecret']).toBe('api-secrets');
  expect(text('templates/NOTES.txt')).toContain(
    [
      '  kubectl -n {{ $.Release.Namespace }} create secret generic {{ $.Values.api.existingSecret }} --from-env-file=secrets/api.env',
      '      KEY=<KEY>',
    ].join('\n'),
  );
  expect(text('templates/NOTES.txt')).toContain('<KEY>  of the bank');
  // That of a server has one name everywhere: whoever writes it, those who read it stay as they are.
  expect(text('templates/NOTES.txt')).toMatch(
    /generic db-app --from-env-file=secrets\/db\.app\.env\n[^]*uri=postgresql:\/\/app:<DB_PASSWORD>@/,
  );
});

test('addresses follow the namespace and the host, wherever they stand', () => {
  const api = service({ ...built, port: 8080, deploy: { ingress: { host: 'api.example.com' } } });
  const web = service({ ...built, port: 80, env: { INSIDE: api.url, OUTSIDE: `${api.publicUrl}/v1` } });
  const { text } = chartOf({ api, web });
  const config = text('templates/web/configmap.yaml');
  expect(config).toContain('INSIDE: http://api.{{ $.Release.Namespace }}.svc:8080');
  expect(config).toContain('OUTSIDE: {{ include "shop.url" $.Values.api }}/v1');
});

test('names with dashes are no words of the language of templates', () => {
  const { text, values } = chartOf({ 'audit-api': service({ ...built, port: 80 }) });
  expect(text('templates/audit-api/deployment.yaml')).toContain('{{- $values := (index .Values "audit-api") }}');
  expect(Object.keys(values)).toEqual(['global', 'audit-api']);
});

test('a resource cannot be called what every chart has', () => {
  const { problems } = chartOf({ global: service({ ...built, port: 80 }) });
  expect(problems).toMatchObject([{ code: 'bad-name', message: expect.stringContaining('Rename it') }]);
});

describe('values', () => {
  const { text, values } = chartOf({
    db: postgres({ deploy: { storage: '20Gi' } }),
    api: service({ ...built, port: 80, deploy: { autoscale: { min: 2, max: 5, cpu: 60 } } }),
    move: task({ cwd: 'api', run: 'node move.mjs' }),
    mail: container({ image: 'quay.io/x/mail:1', ports: { smtp: 25 } }),
  });
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(text('values.schema.json')) as object,
  );
  const withValue = (path: string, value: unknown): unknown => {
    const [first = '', ...rest] = path.split('.');
    const put = (of: unknown, [name = '', ...more]: readonly string[]): unknown => ({
      ...(of as object),
      [name]: more.length === 0 ? value : put((of as Readonly<Record<string, unknown>>)[name], more),
    });
    return put(values, [first, ...rest]);
  };

  test.each([
    ['api.env', { LOG_LEVEL: 'debug' }],
    ['api.nodeSelector', { disk: 'ssd' }],
    ['api.tolerations', [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }]],
    ['api.affinity', { nodeAffinity: {} }],
    ['api.resources', { limits: { memory: '1Gi', 'nvidia.com/gpu': 1 } }],
    ['api.image.digest', `sha256:${'a'.repeat(64)}`],
    ['db.replicas', 0],
    ['db.storage.data.size', '1.5Ti'],
    ['global.imageRegistry', 'mirror.example.com:5000/all'],
    ['global.imagePullSecrets', [{ name: 'login' }]],
  ])('%s may be %j', (path, value) => {
    expect([validate(withValue(path, value)), validate.errors]).toEqual([true, null]);
  });

  test.each([
    ['api.replicas', 'many'],
    ['api.replica', 3],
    ['api.replicas', null],
    ['api.image', null],
    ['api.env', { DB_PASSWORD: 'x' }],
    ['api.env', { apiToken: 'x' }],
    ['api.env', { PORT: 80 }],
    ['api.tolerations', [{ key: 'a', effekt: 'NoSchedule' }]],
    ['api.resources', { limits: { memory: '1 GB' } }],
    ['api.autoscaling.minReplicas', 0],
    ['db.replicas', 2],
    ['db.storage.data.size', 'big'],
    ['db.existingSecret', ''],
    ['mail.image.pullPolicy', 'always'],
    ['global.imageTga', 'x'],
    ['other', {}],
  ])('%s may not be %j', (path, value) => {
    expect(validate(withValue(path, value))).toBe(false);
  });
});
