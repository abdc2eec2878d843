import type { BadConfig } from './bad-config.ts';

/** Options of resources. */
export const badOptions: readonly BadConfig[] = [
  {
    rule: 'only what has databases can be shared, in containers, without files of one checkout',
    config: `const cache = redis({ infra: 'shared' });
const db = postgres({ runtime: 'native', infra: 'shared' });
const other = postgres({ files: { './a.conf': '/a.conf' },
  infra: 'shared' });
export default defineConfig({ resources: { cache, db, other } });`,
    files: { 'a.conf': '' },
    problems: [
      "devstack.config.ts:2  cache.infra: 'shared' is not possible: instances cannot have a redis each to themselves in one server: its numbered databases keep no client out. Leave it out, or write infra: 'own'.",
      "devstack.config.ts:3  db.infra: 'shared' is not possible: runtime: 'native' makes a server for each instance. Leave it out, or write infra: 'own'.",
      "devstack.config.ts:5  other.infra: 'shared' is not possible: its files are those of one checkout. Leave it out, or write infra: 'own'.",
    ],
  },
  {
    rule: 'options that are no object are said to be none',
    config: `const t = task('node migrate.mjs' as never);
const w = worker(null as never);
export default defineConfig({ resources: { t, w } });`,
    problems: [
      'devstack.config.ts:2  t must be an object, not "node migrate.mjs".',
      'devstack.config.ts:3  w must be an object, not null.',
    ],
  },
  {
    rule: 'an unknown option is named with the nearest one',
    config: `const api = service({
  dev: 'a',
  helthcheck: '/healthz',
} as never);
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:4  api has no option "helthcheck". Did you mean "healthcheck"?'],
  },
  {
    rule: 'an unknown option that nothing resembles lists what there is',
    config: `export default defineConfig({ resources: { db: redis({ color: 'red' } as never) } });`,
    problems: [
      'devstack.config.ts:2  db has no option "color". It has: version, image, runtime, port, persist, files, env, args, healthcheck, autostart, infra, deploy, password.',
    ],
  },
  {
    rule: 'an unknown option inside deploy is named',
    config: `const api = service({ dev: 'a', image: 'x', deploy: { autoscale: { max: 3, mni: 1 } as never } });
export default defineConfig({ resources: { api } });`,
    problems: ['devstack.config.ts:2  api.deploy.autoscale has no option "mni". Did you mean "min"?'],
  },
  {
    rule: 'a task has no dev',
    config: `const t = task({ run: 'a', dev: 'b' } as never);
export default defineConfig({ resources: { t } });`,
    problems: ['devstack.config.ts:2  t has no option "dev". Did you mean "run"?'],
  },
  {
    rule: 'a task has a command',
    config: `const migrate = task({} as never);
export default defineConfig({ resources: { migrate } });`,
    problems: ["devstack.config.ts:2  migrate is a task without run. Add the command: run: 'npm run migrate'."],
  },
  {
    rule: 'a service has something to run',
    config: `const api = service({ cwd: '.' });
export default defineConfig({ resources: { api } });`,
    problems: [
      "devstack.config.ts:2  api has no dev, image or build: nothing to run. Add dev: 'npm run dev', or an image.",
    ],
  },
  {
    rule: 'a container has an image',
    config: `const search = container({ port: 7700 });
export default defineConfig({ resources: { search } });`,
    problems: ["devstack.config.ts:2  search has no image or build: nothing to run. Add image: '…'."],
  },
  {
    rule: 'options have the right type',
    config: `const api = service({ dev: 1, cwd: '', autostart: 'yes', envFile: 3, links: 'x', tty: 0 } as never);
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.dev must be text, not 1.',
      'devstack.config.ts:2  api.cwd must be text, not "".',
      'devstack.config.ts:2  api.autostart must be true or false, not "yes".',
      'devstack.config.ts:2  api.envFile must be text, not 3.',
      'devstack.config.ts:2  api.links must be an object, not "x".',
      'devstack.config.ts:2  api.tty must be true or false, not 0.',
    ],
  },
  {
    rule: 'a choice is one of those there are',
    config: `const api = service({ dev: 'a', restart: 'allways' as never, stopSignal: 'SIGKILL' as never });
export default defineConfig({ resources: { api } });`,
    problems: [
      "devstack.config.ts:2  api.restart must be 'on-failure', 'always' or 'no', not \"allways\". Did you mean \"always\"?",
      "devstack.config.ts:2  api.stopSignal must be 'SIGTERM', 'SIGINT' or 'SIGQUIT', not \"SIGKILL\".",
    ],
  },
  {
    rule: 'a duration has a unit',
    config: `const api = service({ dev: 'a', stopGracePeriod: '10' as never });
export default defineConfig({ resources: { api } });`,
    problems: ["devstack.config.ts:2  api.stopGracePeriod must be a duration like '500ms', '10s' or '2m', not \"10\"."],
  },
  {
    rule: 'a duration is no number',
    config: `const api = service({ dev: 'a', stopGracePeriod: 10 as never });
export default defineConfig({ resources: { api } });`,
    problems: ["devstack.config.ts:2  api.stopGracePeriod must be a duration like '500ms', '10s' or '2m', not 10."],
  },
  {
    rule: 'an amount of memory has a unit',
    config: `const api = service({ dev: 'a', deploy: { resources: { limits: { memory: '512MB' as never } } } });
export default defineConfig({ resources: { api } });`,
    problems: [
      "devstack.config.ts:2  api.deploy.resources.limits.memory must be an amount like '512Mi' or '2Gi', not \"512MB\".",
    ],
  },
  {
    rule: 'a share of the processor is a number',
    config: `const api = service({ dev: 'a', deploy: { resources: { requests: { cpu: 'half' as never } } } });
export default defineConfig({ resources: { api } });`,
    problems: [
      'devstack.config.ts:2  api.deploy.resources.requests.cpu must be a number of cores like 0.5 or \'100m\', not "half".',
    ],
  },
  {
    rule: 'a port is a number in range',
    config: `const a = service({ dev: 'a', port: 70000 });
const b = service({ dev: 'a', port: '3000' as never });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      "devstack.config.ts:2  a.port must be a port number (1 to 65535) or 'auto', not 70000.",
      'devstack.config.ts:3  b.port must be a port number (1 to 65535) or \'auto\', not "3000".',
    ],
  },
  {
    rule: 'a port is not taken twice',
    config: `const a = service({ dev: 'a', port: 3000 });
const b = service({ dev: 'a', ports: { http: 'auto', admin: 3000 } });
export default defineConfig({ resources: { a, b } });`,
    problems: [
      "devstack.config.ts:3  a.port and b.ports.admin are both 3000. Give one of them another number, or 'auto'.",
    ],
  },
  {
    rule: 'a server does not take the port of a service',
    config: `const db = postgres({ port: 5432 });
const api = service({ dev: 'a', port: 5432 });
export default defineConfig({ resources: { db, api } });`,
    problems: ["devstack.config.ts:3  db.port and api.port are both 5432. Give one of them another number, or 'auto'."],
  },
  {
    rule: 'port and ports are not mixed',
    config: `const a = service({ dev: 'a', port: 3000, ports: { grpc: 'auto' } });
export default defineConfig({ resources: { a } });`,
    problems: ['devstack.config.ts:2  a has both port and ports. Keep ports: { http: 3000, … }'],
  },
  {
    rule: 'ports are not empty',
    config: `const a = service({ dev: 'a', ports: {} });
export default defineConfig({ resources: { a } });`,
    problems: [
      'devstack.config.ts:2  a.ports is empty. Leave it out for one http port; a process without ports is a worker().',
    ],
  },
  {
    rule: 'two ports have two variables',
    config: `const a = service({ dev: 'a', ports: { http: { env: 'P' }, grpc: { env: 'P' } } });
export default defineConfig({ resources: { a } });`,
    problems: ["devstack.config.ts:2  a: the ports http and grpc both use the variable P. Give one another: env: '…'"],
  },
];
