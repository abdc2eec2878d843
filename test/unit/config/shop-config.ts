import type { Files } from './folder.ts';

const fleet = [
  'cart',
  'catalog',
  'checkout',
  'currency',
  'email',
  'fraud',
  'inventory',
  'ledger',
  'loyalty',
  'pricing',
  'recommend',
  'returns',
  'search',
  'shipping',
  'tax',
];

/** A stack with 23 resources of all kinds, two roles of one image, and services that refer to each other. */
export const shopConfig = `import { defineConfig, each, postgres, rabbitmq, redis, secret, service, task, worker } from 'devstack';

const db = postgres({ version: '17' });
const cache = redis();
const mq = rabbitmq();

// api and processor: same code, same \`build\`, therefore one image.
const app = {
  cwd: './api',
  build: './api',
  env: {
    DATABASE_URL: db.url,
    REDIS_URL: cache.url,
    AMQP_URL: mq.url,
    JWT_SECRET: secret('JWT_SECRET', { generate: true }),
  },
};

const migrate = task({ ...app, run: 'npm run migrate' });

const api = service({
  ...app,
  dev: 'npm run dev',
  port: 3000,
  env: () => ({ ...app.env, BILLING_URL: billing.url, CORS_ORIGIN: web.origin }),
  dependsOn: migrate,
  healthcheck: '/healthz',
  deploy: {
    autoscale: { min: 2, max: 6, cpu: 70 },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    ingress: 'api.shop.localhost',
  },
});

const processor = worker({
  ...app,
  dev: 'npm run dev',
  env: { ...app.env, ROLE: 'processor' },
  dependsOn: migrate,
  deploy: { autoscale: { min: 0, max: 10, queue: mq.queueDepth('orders', { target: 20 }) } },
});

const web = service({
  cwd: './web',
  dev: 'vite --port $PORT --strictPort',
  port: 5173,
  env: { VITE_API_URL: api.publicUrl },
  build: { context: './web', args: { VITE_API_URL: api.publicUrl } },
  deploy: { ingress: 'shop.localhost' },
});

const billing = service({
  cwd: './billing',
  dev: 'go run .',
  watch: ['**/*.go', 'go.mod'],
  ports: { http: 'auto', grpc: { env: 'GRPC_PORT', protocol: 'h2c' } },
  env: { DATABASE_URL: \`\${db.addDatabase('billing').url}?sslmode=disable\`, REDIS_ADDR: \`\${cache.host}:\${cache.port}\` },
  build: './billing',
  healthcheck: '/healthz',
});

const fleet = each(
  ['cart', 'catalog', 'checkout', 'currency', 'email', 'fraud', 'inventory', 'ledger',
    'loyalty', 'pricing', 'recommend', 'returns', 'search', 'shipping', 'tax'],
  (name) => service({
    cwd: \`./services/\${name}\`,
    dev: 'go run .',
    watch: '**/*.go',
    build: { context: '.', dockerfile: 'services/Dockerfile', args: { SERVICE: name } },
    env: { REDIS_URL: cache.url, BILLING_GRPC: billing.endpoint('grpc').url },
    healthcheck: '/healthz',
  }),
);

export default defineConfig({
  name: 'shop',
  resources: { db, cache, mq, migrate, api, processor, web, billing, ...fleet },
  groups: {
    backend: [api, processor, billing],
    frontend: [web, api],
    fleet,
    buy: [fleet.cart, fleet.checkout, fleet.pricing],
  },
});
`;

export const shopFiles: Files = {
  'devstack.config.ts': shopConfig,
  ...Object.fromEntries(
    ['api', 'web', 'billing', ...fleet.map((name) => `services/${name}`)].map((name) => [`${name}/`, '']),
  ),
};
