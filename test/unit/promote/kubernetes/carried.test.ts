import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { container, kafka, mongodb, postgres, rabbitmq, secret, service, task, worker } from '../../../../src/index.ts';
import { literal } from '../../../../src/promote/kubernetes/words.ts';
import { portNames } from '../../../../src/promote/kubernetes/cluster.ts';
import { fillNeeded } from '../../../../src/promote/kubernetes/secrets.ts';
import { yamlText } from '../../../../src/promote/kubernetes/yaml.ts';
import { promoteResources, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';
import type { InCluster } from '../../../rig/promote.ts';

const promoted = (resources: Parameters<typeof stackOf>[0]) => promoteToKubernetes(stackOf(resources));

/** The spec of one, as anybody would read it. */
function find({ objects }: InCluster, kind: string, name: string) {
  const found = objects.find((object) => object.kind === kind && object.metadata.name.startsWith(name));
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

test('every text stays what it is, to readers of either version of YAML', () => {
  const word = fc.constantFrom(
    'yes',
    'no',
    'on',
    '1e3',
    '0o14',
    '012',
    '1_000',
    '12:30:45',
    'null',
    '~',
    '.5',
    'n',
    '=',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), word)), (data) => {
      const text = yamlText(['head'], [{ data }]);
      for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual({ data });
    }),
  );
});

test('a name of a port has at most 15 letters, digits and dashes, a letter among them, and is nobody else’s', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z0-9][a-zA-Z0-9-]{0,30}$/), { maxLength: 12 }), (names) => {
      const ports = names.map((name, index) => ({ name, number: index + 1, protocol: 'tcp' as const }));
      const made = [...portNames({ ports }).values()];
      for (const name of made) expect(name).toMatch(/^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/);
      expect(new Set(made).size).toBe(names.length);
    }),
  );
});

test('what a shell fills in is not filled in by the cluster', () => {
  // As the kubelet reads it: two signs are one, and one before a bracket begins a variable.
  const read = (text: string) => text.replace(/\$(?:\$|\(\w*\))/g, (found) => (found === '$$' ? '$' : 'variable'));
  const shell = fc.array(fc.constantFrom('$', '(', ')', 'x', '{')).map((signs) => signs.join(''));
  fc.assert(fc.property(shell, (text) => read(literal(text)) === text));
  expect(literal('[ "$(id)" = "$NAME" ]')).toBe('[ "$$(id)" = "$NAME" ]');
});

describe('secrets', () => {
  const db = postgres({ password: secret('DB_PASS') });
  const api = service({
    cwd: 'api',
    dev: 'node server.mjs',
    env: { DATABASE_URL: db.url, READ_ONLY: `${db.url}?mode=ro`, TOKEN_TTL: '3600', PLAIN: 'x' },
  });

  test('an address with a password in it is one value, encoded, in the source of a Secret only', () => {
    const made = promoted({ db, api });
    const value = 'p@ss/w#rd';
    const overlay = made.overlays.find(({ name }) => name === 'production');
    const files = overlay?.sources.flatMap((source) => source.files) ?? [];
    const textOf = (name: string) => files.find(({ path }) => path === name)?.textOf(new Map([['DB_PASS', value]]));
    const encoded = 'p%40ss%2Fw%23rd';
    expect(textOf('secrets/db.app.env')).toEqual({
      kind: 'text',
      text: `username=app
password=${value}
dbname=db
host=db.shop.svc
port=5432
uri=postgresql://app:${encoded}@db.shop.svc:5432/db
jdbc-uri=jdbc:postgresql://db.shop.svc:5432/db?password=${encoded}&user=app
`,
    });
    expect(textOf('secrets/api.env')).toEqual({
      kind: 'text',
      text: `READ_ONLY=postgresql://app:${encoded}@db.shop.svc:5432/db?mode=ro\nTOKEN_TTL=3600\n`,
    });
    expect(find(made, 'ConfigMap', 'api-config')['data']).toEqual({ HOST: '0.0.0.0', PORT: '8080', PLAIN: 'x' });
  });

  test('what is a server’s and nothing more is read from the Secret of the server; a Job has its own', () => {
    const move = task({ cwd: 'api', run: 'node move.mjs', env: { DATABASE_URL: db.url } });
    const night = task({ cwd: 'api', run: 'node night.mjs', schedule: '0 3 * * *', env: { PGPASSWORD: db.password } });
    const bus = rabbitmq();
    const docs = mongodb();
    const mail = worker({ cwd: 'api', dev: 'node server.mjs', env: { AMQP: bus.url, MONGO: docs.url } });
    const made = promoted({ db, api, move, night, bus, docs, mail });
    const envOf = (kind: string, name: string) => JSON.stringify(find(made, kind, name)['spec']);
    const from = (name: string, key: string) => JSON.stringify({ valueFrom: { secretKeyRef: { name, key } } }).slice(1);
    expect(envOf('Deployment', 'api')).toContain(`"name":"DATABASE_URL",${from('db-app', 'uri')}`);
    expect(envOf('StatefulSet', 'db')).toContain(`"name":"POSTGRES_PASSWORD",${from('db-app', 'password')}`);
    expect(envOf('CronJob', 'night')).toContain(`"name":"PGPASSWORD",${from('db-app', 'password')}`);
    expect(envOf('Deployment', 'mail')).toContain(`"name":"AMQP",${from('bus-app', 'uri')}`);
    expect(envOf('Deployment', 'mail')).toContain(`"name":"MONGO",${from('docs-app', 'connectionString.standard')}`);
    expect(envOf('Job', 'move')).not.toContain('db-app');
    const [overlay] = made.overlays;
    expect(overlay?.sources.map(({ name }) => name)).toEqual([
      'db-app',
      'bus-app',
      'docs-app',
      'api-secrets',
      'move-secrets',
    ]);
  });

  test('a server elsewhere has one as well, of which everybody reads', () => {
    const far = postgres({ deploy: { external: secret('FAR_URL') } });
    const near = service({ cwd: 'api', dev: 'node server.mjs', env: { DATABASE_URL: far.url } });
    const made = promoted({ far, near });
    expect(JSON.stringify(find(made, 'Deployment', 'near')['spec'])).toContain('"name":"far-app","key":"uri"');
    const source = made.overlays[0]?.sources.find(({ name }) => name === 'far-app');
    expect(source?.dataOf(new Map([['FAR_URL', 'postgresql://a:b@far/c']]))).toEqual({ uri: 'postgresql://a:b@far/c' });
    expect(source?.controllers).toEqual([{ kind: 'Deployment', name: 'near' }]);
  });

  test('a value with a line break does not fit into a line, and is no half a value', () => {
    const [overlay] = promoted({ db, api }).overlays;
    const source = overlay?.sources.flatMap(({ files }) => files).find(({ path }) => path === 'secrets/db.app.env');
    expect(source?.textOf(new Map([['DB_PASS', 'a\nb']]))).toEqual({ kind: 'unfit', variables: ['password'] });
  });

  test('what is set wins over what is there, which wins over what is made up', () => {
    const needed = ['A', 'B', 'C', 'D'].map((name) => ({
      variable: name,
      name,
      what: 'secret' as const,
      ...(name !== 'D' && { generateLength: 4 }),
    }));
    const filled = fillNeeded(needed, { given: { A: 'set' }, known: { A: 'old', B: 'old' }, makeUp: () => 'made' });
    expect([...filled.values.values(), filled.missing]).toEqual(['set', 'old', 'made', '', ['D']]);
  });
});

test('a page with a certificate is told https, and a port of this machine where only those lead inside', () => {
  const page = service({ cwd: 'frontend', dev: 'node server.mjs', build: './frontend', deploy: { ingress: true } });
  const api = service({ cwd: 'api', dev: 'node server.mjs', env: { ORIGIN: page.origin } });
  const { objects, tree } = promoted({ page, api });
  const config = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'api-config');
  expect(config?.['data']).toMatchObject({ ORIGIN: 'https://page.shop.localhost' });
  expect(tree.get('deploy/k8s/overlays/kind/api-configmap.yaml')).toContain('ORIGIN: http://localhost:8080\n');
  expect(tree.get('deploy/k8s/overlays/kind/page-ingress.yaml')).toContain('$patch: delete');
});

test('a broker sends its clients on to the name they all reach it by', () => {
  const config = find(promoted({ events: kafka() }), 'ConfigMap', 'events-config')['data'];
  expect(config).toMatchObject({
    KAFKA_LISTENERS: 'INSIDE://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: 'INSIDE://events.shop.svc:9092',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
  });
  expect(promoteResources({ events: kafka() }).text).toContain('KAFKA_ADVERTISED_LISTENERS: INSIDE://events:9092\n');
});

describe('what runs it', () => {
  const run = (one: Parameters<typeof stackOf>[0]) => promoted(one);

  test('a service runs three times, a worker once, and who has a number has that number', () => {
    const made = run({
      api: service({ cwd: 'api', dev: 'node server.mjs' }),
      mail: worker({ cwd: 'api', dev: 'node server.mjs' }),
      own: service({ cwd: 'api', dev: 'node server.mjs', deploy: { replicas: 2 } }),
    });
    const replicas = ['api', 'mail', 'own'].map((name) => find(made, 'Deployment', name)['spec']);
    expect(replicas).toMatchObject([{ replicas: 3 }, { replicas: 1 }, { replicas: 2 }]);
    expect(made.tree.get('deploy/k8s/overlays/kind/kustomization.yaml')).toContain(
      'replicas:\n  - name: api\n    count: 1\n  - name: own\n    count: 1\n',
    );
    expect(made.tree.get('deploy/k8s/overlays/staging/kustomization.yaml')).toContain(
      'replicas:\n  - name: api\n    count: 2\n',
    );
  });

  test('a task is a Job whose name changes with what it runs; with a clock, or by hand, a CronJob', () => {
    const nameOf = (run: string) =>
      find(promoted({ move: task({ cwd: 'api', run, when: 'up' }) }), 'Job', 'move').metadata.name;
    expect(nameOf('node a.mjs')).toMatch(/^move-[0-9a-f]{8}$/);
    expect(nameOf('node a.mjs')).toBe(nameOf('node a.mjs'));
    expect(nameOf('node a.mjs')).not.toBe(nameOf('node b.mjs'));
    const clocked = run({
      report: task({ cwd: 'api', run: 'node a.mjs', schedule: '0 3 * * *' }),
      once: task({ cwd: 'api', run: 'node a.mjs', when: 'manual' }),
    });
    expect(find(clocked, 'CronJob', 'report')['spec']).toMatchObject({ schedule: '0 3 * * *' });
    expect(find(clocked, 'CronJob', 'once')['spec']).toMatchObject({ suspend: true });
  });

  test('one volume of several pods is one claim, which a machine of one’s own can have, too', () => {
    const cms = container({
      image: 'wordpress:6.8',
      ports: { http: { containerPort: 80 } },
      volumes: { content: '/x' },
      deploy: { replicas: 2 },
    });
    const { objects, notes, tree } = run({ cms });
    expect(objects.filter(({ kind }) => kind === 'PersistentVolumeClaim').map((object) => object['spec'])).toEqual([
      { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '10Gi' } } },
    ]);
    expect(notes.map(({ text }) => text)).toContain(
      'several pods have the volume content: the cluster needs storage that many nodes write to (ReadWriteMany)',
    );
    expect(tree.get('deploy/k8s/overlays/kind/cms-pvc.yaml')).toContain('accessModes: [ReadWriteOnce]');
  });
});

test('what a cluster would refuse is a problem with its line', () => {
  const api = service({ cwd: 'api', dev: 'node server.mjs', deploy: { labels: { team: 'no label: this' } } });
  expect(promoted({ api }).problems).toEqual([
    {
      code: 'bad-name',
      at: expect.stringMatching(/:\d+$/),
      message: expect.stringContaining('api: deploy.labels has team'),
    },
  ]);
});
