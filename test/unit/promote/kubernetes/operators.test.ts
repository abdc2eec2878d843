import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Stack } from '../../../../src/core/stack.ts';
import { mongodb, mysql, postgres, rabbitmq, redis, secret, service, task, valkey } from '../../../../src/index.ts';
import type { SecretMode } from '../../../../src/promote/kubernetes/secret-modes/mode.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';
import { operatorErrors } from '../../../rig/operator-schema.ts';
import { expectFiles, promoteToHelm, promoteToKubernetes, stackOf } from '../../../rig/promote.ts';
import type { InCluster } from '../../../rig/promote.ts';

type Mode = 'statefulset' | 'operator' | 'external';

/** A shop, by how its servers run. */
function stackBy(mode: Mode): Stack {
  const deploy = (variable: string) => (mode === 'external' ? { external: secret(variable) } : { mode });
  const db = postgres({
    version: '17',
    args: ['-c', 'max_connections=200'],
    deploy: { ...deploy('DATABASE_URL'), storage: '20Gi' },
  });
  db.addDatabase('reports');
  const mq = rabbitmq({ vhost: 'shop', plugins: ['rabbitmq_stream'], deploy: deploy('AMQP_URL') });
  const docs = mongodb({ version: '8', deploy: deploy('MONGODB_URL') });
  const cache = redis({
    password: secret('CACHE_PASSWORD'),
    args: ['--maxmemory-policy', 'allkeys-lru'],
    deploy: deploy('REDIS_URL'),
  });
  const api = service({
    cwd: 'api',
    dev: 'node server.mjs',
    port: 3000,
    dependsOn: [db, mq],
    env: { DATABASE_URL: db.url, AMQP_URL: mq.url, MONGODB_URL: docs.url, REDIS_URL: cache.url },
  });
  const migrate = task({ cwd: 'api', run: 'node migrate.mjs', env: { NAME: 'shop' } });
  return stackOf({ db, mq, docs, cache, api, migrate });
}

function shop(mode: Mode): InCluster {
  return promoteToKubernetes(stackBy(mode));
}

const operated = shop('operator');

function textsOf({ tree }: InCluster, pattern: RegExp): Readonly<Record<string, string>> {
  return Object.fromEntries([...tree].filter(([name]) => pattern.test(name)));
}

test('who runs a server changes no Deployment and no Job, and nothing that pods of the stack read', () => {
  const own = /\/base\/(?:api|migrate)\/(?!networkpolicy)/;
  expect(Object.keys(textsOf(operated, own)).length).toBeGreaterThan(4);
  expect(textsOf(operated, own)).toEqual(textsOf(shop('statefulset'), own));
  const isPod = /\/base\/(?:api|migrate)\/(?:deployment|job)/;
  expect(textsOf(shop('external'), isPod)).toEqual(textsOf(operated, isPod));
});

test('all that is written for operators they take, and no rule is broken', () => {
  expect(operated.problems).toEqual([]);
  expect(judge(operated.objects).violations.map(({ rule, text }) => [rule, text])).toEqual([]);
  const own = operated.objects.filter(({ apiVersion }) => /cnpg|rabbitmq|mongodb|opstreelabs/.test(apiVersion));
  expect(own.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'Cluster/db',
    'Database/db-reports',
    'RabbitmqCluster/mq',
    'MongoDBCommunity/docs',
    'RedisReplication/cache-ha',
    'RedisSentinel/cache-ha',
  ]);
  expect(own.flatMap(operatorErrors)).toEqual([]);
});

test('as files', () => {
  expectFiles(operated.tree, path.join(import.meta.dirname, 'golden/operators'));
});

test('what cannot be handed to an operator is said, and who has none runs as usual', () => {
  const db = postgres({
    image: 'postgis/postgis:17-3.5',
    init: 'schema.sql',
    args: ['-c', 'wal_level=logical', '-N', '5'],
    deploy: { mode: 'operator', replicas: 2 },
  });
  const cache = redis({ version: '7.2', args: ['cache.conf', '--maxmemory', '64mb'], deploy: { mode: 'operator' } });
  const old = mysql({ deploy: { mode: 'operator' } });
  const { plan, services } = promoteToKubernetes(stackOf({ db, cache, old }));
  expect(plan.notes.map(({ resource, text }) => `${resource}: ${text}`)).toEqual([
    'db: init is not carried over: an operator runs it there',
    'db: image postgis/postgis:17-3.5 is not carried over: an operator runs it there',
    'db: args -N 5 are not carried over: an operator runs it there',
    'cache: args cache.conf are not carried over: an operator runs it there',
    'cache: version 7.2 becomes 7.0.15, or say all of it: an operator runs it there',
    'old: deploy.mode is not carried over: no operator for mysql is known, so a StatefulSet runs it',
  ]);
  expect(services.map(({ objects }) => objects.map(({ kind }) => kind).join(' '))).toEqual([
    'Cluster NetworkPolicy',
    'RedisReplication RedisSentinel Service PodDisruptionBudget NetworkPolicy',
    expect.stringContaining('StatefulSet'),
  ]);
  expect(services[0]?.objects[0]?.['spec']).toMatchObject({
    instances: 2,
    postgresql: { parameters: { wal_level: 'logical' } },
  });
});

test('whoever brings the Secret of an operator, it has the type and the name that operator reads', () => {
  const store: SecretMode = { kind: 'external-secrets', store: { kind: 'ClusterSecretStore', name: 'vault' } };
  const [asked] =
    promoteToKubernetes(stackBy('operator'), store).overlays.find(({ name }) => name === 'production')?.objects ?? [];
  expect(asked?.metadata.name).toBe('db-app');
  expect(asked?.['spec']).toMatchObject({ target: { template: { type: 'kubernetes.io/basic-auth' } } });
  const { tree } = promoteToKubernetes(stackBy('operator'), { kind: 'kubectl' });
  expect(tree.get('deploy/k8s/overlays/production/create-secrets.sh')).toContain(
    'kubectl create secret generic db-app --type=kubernetes.io/basic-auth -n shop',
  );
});

test('the operator of RabbitMQ has its first user from a Secret as it wants it, with a value in no object', () => {
  const made = promoteToKubernetes(stackBy('operator'));
  const production = made.overlays.find(({ name }) => name === 'production');
  const source = production?.sources.find(({ name }) => name === 'mq-default-user');
  const values = new Map(made.needed.map(({ variable }) => [variable, 'pw']));
  expect([source?.isFixed, source?.dataOf(values)]).toEqual([
    true,
    {
      'default_user.conf': 'default_user = app\ndefault_pass = pw\n',
      host: 'mq.shop.svc',
      password: 'pw',
      port: '5672',
      provider: 'rabbitmq',
      type: 'rabbitmq',
      username: 'app',
    },
  ]);
  const cluster = made.objects.find(({ kind }) => kind === 'RabbitmqCluster');
  expect(cluster?.['spec']).toMatchObject({
    replicas: 3,
    secretBackend: { externalSecret: { name: 'mq-default-user' } },
    rabbitmq: { additionalConfig: 'default_vhost = shop\n', additionalPlugins: ['rabbitmq_stream'] },
  });
});

describe('a set of MongoDB', () => {
  const stack = (deploy: { mode?: 'operator'; replicas?: number }) => {
    const docs = mongodb({ replicaSet: true, deploy });
    const env = { MONGODB_URL: docs.url, SAFE_URL: `${docs.url}&w=majority` };
    const api = service({ cwd: 'api', dev: 'node server.mjs', port: 3000, env });
    return stackOf({ docs, api, move: task({ cwd: 'api', run: 'node move.mjs', env }) });
  };
  const made = promoteToKubernetes(stack({ mode: 'operator', replicas: 2 }));
  const known = new Map(made.needed.map(({ variable }) => [variable, 'p/w']));
  const secretsOf = (overlay: string, { overlays }: InCluster = made) =>
    Object.fromEntries(
      overlays.find(({ name }) => name === overlay)?.sources.map((one) => [one.name, one.dataOf(known)]) ?? [],
    );
  const members = 'docs-0.docs-svc.shop.svc:27017,docs-1.docs-svc.shop.svc:27017';

  test('has an address with all of its members, and one by what DNS says of them', () => {
    const { 'docs-app': app, 'api-secrets': own, 'move-secrets': ofTask } = secretsOf('production');
    expect(app).toEqual({
      username: 'app',
      password: 'p/w',
      'connectionString.standard': `mongodb://app:p%2Fw@${members}/docs?authSource=admin&replicaSet=docs`,
      'connectionString.standardSrv':
        'mongodb+srv://app:p%2Fw@docs-svc.shop.svc.cluster.local/docs?authSource=admin&replicaSet=docs&tls=false',
    });
    expect(own).toEqual({
      SAFE_URL: `mongodb://app:p%2Fw@${members}/docs?authSource=admin&replicaSet=docs&w=majority`,
    });
    expect(ofTask).toEqual({ ...own, MONGODB_URL: app?.['connectionString.standard'] });
  });

  test('is one server on one machine, and its address that of the server', () => {
    const { 'docs-app': app, 'api-secrets': own, 'move-secrets': ofTask } = secretsOf('kind');
    const url = 'mongodb://app:p%2Fw@docs.shop.svc:27017/docs?authSource=admin';
    expect(app).toEqual({ username: 'app', password: 'p/w', 'connectionString.standard': url });
    expect(own).toEqual({ SAFE_URL: 'mongodb://app:p%2Fw@docs.shop.svc:27017/docs?authSource=admin&w=majority' });
    expect(ofTask).toEqual({ ...own, MONGODB_URL: url });
  });

  test('is in a variable of the same name, from the same key of the same Secret, as one server is', () => {
    const own = /\/base\/api\/(?!networkpolicy)/;
    expect(textsOf(made, own)).toEqual(textsOf(promoteToKubernetes(stack({})), own));
  });
});

test('a chart has the same, and says what is in the Secrets', () => {
  const { tree, problems } = promoteToHelm(stackBy('operator'));
  expect(problems).toEqual([]);
  expect(tree.get('deploy/helm/shop/templates/db/cluster.yaml')).toContain('kind: Cluster\n');
  expect(tree.get('deploy/helm/shop/templates/NOTES.txt')).toContain(
    '      default_user.conf with <MQ_PASSWORD>\n      host with mq.{{ $.Release.Namespace }}.svc\n',
  );
  const members = [0, 1, 2].map((number) => `docs-${number}.docs-svc.{{ $.Release.Namespace }}.svc:27017`).join(',');
  expect(tree.get('deploy/helm/shop/templates/NOTES.txt')).toContain(
    `connectionString.standard=mongodb://app:<DOCS_PASSWORD>@${members}/docs?authSource=admin&replicaSet=docs\n`,
  );
  const named = promoteToHelm(stackOf({ cache: redis({ deploy: { mode: 'chart' } }) })).tree;
  expect(named.get('deploy/helm/shop/templates/cache/service.yaml')).toContain(
    'externalName: cache-ha-master.{{ $.Release.Namespace }}.svc.cluster.local\n',
  );
});

test('Redis has copies and three who watch them, with a password in no object', () => {
  const [replication, sentinel] = ['RedisReplication', 'RedisSentinel'].map((kind) =>
    operated.objects.find((object) => object.kind === kind),
  );
  const password = { name: 'cache-app', key: 'password' };
  expect(replication?.['spec']).toMatchObject({
    clusterSize: 3,
    kubernetesConfig: { image: 'quay.io/opstree/redis:v8.2.5', redisSecret: password },
    redisConfig: { dynamicConfig: ['maxmemory-policy allkeys-lru'] },
    storage: { keepAfterDelete: true },
  });
  expect(sentinel?.['spec']).toMatchObject({
    clusterSize: 3,
    kubernetesConfig: { image: 'quay.io/opstree/redis-sentinel:v8.2.5' },
    redisSentinelConfig: {
      redisReplicationName: 'cache-ha',
      masterGroupName: 'cache',
      quorum: '2',
      redisReplicationPassword: { secretKeyRef: password },
    },
  });
  const source = operated.overlays[2]?.sources.find(({ name }) => name === 'cache-app');
  expect([source?.isFixed, source?.dataOf(new Map([['CACHE_PASSWORD', 'pw']]))]).toEqual([
    true,
    { password: 'pw', host: 'cache.shop.svc', port: '6379', uri: 'redis://:pw@cache.shop.svc:6379' },
  ]);
});

test('what has no volume, and no password, has none with copies either', () => {
  const cache = redis({ version: '7.2.6', persist: false, deploy: { mode: 'operator', replicas: 2 } });
  const { objects, problems } = promoteToKubernetes(stackOf({ cache }));
  expect(problems).toEqual([]);
  const own = objects.filter(({ apiVersion }) => apiVersion.includes('opstreelabs'));
  expect(own.flatMap(operatorErrors)).toEqual([]);
  expect(own.map(({ spec }) => spec)).toEqual([
    expect.not.objectContaining({ storage: expect.anything() as unknown }),
    expect.objectContaining({
      redisSentinelConfig: { redisReplicationName: 'cache-ha', masterGroupName: 'cache', quorum: '2' },
    }),
  ]);
  expect(own[0]?.['spec']).toMatchObject({
    clusterSize: 2,
    kubernetesConfig: { image: 'quay.io/opstree/redis:v7.2.6' },
  });
});

test('Valkey by the operator of Redis is refused, where it is', () => {
  const { plan } = promoteToKubernetes(stackOf({ cache: valkey({ deploy: { mode: 'operator' } }) }));
  expect(plan.problems.map(({ code, at, message }) => [code, at, message])).toEqual([
    [
      'no-operator',
      expect.stringMatching(/:\d+/) as unknown,
      "cache: the operator of Redis has no images of Valkey. Take deploy.mode out for a StatefulSet, or make it redis('cache').",
    ],
  ]);
});

describe('a chart of others', () => {
  const cache = redis({
    password: secret('CACHE_PASSWORD'),
    args: ['--maxmemory', '64mb'],
    deploy: { mode: 'chart', storage: '5Gi', storageClass: 'fast' },
  });
  const usual = redis({ password: secret('CACHE_PASSWORD') });
  const stackWith = (server: typeof cache, open: typeof cache) => {
    const env = { REDIS_URL: server.url, OPEN_URL: open.url };
    return stackOf({ cache: server, open, api: service({ cwd: 'api', dev: 'node server.mjs', port: 3000, env }) });
  };
  const made = promoteToKubernetes(stackWith(cache, redis({ persist: false, deploy: { mode: 'chart', replicas: 5 } })));

  test('has its values in a file, and the command that installs it in the summary', () => {
    expect([made.problems, made.notes]).toEqual([[], []]);
    expect(made.summary.filter((line) => line.startsWith('Chart of'))).toEqual([
      'Chart of cache: helm upgrade --install cache oci://registry-1.docker.io/cloudpirates/redis --version 0.34.18 --namespace shop --values deploy/k8s/charts/cache.yaml',
      'Chart of open: helm upgrade --install open oci://registry-1.docker.io/cloudpirates/redis --version 0.34.18 --namespace shop --values deploy/k8s/charts/open.yaml',
    ]);
    const own = [...made.tree].filter(([name]) => /\/charts\/|\/cache\/|cache-service/.test(name));
    expectFiles(new Map(own), path.join(import.meta.dirname, 'golden/chart'));
  });

  test('changes nothing of those who talk to the server, nor of the Secret but that its name stays', () => {
    const api = /\/base\/api\//;
    expect(textsOf(made, api)).toEqual(textsOf(promoteToKubernetes(stackWith(usual, redis({ persist: false }))), api));
    const source = made.overlays[2]?.sources.find(({ name }) => name === 'cache-app');
    expect([source?.isFixed, source?.dataOf(new Map([['CACHE_PASSWORD', 'pw']]))['uri']]).toEqual([
      true,
      'redis://:pw@cache.shop.svc:6379',
    ]);
  });

  test('is no more than a name in the base, which has pods of its own on one machine', () => {
    const there = parse(made.tree.get('deploy/k8s/overlays/kind/cache-service.yaml') ?? '') as KubeObject;
    expect(there['spec']).toEqual({
      type: 'ClusterIP',
      externalName: null,
      selector: { 'app.kubernetes.io/name': 'cache', 'app.kubernetes.io/instance': 'cache' },
      ports: [{ name: 'redis', port: 6379, targetPort: 'redis', protocol: 'TCP' }],
    });
  });

  test('runs the image of the config, whatever registry it is from', () => {
    const from = (image: string) => {
      const one = promoteToKubernetes(stackOf({ cache: redis({ image, deploy: { mode: 'chart' } }) }));
      return one.releases[0]?.values['image'];
    };
    const digest = `sha256:${'0'.repeat(64)}`;
    expect([from('redis:7.4'), from(`localhost:5000/acme/redis:7@${digest}`)]).toEqual([
      { registry: 'docker.io', repository: 'redis', tag: '7.4' },
      { registry: 'localhost:5000', repository: 'acme/redis', tag: `7@${digest}` },
    ]);
  });

  test('is known for Redis alone', () => {
    const { plan } = promoteToKubernetes(stackOf({ db: postgres({ deploy: { mode: 'chart' } }) }));
    expect(plan.problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'no-chart',
        "db: deploy.mode 'chart' is for redis, and db is postgres. Take mode out for a StatefulSet, or make it 'operator'.",
      ],
    ]);
  });
});

test("the name Redis has with its operator is nobody else's", () => {
  const cache = redis({ deploy: { mode: 'operator' } });
  const { plan } = promoteToKubernetes(stackOf({ cache, 'cache-ha': redis() }));
  expect(plan.problems).toEqual([
    {
      code: 'name-taken',
      at: expect.stringMatching(/:\d+/) as unknown,
      message: expect.stringMatching(
        /^cache has copies under the name cache-ha there, and another resource \(\S+:\d+\) has that name\. Rename one of the two\.$/,
      ) as unknown,
    },
  ]);
});

test('copies without an operator are refused', () => {
  expect(() => stackOf({ db: postgres({ deploy: { replicas: 2 } }) })).toThrow(
    /deploy has replicas, but without an operator nothing copies its data/,
  );
});

describe('in a cluster of one machine', () => {
  const overlay = 'deploy/k8s/overlays/kind';
  const kustomization = parse(operated.tree.get(`${overlay}/kustomization.yaml`) ?? '') as {
    readonly resources: readonly string[];
    readonly patches: readonly { readonly path: string }[];
  };
  const objectsIn = (file: string) =>
    parseAllDocuments(operated.tree.get(`${overlay}/${file}`) ?? '').map((one) => one.toJS() as KubeObject);

  test('there is no operator, but the StatefulSet', () => {
    expect(kustomization.resources).toContain('servers/db.yaml');
    const stateful = shop('statefulset');
    const there = objectsIn('servers/db.yaml').map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    const usual = stateful.services.find(({ workload }) => workload.name === 'db')?.objects ?? [];
    expect([...there, 'NetworkPolicy/db']).toEqual(usual.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
    const gone = kustomization.patches
      .flatMap(({ path: file }) => objectsIn(file))
      .filter((one) => one['$patch'] === 'delete' && one.kind !== 'Ingress')
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(gone).toEqual([
      'Cluster/db',
      'Database/db-reports',
      'RabbitmqCluster/mq',
      'MongoDBCommunity/docs',
      'RedisReplication/cache-ha',
      'RedisSentinel/cache-ha',
    ]);
  });

  test('the Service that leads to the first of an operator leads to the StatefulSet, which is the first', () => {
    const service = operated.objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'cache');
    const selector = { 'app.kubernetes.io/instance': 'cache', 'redis-role': 'master' };
    expect(service?.['spec']).toMatchObject({ selector });
    expect(objectsIn('servers/cache.yaml').find(({ kind }) => kind === 'StatefulSet')?.['spec']).toMatchObject({
      template: { metadata: { labels: selector } },
    });
  });
});
