import type { BadConfig } from './bad-config.ts';

/** Values, references and variables. */
export const badValues: readonly BadConfig[] = [
  {
    rule: 'an image is a name an engine takes',
    config: `const a = container({ image: 'x:' });
const b = container({ image: 'Search' });
const c = postgres({ image: 'ghcr.io/acme/postgres:17@sha256:ab' });
const d = redis({ image: 'redis latest' });
export default defineConfig({ resources: { a, b, c, d } });`,
    problems: ['x:', 'Search', 'redis latest'].map((name, index) => {
      const place = ['2  a', '3  b', '5  d'][index];
      return `devstack.config.ts:${place}.image must be an image, for example 'postgres:17' or 'ghcr.io/acme/api:1.2', not "${name}".`;
    }),
  },
  {
    rule: 'a typo in a value is named with the option it is in',
    config: `const db = postgres();
const api = service({
  dev: 'npm run dev',
  env: {
    DATABASE_URL: db.urll,
  },
});
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:6  api.env.DATABASE_URL: postgres has no value "urll". Did you mean db.url? It has: url, host, port, user, password, database, jdbcUrl, directUrl.',
    ],
  },
  {
    rule: 'a typo in a value inside a shared base is named without an option',
    config: `const db = postgres();
const app = { dev: 'npm run dev', env: { DATABASE_URL: db.urll } };
export default defineConfig({ resources: { db, api: service(app) } });`,
    problems: [
      'devstack.config.ts:3  postgres has no value "urll". Did you mean db.url? It has: url, host, port, user, password, database, jdbcUrl, directUrl.',
    ],
  },
  {
    rule: 'a typo in a value inside an env function is named, and the rest is still checked',
    config: `const db = postgres();
const api = service({ dev: 'a', env: () => ({ DATABASE_URL: db.hots }) });
const web = service({ dev: 'b', port: 0 });
export default defineConfig({ resources: { db, api, web } });`,
    problems: [
      'devstack.config.ts:3  api.env.DATABASE_URL: postgres has no value "hots". Did you mean db.host? It has: url, host, port, user, password, database, jdbcUrl, directUrl.',
      "devstack.config.ts:4  web.port must be a port number (1 to 65535) or 'auto', not 0.",
    ],
  },
  {
    rule: 'a value that nothing resembles lists what there is',
    config: `const mail = mailpit();
export default defineConfig({ resources: { mail, api: service({ dev: 'a', env: { X: mail.inbox } }) } });`,
    problems: ['devstack.config.ts:3  mailpit has no value "inbox". It has: url, host, port, smtpUrl, webUrl.'],
  },
  {
    rule: 'a worker has no url',
    config: `const job = worker({ dev: 'a' });
export default defineConfig({ resources: { job, api: service({ dev: 'a', env: { X: job.url } }) } });`,
    problems: ['devstack.config.ts:3  job.env.X: worker has no value "url". It has none.'],
  },
  {
    rule: 'a whole resource is no value',
    config: `const db = postgres();
const api = service({
  dev: 'a',
  env: {
    DATABASE_URL: db,
  },
});
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:6  api.env.DATABASE_URL is the whole postgres "db". Pick a value: db.url (usual), db.host, db.port …',
    ],
  },
  {
    rule: 'a whole task is no value',
    config: `const migrate = task({ run: 'a' });
const api = service({ dev: 'a', env: { X: migrate } });
export default defineConfig({ resources: { migrate, api } });`,
    problems: [
      'devstack.config.ts:3  api.env.X is the whole task "migrate". It has no values; dependsOn orders the start.',
    ],
  },
  {
    rule: 'a resource does not go into a string',
    config: `const db = postgres();
const api = service({ dev: 'a', env: { X: \`\${db}\` } });
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:3  api.env.X: postgres "db" (created on line 2) was put into a string. Use one of its values, for example db.url.',
    ],
  },
  {
    rule: 'a resource that is used must be listed',
    config: `const db = postgres();
const cache = redis();
const api = service({ dev: 'a', env: { REDIS_URL: cache.url } });
const web = service({ dev: 'a', env: { REDIS_URL: cache.url } });
export default defineConfig({ resources: { db, api, web } });`,
    problems: [
      'devstack.config.ts:3  This redis() is used by api.env.REDIS_URL but has no name. Add it: resources: { cache, … }',
    ],
  },
  {
    rule: 'a resource in dependsOn must be listed',
    config: `const migrate = task({ run: 'a' });
export default defineConfig({ resources: { api: service({ dev: 'a', dependsOn: migrate }) } });`,
    problems: [
      'devstack.config.ts:2  This task() is used by api.dependsOn but has no name. Add it: resources: { migrate, … }',
    ],
  },
  {
    rule: 'a constant is used after it is created',
    config: `const api = service({
  dev: 'a',
  env: { CORS_ORIGIN: web.origin },
});
const web = service({ dev: 'b' });
export default defineConfig({ resources: { api, web } });`,
    problems: [
      'devstack.config.ts:4  "web" is used before line 6 creates it. Make env a function: env: () => ({ CORS_ORIGIN: web.origin })',
    ],
  },
  {
    rule: 'a constant in dependsOn is created before',
    config: `const api = service({
  dev: 'a',
  dependsOn: [migrate],
});
const migrate = task({ run: 'b' });
export default defineConfig({ resources: { api, migrate } });`,
    problems: [
      'devstack.config.ts:4  "migrate" is used before line 6 creates it. Move this below line 6, or make env a function: env: () => ({ … })',
    ],
  },
  {
    rule: 'a damaged reference is found',
    config: `const db = postgres();
const api = service({ dev: 'a', env: { X: \`\${db.url}\`.slice(0, -3) } });
export default defineConfig({ resources: { db, api } });`,
    problems: [
      'devstack.config.ts:3  api.env.X contains a broken reference: a value was cut or replaced; build it from parts',
    ],
  },
  {
    rule: 'an unknown port of another resource is named',
    config: `const billing = service({ dev: 'a', ports: { http: 'auto', grpc: 'auto' } });
const api = service({ dev: 'a', env: { X: billing.endpoint('gprc').url } });
export default defineConfig({ resources: { billing, api } });`,
    problems: ['devstack.config.ts:3  billing has no port "gprc". Did you mean "grpc"?'],
  },
  {
    rule: 'a variable is text, a number, a boolean or a reference',
    config: `const api = service({ dev: 'a', env: { A: null, B: ['x'], C: () => 1, D: NaN } as never });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.env.A must be text, a number, true, false or a value like db.url, not null.',
      'devstack.config.ts:2  api.env.B must be text, a number, true, false or a value like db.url, not a list.',
      'devstack.config.ts:2  api.env.C must be text, a number, true, false or a value like db.url, not a function.',
      'devstack.config.ts:2  api.env.D must be text, a number, true, false or a value like db.url, not NaN.',
    ],
  },
  {
    rule: 'env is an object',
    config: `const api = service({ dev: 'a', env: ['A=1'] as never });
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:2  api.env must be an object, not a list.'],
  },
  {
    rule: 'an env function gives an object',
    config: `const api = service({ dev: 'a', env: (() => undefined) as never });
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:2  api.env() must be an object: env: () => ({ … }), not undefined.'],
  },
  {
    rule: 'an env function that throws is named',
    config: `const api = service({
  dev: 'a',
  env: () => {
    throw new Error('no vault');
  },
});
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:5  api.env threw: no vault'],
  },
  {
    rule: 'a variable has a proper name',
    config: `const api = service({ dev: 'a', env: { 'MY VAR': '1' } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.env has a variable "MY VAR". A name has letters, digits and _, and does not begin with a digit.',
    ],
  },
  {
    rule: 'a variable does not contradict a port',
    config: `const api = service({ dev: 'a', port: 3000, env: { PORT: 4000 } });
export default defineConfig({ resources: { api } });`,
    problems: [
      "devstack.config.ts:2  api.env.PORT is set by devstack: it carries the port http. Set the port instead, or name another variable: ports: { http: { env: '…' } }",
    ],
  },
  {
    rule: 'a secret has the name of a variable',
    config: `const api = service({ dev: 'a', env: { A: secret('my secret') } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  secret("my secret") needs the name of a variable: letters, digits and _, not beginning with a digit.',
    ],
  },
  {
    rule: 'options of a secret are checked',
    config: `const api = service({ dev: 'a', env: { A: secret('A', { genrate: true } as never), B: secret('B', { generate: { length: 2 } }) } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  secret("A") has no option "genrate". Did you mean "generate"?',
      'devstack.config.ts:2  secret("B").generate.length must be a length of 8 to 1024, not 2.',
    ],
  },
  {
    rule: 'targets of perTarget are checked',
    config: `const api = service({ dev: 'a', env: { A: perTarget({ dev: 1, compsoe: 2 } as never) } });
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:2  api.env.A: perTarget() has no target "compsoe". Did you mean "compose"?'],
  },
  {
    rule: 'a build argument is no secret',
    config: `const web = service({ dev: 'a', build: { context: '.', args: { TOKEN: secret('TOKEN') } } });
export default defineConfig({ resources: { web } });`,
    problems: [
      'devstack.config.ts:2  web.build.args.TOKEN is a secret; build args stay readable in the image. Use build.secrets.',
    ],
  },
  {
    rule: 'a build argument is no URL with a password',
    config: `const db = postgres();
const web = service({ dev: 'a', build: { context: '.', args: { DB: db.url } } });
export default defineConfig({ resources: { db, web } });`,
    problems: [
      'devstack.config.ts:3  web.build.args.DB is a secret; build args stay readable in the image. Use build.secrets.',
    ],
  },
  {
    rule: 'nor one that leads past a pooler',
    config: `const db = postgres({ pooler: true });
const web = service({ dev: 'a', build: { context: '.', args: { DB: db.directUrl } } });
export default defineConfig({ resources: { db, web } });`,
    problems: [
      'devstack.config.ts:3  web.build.args.DB is a secret; build args stay readable in the image. Use build.secrets.',
    ],
  },
  {
    rule: 'a build argument is an address a browser can reach',
    config: `const api = service({ dev: 'a' });
const web = service({
  dev: 'a',
  build: {
    args: { VITE_API_URL: api.url },
  },
});
export default defineConfig({ resources: { api, web } });`,
    problems: [
      'devstack.config.ts:6  web.build.args.VITE_API_URL uses api.url, an address inside the cluster. A browser needs api.publicUrl.',
    ],
  },
];
