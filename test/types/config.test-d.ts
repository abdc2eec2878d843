// oxlint-disable typescript/restrict-template-expressions -- a Ref is made for template literals
// Checked by the compiler: every line below @ts-expect-error must be an error, everything else none.
import {
  container,
  defineConfig,
  defineLocal,
  each,
  extend,
  mailpit,
  param,
  perTarget,
  postgres,
  rabbitmq,
  redis,
  resolve,
  secret,
  service,
  task,
  worker,
} from 'devstack';
import type {
  Container,
  Database,
  Duration,
  Env,
  KeyValue,
  Memory,
  Ref,
  Service,
  SqlServer,
  Stack,
  Task,
  Worker,
} from 'devstack';

/** Accepts a value of this type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is given at each call
function is<T>(_value: T): void {}

const db = postgres({ version: '17', init: ['a.sql'], port: 'auto' });
const cache = redis();
const mq = rabbitmq();
is<SqlServer>(db);
is<Database>(db.addDatabase('billing'));
is<Ref>(db.url);
is<Ref>(db.addDatabase('billing').jdbcUrl);
is<KeyValue>(cache);

// What a resource does not have is an error, with a suggestion.
// @ts-expect-error Did you mean 'url'?
void db.urll;
// @ts-expect-error a cache has no user
void cache.user;
// @ts-expect-error a mail server has no jdbcUrl
void mailpit().jdbcUrl;

// Services that name each other need no annotation.
const api = service({ dev: 'a', port: 3000, env: () => ({ BILLING_URL: billing.url, CORS_ORIGIN: web.origin }) });
const web = service({ dev: 'b', env: { API_URL: api.publicUrl } });
const billing = service({
  dev: 'c',
  ports: { http: 'auto', grpc: { protocol: 'h2c' } },
  env: () => ({ API_URL: api.url }),
});
is<Service>(api);
is<Ref>(billing.endpoint('grpc').url);

const early = service({
  dev: 'a',
  // @ts-expect-error used before its declaration: make env a function
  env: { X: later.url },
});
const later = service({ dev: 'b' });

// Options: wrong names, types and combinations.
// @ts-expect-error Did you mean 'healthcheck'?
service({ dev: 'a', helthcheck: '/x' });
// @ts-expect-error a port is a number or 'auto'
service({ dev: 'a', port: '3000' });
// @ts-expect-error a duration has a unit
service({ dev: 'a', stopGracePeriod: '10' });
// @ts-expect-error a path begins with a slash
service({ dev: 'a', healthcheck: 'healthz' });
// @ts-expect-error no such policy
service({ dev: 'a', restart: 'sometimes' });
// @ts-expect-error memory has a unit
service({ dev: 'a', deploy: { resources: { limits: { memory: '512MB' } } } });
// @ts-expect-error names are constants here, not text
service({ dev: 'a', dependsOn: 'db' });
// @ts-expect-error a task has a command
task({ cwd: '.' });
// @ts-expect-error a task has no dev
task({ run: 'a', dev: 'b' });
// @ts-expect-error a container has no dev
container({ image: 'a', dev: 'b' });
// @ts-expect-error a worker has no port
worker({ dev: 'a', port: 3000 });
// @ts-expect-error a port takes no options of another engine
postgres({ jetstream: true });
// @ts-expect-error no runtime of that name
postgres({ runtime: 'podman' });

// Values: a worker and a task have none, and a resource is not one.
const job = worker({ dev: 'a', healthcheck: { command: 'true' } });
is<Worker>(job);
// @ts-expect-error a worker has no url
void job.url;
const migrate = task({ run: 'a', when: 'manual', timeout: '2m' });
is<Task>(migrate);
// @ts-expect-error a task has no url
void migrate.url;
// @ts-expect-error the whole resource is no value
service({ dev: 'a', env: { DATABASE_URL: db } });
// @ts-expect-error null is no value
service({ dev: 'a', env: { X: null } });
is<Env>({ A: 'a', B: 1, C: true, D: db.url, E: undefined, F: `${cache.host}:${cache.port}`, G: process.env['X'] });

// A reference cannot be compared, counted with or cut.
// @ts-expect-error no methods of text
db.url.replace('a', 'b');
// @ts-expect-error no number
void (db.port > 5000);
// @ts-expect-error no text
void (db.host === 'localhost');
// @ts-expect-error a reference comes from a resource
is<Ref>('postgresql://localhost');

// Queues come from servers that have them.
worker({ dev: 'a', deploy: { autoscale: { min: 0, max: 3, queue: mq.queueDepth('orders', { target: 20 }) } } });
// @ts-expect-error a queue is no text
worker({ dev: 'a', deploy: { autoscale: { max: 3, queue: 'orders' } } });
// @ts-expect-error the target is needed
mq.queueDepth('orders', {});

// Kinds are told apart though they look alike.
// @ts-expect-error a service is no container
is<Container>(api);
// @ts-expect-error a cache is no database
is<Database>(cache);

// secret, param, perTarget
is<Ref>(secret('A', { generate: { length: 20 } }));
is<Ref>(param('A', { default: 3 }));
is<Ref>(perTarget({ dev: 1, kind: secret('B'), default: db.url }));
// @ts-expect-error no such target
perTarget({ prod: 1 });
// @ts-expect-error no such option
secret('A', { generated: true });

// extend keeps the kind and takes the options of the kind.
is<Service>(extend(api, { dev: 'x', env: { A: 1 }, cwd: undefined }));
is<Worker>(extend(job, { env: () => ({ A: later.url }) }));
is<Task>(extend(migrate, { when: 'up' }));
is<Container>(extend(container({ image: 'a' }), { user: 'me' }));
// @ts-expect-error a worker has no port
extend(job, { port: 3000 });
// @ts-expect-error servers cannot be extended
extend(db, {});

// each knows its names.
const fleet = each(['cart', 'tax'], (name) => service({ dev: name, cwd: `./${name}` }));
is<Service>(fleet.cart);
// @ts-expect-error no such name
void fleet.carts;

// The stack: names in `default` are checked, groups take resources.
const stack = defineConfig({
  name: 'shop',
  resources: { db, api, web, ...fleet },
  groups: { back: [db, api], fleet, pair: [fleet.cart, web] },
  default: ['api', 'cart', 'fleet'],
  logs: { maxBytes: '512Mi' },
});
is<Stack>(stack);
is<Ref>(stack.resources.cart.url);
is<string | undefined>(resolve(stack, 'kind').resources['api']?.env['X']);
// @ts-expect-error Did you mean '"api"'?
defineConfig({ resources: { api }, default: ['apii'] });
// @ts-expect-error a group contains resources
defineConfig({ resources: { api }, groups: { back: ['api'] } });
// @ts-expect-error a database name is no resource
defineConfig({ resources: { api, name: 'db' } });
// @ts-expect-error no such target
resolve(stack, 'prod');
// @ts-expect-error a stack is no function
defineConfig(() => ({ resources: { api } }));

// Overrides know the names of the config and what each may change.
defineLocal<typeof stack>({ resources: { api: { port: 4000, env: { A: 'b' } }, db: { runtime: 'docker' } } });
defineLocal({ resources: { anything: { env: { A: 'b' }, port: 1 } }, default: ['api'] });
// @ts-expect-error no such resource
defineLocal<typeof stack>({ resources: { apii: {} } });
// @ts-expect-error what it depends on is the config's
defineLocal<typeof stack>({ resources: { api: { dependsOn: [] } } });
// @ts-expect-error a server has no command
defineLocal<typeof stack>({ resources: { db: { dev: 'x' } } });

is<Duration>('500ms');
is<Memory>('2Gi');
// @ts-expect-error no unit
is<Duration>('500');
void early;
