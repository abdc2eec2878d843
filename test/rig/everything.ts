import {
  container,
  kafka,
  mariadb,
  minio,
  nats,
  param,
  postgres,
  rabbitmq,
  redis,
  secret,
  service,
  task,
  worker,
} from '../../src/index.ts';

/** Resources of which every object, and nearly every field of one, is made; `examples/tasks` is their folder. */
export function everything() {
  const db = postgres({ deploy: { storage: '20Gi', storageClass: 'fast' } });
  db.addDatabase('more');
  const api = service({
    build: { context: '.' },
    ports: { http: 8080, 'a-very-long-name-of-a-port': 9090, udp: { port: 53, protocol: 'udp' } },
    env: { DATABASE_URL: db.url, KEY: secret('KEY'), REGION: param('REGION'), TOKEN_TTL: '3600' },
    healthcheck: { ready: '/ready', live: '/live', startup: { http: '/start', startPeriod: '5m' } },
    files: { '/etc/a.yaml': { url: db.url }, '/etc/b.txt': 'b' },
    sidecars: [{ name: 'proxy', image: 'envoyproxy/envoy:v1.33.0', env: { LEVEL: 'info' } }],
    deploy: {
      autoscale: { min: 2, max: 5, cpu: 60 },
      vpa: 'auto',
      ingress: {
        host: 'api.example.com',
        className: 'nginx',
        issuer: 'le',
        rateLimit: 9,
        maxBody: '10Mi',
        readTimeout: '5m',
      },
      labels: { team: 'a' },
      annotations: { 'example.com/a': 'b' },
      drain: '10s',
      priorityClass: 'high',
      serviceAccount: 'there',
      strategy: 'recreate',
    },
  });
  const data = worker({
    image: 'registry.example.com/data:1.2.3',
    healthcheck: { command: 'true' },
    deploy: { replicas: 2 },
  });
  const move = task({ cwd: 'api', run: 'node move.mjs', retries: 3, dependsOn: db });
  const report = task({ cwd: 'api', run: 'node report.mjs', schedule: '0 3 * * *' });
  const once = task({ cwd: 'api', run: 'node once.mjs', when: 'manual' });
  const cms = container({
    image: 'wordpress:6',
    ports: { http: { containerPort: 80 } },
    volumes: { content: '/x' },
    deploy: { replicas: 3, public: true },
  });
  const mq = rabbitmq();
  const cache = redis({ persist: false });
  const bus = nats();
  const events = kafka();
  const queues = [
    mq.queueDepth('orders', { target: 20, activation: 5 }),
    cache.listLength('jobs', { target: 10 }),
    bus.consumerLag('ORDERS', 'mail', { target: 10 }),
    events.consumerLag('orders', 'mail', { target: 100 }),
  ];
  const env = { AMQP: mq.url, CACHE: cache.url, BUS: bus.url, EVENTS: events.brokers };
  const mail = worker({
    cwd: 'api',
    dev: 'node mail.mjs',
    env,
    deploy: { autoscale: { min: 0, max: 5, cpu: 80, memory: 90, queue: queues } },
  });
  const asked = service({
    cwd: 'api',
    dev: 'node asked.mjs',
    deploy: {
      autoscale: { min: 2, max: 9, rps: 500 },
      ingress: { gateway: 'infra/public', path: '/asked', readTimeout: '90s', annotations: { 'example.com/a': 'b' } },
    },
  });
  const agent = service({
    cwd: 'api',
    dev: 'node agent.mjs',
    env: { CACHE: cache.url, KEY: secret('KEY'), AMQP: mq.url },
    deploy: {
      kind: 'daemon',
      permissions: [{ resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
      qos: 'guaranteed',
      vpa: 'initial',
      waitFor: 'init',
      servicePort: 80,
      secretsAs: 'files',
      ingress: false,
    },
  });
  return {
    db,
    other: mariadb(),
    mq,
    cache,
    bus,
    events,
    mail,
    asked,
    agent,
    files: minio(),
    api,
    data,
    move,
    report,
    once,
    cms,
  };
}
