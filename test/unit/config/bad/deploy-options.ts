import type { BadConfig } from './bad-config.ts';

/** Options of resources. */
export const badDeployOptions: readonly BadConfig[] = [
  {
    rule: 'the port of a health check exists',
    config: `const a = service({ dev: 'a', healthcheck: { tcp: 'grcp' } });
const b = service({ dev: 'a', ports: { web: 'auto', grpc: 'auto' }, healthcheck: { http: '/', port: 'gprc' } });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      'devstack.config.ts:2  a.healthcheck.tcp: a has no port "grcp". It has: http.',
      'devstack.config.ts:3  b.healthcheck.port: b has no port "gprc". Did you mean "grpc"?',
    ],
  },
  {
    rule: 'a worker has no port for a health check',
    config: `const a = worker({ dev: 'a', healthcheck: '/healthz' });
export default defineConfig({ resources: { a } });`,
    problems: [
      'devstack.config.ts:2  a.healthcheck needs a port, but a has none. Use { command: … } or { log: /…/ }, or make it a service().',
    ],
  },
  {
    rule: 'a health check is a path, a check or false',
    config: `const a = service({ dev: 'a', healthcheck: true as never });
const b = service({ dev: 'a', healthcheck: 'healthz' as never });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      "devstack.config.ts:2  a.healthcheck must be a path like '/healthz', a check like { command: '…' }, or false, not true.",
      'devstack.config.ts:3  b.healthcheck must be a path that begins with /, not "healthz".',
    ],
  },
  {
    rule: 'a health check is of one kind',
    config: `const a = service({ dev: 'a', healthcheck: { interval: '1s' } as never });
const b = service({ dev: 'a', healthcheck: { http: '/', command: 'x' } as never });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      'devstack.config.ts:2  a.healthcheck needs exactly one of http, tcp, command and log, but has none.',
      'devstack.config.ts:3  b.healthcheck needs exactly one of http, tcp, command and log, but has http and command.',
    ],
  },
  {
    rule: 'dependsOn takes constants, not names',
    config: `const db = postgres();
const api = service({ dev: 'a', dependsOn: ['db'] as never });
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:3  api.dependsOn[0] must be a resource, not "db". Use the constant without quotes: db',
    ],
  },
  {
    rule: 'replicas and autoscale exclude each other',
    config: `const api = service({ dev: 'a', deploy: { replicas: 2, autoscale: { max: 4 } } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.deploy has both replicas and autoscale. Keep one: autoscale decides the number itself.',
    ],
  },
  {
    rule: 'what is on each node has no number, and goes over from node to node',
    config: `const a = service({ dev: 'a', deploy: { kind: 'daemon', autoscale: { max: 4 }, strategy: 'recreate' } });
const b = service({ dev: 'a', deploy: { kind: 'daemon', replicas: 2 } });
const c = service({ dev: 'a', deploy: { kind: 'deamon' as never } });
export default defineConfig({ resources: { a, b, c } });`,
    problems: [
      "devstack.config.ts:2  a.deploy has both kind: 'daemon' and autoscale. Keep one: as many run as the cluster has nodes.",
      "devstack.config.ts:2  a.deploy has both kind: 'daemon' and strategy: 'recreate'. Keep one: nodes are updated one by one.",
      "devstack.config.ts:3  b.deploy has both kind: 'daemon' and replicas. Keep one: as many run as the cluster has nodes.",
      `devstack.config.ts:4  c.deploy.kind must be 'daemon', not "deamon". Did you mean "daemon"?`,
    ],
  },
  {
    rule: 'what is guaranteed requests what its limits say',
    config: `const a = service({ dev: 'a', deploy: { qos: 'guaranteed', resources: { requests: { cpu: 1 } } } });
const b = service({ dev: 'a', deploy: { qos: 'guaranteed' },
  sidecars: [{ name: 'p', image: 'p:1', resources: { requests: { cpu: 1 } } }] });
const db = redis({ deploy: { qos: 'guaranteed', resources: { requests: { cpu: 1 } } } });
export default defineConfig({ resources: { a, b, db } });`,
    problems: [
      "devstack.config.ts:2  a.deploy has resources.requests, but qos: 'guaranteed' makes what is requested of the limits. Keep one.",
      "devstack.config.ts:4  b.sidecars[0] has resources.requests, but qos: 'guaranteed' makes what is requested of the limits. Keep one.",
      "devstack.config.ts:5  db.deploy has resources.requests, but qos: 'guaranteed' makes what is requested of the limits. Keep one.",
    ],
  },
  {
    rule: 'where a secret is a file, devstack says which',
    config: `const a = service({ dev: 'a', env: { KEY: secret('KEY'), KEY_FILE: '/x', LOG: 'a', LOG_FILE: '/y' },
  deploy: { secretsAs: 'files' } });
export default defineConfig({ resources: { a } });`,
    problems: [
      "devstack.config.ts:2  a.env.KEY_FILE is set by devstack: with deploy.secretsAs: 'files' it says where KEY is. Remove it, or KEY.",
    ],
  },
  {
    rule: 'a program may what is named, and not get at secrets and other pods',
    config: `const a = service({ dev: 'a', deploy: { permissions: [
  { resources: ['pods', 'secrets', 'pods/exec'], verbs: ['*'] },
  { apiGroups: ['*'], resources: [], verbs: ['secrets'] },
  { resources: ['pods'] } as never,
] } });
const b = service({ dev: 'a', deploy: { serviceAccount: 'b', permissions: [{ resources: ['pods'], verbs: ['get'] }] } });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      "devstack.config.ts:2  a.deploy.permissions[1] needs resources, for example { resources: ['pods'], verbs: ['list'] }.",
      "devstack.config.ts:2  a.deploy.permissions[2] needs verbs, for example { resources: ['pods'], verbs: ['list'] }.",
      'devstack.config.ts:3  a.deploy.permissions[0].resources[1]: "secrets" are all Secrets of the namespace: name the one it needs in env.',
      'devstack.config.ts:3  a.deploy.permissions[0].resources[2]: "pods/exec" leads into other pods: take it out.',
      'devstack.config.ts:3  a.deploy.permissions[0].verbs[0]: "*" is also what there will be next year: name what it needs.',
      'devstack.config.ts:4  a.deploy.permissions[1].apiGroups[0]: "*" is also what there will be next year: name what it needs.',
      'devstack.config.ts:7  b.deploy has both permissions and serviceAccount. Keep one: whoever made the account says what it may.',
    ],
  },
  {
    rule: 'a Service has a number of its own for each port there is',
    config: `const a = worker({ dev: 'a', deploy: { servicePort: 80 } });
const b = service({ dev: 'a', ports: { web: 1, grpc: 2 }, deploy: { servicePort: { web: 80, grpc: 80, other: 81 } } });
const c = service({ dev: 'a', deploy: { servicePort: 0 } });
export default defineConfig({ resources: { a, b, c } });`,
    problems: [
      'devstack.config.ts:2  a.deploy.servicePort needs a port, but a has none. Add port: 3000, or remove it.',
      'devstack.config.ts:3  b.deploy.servicePort: web and grpc are both 80. Give one of them another.',
      'devstack.config.ts:3  b.deploy.servicePort names the port other, which it does not have: web, grpc.',
      'devstack.config.ts:4  c.deploy.servicePort must be a port number, not 0.',
    ],
  },
  {
    rule: 'scaling to zero needs a queue',
    config: `const api = service({ dev: 'a', deploy: { autoscale: { min: 0, max: 4 } } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.deploy.autoscale.min is 0, but without a queue nothing wakes it again. Use min: 1, or add queue.',
    ],
  },
  {
    rule: 'autoscale has a maximum above its minimum',
    config: `const a = service({ dev: 'a', deploy: { autoscale: { min: 1 } as never } });
const b = service({ dev: 'a', deploy: { autoscale: { min: 5, max: 2 } } });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      'devstack.config.ts:2  a.deploy.autoscale needs max, the most replicas.',
      'devstack.config.ts:3  b.deploy.autoscale.min is 5, more than max (2).',
    ],
  },
  {
    rule: 'a queue comes from a server',
    config: `const api = service({ dev: 'a', deploy: { autoscale: { max: 2, queue: 'orders' as never } } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.deploy.autoscale.queue must be a queue, for example mq.queueDepth(\'orders\', { target: 20 }), not "orders".',
    ],
  },
  {
    rule: 'a queue says how many messages are for one replica',
    config: `const mq = rabbitmq();
const api = service({ dev: 'a', deploy: { autoscale: { max: 2, queue: mq.queueDepth('a', { target: 0 }) } } });
const job = service({ dev: 'a', deploy: { autoscale: { max: 2, queue: mq.queueDepth('a', {} as never) } } });
export default defineConfig({ resources: { mq, api, job } });`,
    problems: [
      'devstack.config.ts:3  api.deploy.autoscale.queue.target must be a whole number, 1 or more, not 0.',
      'devstack.config.ts:4  job.deploy.autoscale.queue needs target, the number of messages for one replica.',
    ],
  },
  {
    rule: 'a way in is of a class or of a Gateway',
    config: `const api = service({ dev: 'a', deploy: { ingress: { gateway: 'Public', host: 'a.b' } } });
const web = service({ dev: 'a', deploy: { ingress: { gateway: 'public', className: 'nginx' } } });
export default defineConfig({ resources: { api, web } });`,
    problems: [
      'devstack.config.ts:2  api.deploy.ingress.gateway must be the name of a Gateway, or \'namespace/name\', not "Public".',
      'devstack.config.ts:3  web.deploy.ingress has both gateway and className. Keep one: a Gateway is reached by an HTTPRoute, which has no class.',
    ],
  },
  {
    rule: 'an external server is not deployed',
    config: `const db = postgres({ deploy: { enabled: true, external: secret('DATABASE_URL') } });
export default defineConfig({ resources: { db } });`,
    problems: [
      'devstack.config.ts:2  db.deploy has both external and enabled: true. Keep one: an external server is not deployed.',
    ],
  },
  {
    rule: 'a server that is not deployed is somewhere else',
    config: `const db = postgres({ deploy: { enabled: false } });
export default defineConfig({ resources: { db } });`,
    problems: [
      "devstack.config.ts:2  db.deploy has enabled: false and no external. Say where the server is: external: secret('DATABASE_URL').",
    ],
  },
  {
    rule: 'watch, buildDev and tty need dev',
    config: `const api = service({ image: 'x', watch: 'src', buildDev: 'make', tty: true });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.watch needs dev: without it the image runs in dev too, and nothing here is run natively.',
      'devstack.config.ts:2  api.buildDev needs dev: without it the image runs in dev too, and nothing here is run natively.',
      'devstack.config.ts:2  api.tty needs dev: without it the image runs in dev too, and nothing here is run natively.',
    ],
  },
  {
    rule: 'a schedule has five fields',
    config: `const t = task({ run: 'a', schedule: 'daily' });
export default defineConfig({ resources: { t } });`,
    problems: [
      'devstack.config.ts:2  t.schedule must be a cron expression of five fields like \'0 3 * * *\', not "daily".',
    ],
  },
  {
    rule: 'nobody waits for a manual task',
    config: `const seed = task({ run: 'a', when: 'manual' });
const api = service({ dev: 'a', dependsOn: seed });
export default defineConfig({ resources: { seed, api } });`,
    problems: [
      "devstack.config.ts:3  api.dependsOn waits for seed, a task with when: 'manual', which nothing starts. Remove one of the two.",
    ],
  },
  {
    rule: 'a database has a proper name',
    config: `const db = postgres({ database: 'my db' });
const api = service({ dev: 'a', env: { X: db.addDatabase('a;b').url } });
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:2  db.database: "my db" is no name for a database. Use letters, digits, _ and -, beginning with a letter, at most 63.',
      'devstack.config.ts:2  db.addDatabase(): "a;b" is no name for a database. Use letters, digits, _ and -, beginning with a letter, at most 63.',
    ],
  },
  {
    rule: 'exit codes are bytes',
    config: `const api = service({ dev: 'a', successExitCodes: [0, 300] });
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:2  api.successExitCodes[1] must be an exit code (0 to 255), not 300.'],
  },
  {
    rule: 'a volume has a proper name',
    config: `const c = container({ image: 'x', volumes: { 'my data': '/data' } });
export default defineConfig({ resources: { c } });`,
    problems: [
      'devstack.config.ts:2  c.volumes has a volume "my data". A volume is named with letters, digits, _, . and -; a path begins with ./ or /.',
    ],
  },
  {
    rule: 'a place in a container begins with a slash',
    config: `const c = container({ image: 'x', volumes: { data: 'data' as never } });
export default defineConfig({ resources: { c } });`,
    problems: ['devstack.config.ts:2  c.volumes.data must be a path that begins with /, not "data".'],
  },
  {
    rule: 'a file in a container has a path, and is text or data',
    config: `const api = service({ dev: 'a', files: {
  '../x': 'a', 'a/': 'b', 'data.ini': { a: 1 } as object,
  'a.yaml': { list: [() => 1, new Date(0)], db: postgres() } } });
const c = container({ image: 'x', files: { 'c.json': [1] } });
export default defineConfig({ resources: { api, c } });`,
    problems: [
      `devstack.config.ts:2  api.files["../x"] is not the path of a file in a container, for example '/etc/app/config.yaml'.`,
      `devstack.config.ts:2  api.files["a/"] is not the path of a file in a container, for example '/etc/app/config.yaml'.`,
      'devstack.config.ts:2  api.files["data.ini"] must be text: data is written to files named .json, .yaml or .yml, not an object.',
      'devstack.config.ts:4  api.files["a.yaml"].list[0] must be text, numbers, lists, objects and values like db.url, not a function.',
      'devstack.config.ts:4  api.files["a.yaml"].list[1] must be text, numbers, lists, objects and values like db.url, not an object.',
      'devstack.config.ts:4  api.files["a.yaml"].db is the whole postgres. Pick a value: postgres.url (usual), postgres.host, postgres.port …',
      'devstack.config.ts:5  c.files["c.json"] does not begin with /, and nobody here knows which folder its image works in.',
    ],
  },
];
