import { expect, test } from 'vitest';
import { planWorkloads } from '../../../../src/promote/plan.ts';
import { explain } from '../../../../src/promote/explain.ts';
import { networksOf } from '../../../../src/promote/compose/networks.ts';
import { defineConfig, perTarget, postgres, resolve, secret, service, task, worker } from '../../../../src/index.ts';
import { promoteResources, promoteToCompose, stackOf } from '../../../rig/promote.ts';

const image = 'node:20-alpine';

function shop() {
  const db = postgres({ pooler: true });
  const billing = db.addDatabase('billing');
  const migrate = task({ image, run: 'node migrate.js', env: { URL: db.url, BILLING: billing.url } });
  const api = service({
    image,
    port: 8080,
    dependsOn: migrate,
    env: { URL: db.url, AT: `${db.host}:${db.port}`, JDBC: billing.jdbcUrl, NAME: billing.database },
  });
  const mails = worker({ image, dependsOn: db });
  const listener = worker({ image, env: { DIRECT: billing.directUrl } });
  const both = service({ image, env: { URL: db.url, DIRECT: db.directUrl } });
  return { db, migrate, api, mails, listener, both };
}

test('services and workers get the address of the pooler, tasks that of the server', () => {
  const { plan, text } = promoteResources(shop());
  expect(Object.fromEntries(plan.workloads.map(({ name, reaches }) => [name, reaches]))).toEqual({
    db: [],
    'db-pooler': ['db'],
    'db-databases': ['db'],
    migrate: ['db'],
    api: ['db-pooler', 'migrate'],
    mails: ['db-pooler'],
    listener: ['db'],
    both: ['db-pooler', 'db'],
  });
  expect(text.match(/(?:URL|AT|JDBC|BILLING|NAME|DIRECT): .*/g)).toEqual([
    'URL: postgresql://app:${DB_PASSWORD:?}@db:5432/db',
    'BILLING: postgresql://app:${DB_PASSWORD:?}@db:5432/billing',
    'URL: postgresql://app:${DB_PASSWORD:?}@db-pooler:5432/db',
    'AT: db-pooler:5432',
    'JDBC: jdbc:postgresql://db-pooler:5432/billing',
    'NAME: billing',
    'DIRECT: postgresql://app:${DB_PASSWORD:?}@db:5432/billing',
    'URL: postgresql://app:${DB_PASSWORD:?}@db-pooler:5432/db',
    'DIRECT: postgresql://app:${DB_PASSWORD:?}@db:5432/db',
  ]);
});

test('only the pooler and those that talk to the server directly are where the server is', () => {
  const { plan } = promoteResources(shop());
  const { of } = networksOf(plan.workloads);
  const meet = plan.workloads.filter(({ name }) => of.get(name)?.some((one) => of.get('db')?.includes(one)));
  expect(meet.map(({ name }) => name)).toEqual(['db', 'db-pooler', 'db-databases', 'migrate', 'listener', 'both']);
  expect(of.get('db')).toEqual(['db']);
});

test('what waits for the server waits for the pooler, and the pooler for the server alone', () => {
  const { plan } = promoteResources(shop());
  const needs = (of: string) => plan.workloads.find(({ name }) => name === of)?.needs;
  const ready = { on: 'db', gate: 'ready' };
  const made = { on: 'db-databases', gate: 'done' };
  expect(needs('db-pooler')).toEqual([ready]);
  expect(needs('db-databases')).toEqual([ready]);
  expect(needs('migrate')).toEqual([ready, made]);
  expect(needs('mails')).toEqual([ready, { on: 'db-pooler', gate: 'ready' }, made]);
});

test('a pooler runs as its image is known to, and has its password from where secrets are', () => {
  const { text, violations } = promoteResources({ db: postgres({ pooler: true }) });
  expect(violations).toEqual([]);
  expect(text.slice(text.indexOf('  db-pooler:'), text.indexOf('networks:\n  db:'))).toMatchInlineSnapshot(`
    "  db-pooler:
        image: edoburu/pgbouncer:v1.25.2-p0
        user: "70:70"
        environment:
          DB_HOST: db
          DB_PORT: "5432"
          DB_USER: app
          DB_PASSWORD: \${DB_PASSWORD:?}
          PGDATABASE: db
          AUTH_TYPE: scram-sha-256
          LISTEN_PORT: "5432"
          POOL_MODE: transaction
          MAX_CLIENT_CONN: "900"
          DEFAULT_POOL_SIZE: "20"
          MAX_USER_CONNECTIONS: "80"
          MAX_PREPARED_STATEMENTS: "200"
          STATS_USERS: app
        networks: [db]
        depends_on:
          db:
            condition: service_healthy
        healthcheck:
          test:
            - CMD-SHELL
            - PGPASSWORD="$$DB_PASSWORD" psql -Xqw -h 127.0.0.1 -U "$$DB_USER" -o /dev/null -c "SELECT 1"
          interval: 5s
          timeout: 10s
          retries: 12
          start_period: 30s
        tmpfs: ["/etc/pgbouncer:uid=70,gid=70,mode=0755"]
        read_only: true
        cap_drop: [ALL]
        security_opt: [no-new-privileges:true]
        restart: unless-stopped
        stop_signal: SIGINT
        deploy:
          resources:
            limits:
              cpus: "1"
              memory: 128m
              pids: 512

    "
  `);
});

test('a test of the config sees the same addresses, and in dev those of the server', () => {
  const resources = shop();
  const urls = (target: 'dev' | 'compose') => {
    const resolved = resolve(defineConfig({ name: 'shop', resources }), target).resources;
    return [resolved['api']?.env['URL'], resolved['migrate']?.env['URL'], resolved['both']?.env['DIRECT']];
  };
  expect(urls('compose')).toEqual([
    'postgresql://app:***@db-pooler:5432/db',
    'postgresql://app:***@db:5432/db',
    'postgresql://app:***@db:5432/db',
  ]);
  expect(urls('dev').join(' ')).not.toContain('pooler');
});

test('a server with more connections gives more of them to its pooler', () => {
  const { plan } = promoteResources({ db: postgres({ pooler: true, args: ['-c', 'max_connections=300'] }) });
  const pooler = plan.workloads.find(({ name }) => name === 'db-pooler');
  expect([pooler?.env['MAX_USER_CONNECTIONS'], pooler?.command]).toEqual([['240'], undefined]);
});

test('one note says what is different, and each use is explained', () => {
  const resources = shop();
  const { plan, notes } = promoteResources(resources);
  expect(plan.notes).toEqual([
    {
      at: expect.stringMatching(/pooler\.test\.ts:\d+$/),
      resource: 'db',
      text: 'services and workers talk to db-pooler (pgbouncer), tasks and directUrl to the server itself: connections are shared transaction by transaction, so LISTEN, session locks and SET do not outlive a transaction there, and settings in an address (options, statement_timeout) are refused',
    },
  ]);
  const rows = explain(stackOf(resources).resources, plan.workloads, [...plan.notes, ...notes]);
  expect(
    rows.flatMap(({ resource, thing, why }) => (/pooler|itself/.test(why) ? [[resource, thing, why]] : [])),
  ).toEqual([
    ['db', 'pooler', 'db-pooler, edoburu/pgbouncer:v1.25.2-p0: services and workers get its address'],
    ['db', 'note', plan.notes[0]?.text],
    ['migrate', 'env.URL', 'a secret, out of the file .env, of db itself: a task may need its session'],
    ['migrate', 'env.BILLING', 'a secret, out of the file .env, of db itself: a task may need its session'],
    ['api', 'env.URL', 'a secret, out of the file .env, through db-pooler'],
    ['api', 'env.AT', 'the address inside the network, through db-pooler'],
    ['api', 'env.JDBC', 'the address inside the network, through db-pooler'],
    ['listener', 'env.DIRECT', 'a secret, out of the file .env, of db itself'],
    ['both', 'env.URL', 'a secret, out of the file .env, through db-pooler'],
    ['both', 'env.DIRECT', 'a secret, out of the file .env, of db itself'],
  ]);
});

test('a server elsewhere has no pooler here, which is said', () => {
  const db = postgres({ pooler: true, deploy: { external: perTarget({ compose: secret('URL'), default: 'x' }) } });
  const { plan, text } = promoteResources({ db, api: service({ image, env: { URL: db.url } }) });
  expect(plan.workloads.map(({ name }) => name)).toEqual(['api']);
  expect(text).toContain('URL: ${URL:?}');
  expect(plan.notes.map(({ text: said }) => said)).toEqual([
    'it is elsewhere, and so is its pooler: none is made, and `deploy.external` can name one',
  ]);
});

test('another target gets the same plan, with the address it has there', () => {
  const { workloads } = planWorkloads(stackOf(shop()), {
    asker: { target: 'kind' },
    files: { read: () => undefined, list: () => [] },
    baseImage: (name) => name,
  });
  const env = (of: string, name: string) => workloads.find((one) => one.name === of)?.env[name];
  expect([env('api', 'AT'), env('db-pooler', 'DB_HOST')]).toEqual([['db-pooler.shop.svc:5432'], ['db.shop.svc']]);
});

test('its name cannot be that of another resource, which is said with the place of both', () => {
  const db = postgres({ pooler: true });
  const { plan } = promoteResources({ db, 'db-pooler': service({ image, env: { URL: db.url } }) });
  expect(plan.problems).toEqual([
    {
      code: 'name-taken',
      at: expect.stringMatching(/pooler\.test\.ts:\d+$/),
      message: expect.stringMatching(/^db has a db-pooler beside it .* \(.*pooler\.test\.ts:\d+\) has that name/),
    },
  ]);
});

test('what stands beside a server that is started by hand is so, too, unless somebody waits for it', () => {
  const manual = { image, port: 8080, autostart: false };
  const by = (isWaitedFor: boolean) => {
    const db = postgres({ pooler: true, autostart: false });
    const late = service({ ...manual, env: { URL: db.url } });
    const { plan } = promoteResources({ db, late, ...(isWaitedFor && { web: service({ image, dependsOn: late }) }) });
    return plan.workloads.flatMap(({ name, isManual }) => (isManual ? [name] : []));
  };
  expect(by(false)).toEqual(['db', 'db-pooler', 'late']);
  expect(by(true)).toEqual([]);
});

test('without being asked for there is none', () => {
  const { plan } = promoteToCompose(stackOf({ db: postgres({ pooler: false }) }));
  expect([plan.workloads.map(({ name }) => name), plan.notes]).toEqual([['db'], []]);
});
