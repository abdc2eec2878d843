import { defineConfig, each, postgres, rabbitmq, redis, secret, service, task } from 'devstack';
import type { DeployOptions, Env } from 'devstack';

const names = [
  'identity-service',
  'session-service',
  'oauth-service',
  'profile-service',
  'token-service',
  'tenant-service',
  'role-service',
  'policy-service',
  'mfa-service',
  'device-service',
  'consent-service',
  'invitation-service',
  'webhook-service',
  'notification-service',
] as const;

// Sixteen services want connections of their own: promoted, they share those of one server.
const db = postgres({ pooler: true });
const cache = redis();
const mq = rabbitmq();

// Compiles what all services share, once instead of fifteen times at the same time.
const compile = task({ run: 'go build ./...', inputs: ['go.mod', '**/*.go'] });

const signingKey = secret('SIGNING_KEY', { generate: true, description: 'signs what services send to the audit' });

/** The one code shape: micro-services/NAME/cmd/server/main.go, built by docker/Dockerfile.service. */
function microService(name: string, { env, deploy }: { env: Env; deploy?: DeployOptions | undefined }) {
  // Two roles of one service run two programs: neither may be written while the other starts.
  const program = `bin/${[name, env.ROLE].filter(Boolean).join('-')}`;
  const build = `go build -o ${program} ./micro-services/${name}/cmd/server`;
  return service({
    dev: `${build} && exec ${program}`,
    buildDev: build,
    watch: [`micro-services/${name}`, 'micro-middleware'],
    dependsOn: compile,
    build: { dockerfile: 'docker/Dockerfile.service', args: { SERVICE_NAME: name } },
    env: {
      DATABASE_URL: db.addDatabase(`authms_${name.replace('-service', '')}`).url,
      REDIS_URL: cache.url,
      SIGNING_KEY: signingKey,
      ...env,
    },
    healthcheck: { ready: { http: '/ready', interval: '10s' }, live: '/healthz' },
    deploy: { resources: { requests: { cpu: '100m', memory: '32Mi' }, limits: { memory: '128Mi' } }, ...deploy },
  });
}

// One image in two roles: api queues what is audited, processor keeps it. Only the latter scales on the queue.
const queue = { AMQP_URL: mq.url, AUDIT_QUEUE: 'audit' };
const audit = {
  'audit-service-api': microService('audit-service', { env: { ...queue, ROLE: 'api' } }),
  'audit-service-processor': microService('audit-service', {
    env: { ...queue, ROLE: 'processor' },
    deploy: { autoscale: { min: 1, max: 5, queue: mq.queueDepth(queue.AUDIT_QUEUE, { target: 20 }) } },
  }),
};
const AUDIT_URL = audit['audit-service-api'].url;

/** Services that scale, each on what its load is made of; the others run once. */
const scaling: Partial<Record<(typeof names)[number], DeployOptions>> = {
  'identity-service': { autoscale: { min: 2, max: 10, cpu: 70 } },
  'session-service': { autoscale: { min: 2, max: 20, rps: 5000 } },
  'oauth-service': { autoscale: { min: 2, max: 8, cpu: 60 } },
  'profile-service': { autoscale: { min: 1, max: 3, cpu: 70 } },
};

const services = each(names, (name) => microService(name, { env: { AUDIT_URL }, deploy: scaling[name] }));

const web = service({
  cwd: './web',
  dev: 'node server.mjs',
  watch: '.',
  build: './web',
  env: {
    AUDIT_URL,
    SERVICES: names.map((name) => `${name}=${services[name].url}`).join(' '),
  },
  healthcheck: '/healthz',
  deploy: { ingress: true },
});

export default defineConfig({
  name: 'identity',
  resources: { db, cache, mq, compile, ...services, ...audit, web },
  groups: { services, audit },
});
