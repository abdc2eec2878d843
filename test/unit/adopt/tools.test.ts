import { expect, test } from 'vitest';
import { adopt, adoptEcosystem, configOf } from '../../../src/adopt/index.ts';

const written = (file: string, text: string): string =>
  configOf(adopt(file, (name) => (name === file ? text : undefined)));
const body = (config: string): string => config.split("'devstack';\n")[1] ?? '';

test('a Procfile: web gets a port, release is done first, the rest are workers', () => {
  const text =
    '# comment\nweb: npm start\nrelease: npm run migrate\nworker: node worker.js # all\nadmin: ./admin -p $PORT\n';
  expect(body(written('Procfile.dev', text))).toBe(`
const web = service({ dev: 'npm start' });

const release = task({ run: 'npm run migrate' });

const workerApp = worker({ dev: 'node worker.js # all' });

const admin = service({ dev: './admin -p $PORT' });

export default defineConfig({
  resources: { web, release, worker: workerApp, admin },
});
`);
});

test('a name that is there twice is two names', () => {
  const text = 'jobs: ./a\njobs: ./b\njobs-2: ./c\njobs: ./d\n';
  expect(body(written('Procfile', text))).toBe(`
const jobs = worker({ dev: './a' });

const jobs3 = worker({ dev: './b' });

const jobs2 = worker({ dev: './c' });

const jobs4 = worker({ dev: './d' });

export default defineConfig({
  resources: { jobs, 'jobs-3': jobs3, 'jobs-2': jobs2, 'jobs-4': jobs4 },
});
`);
});

test('procs of mprocs', () => {
  const text = `
procs:
  front: npx vite --port 5173
  api:
    cmd: ['node', 'api.js', '--name', 'a b']
    cwd: <CONFIG_DIR>/api
    env: { LEVEL: debug, HOME: null }
    stop: SIGINT
    autorestart: true
  tunnel: { shell: 'ssh -N host', autostart: false, stop: { send-keys: ['<C-d>'] } }
`;
  expect(body(written('mprocs.yaml', text))).toBe(`
const front = service({ dev: 'npx vite --port 5173', port: 5173 });

const api = worker({
  dev: 'node api.js --name "a b"',
  cwd: './api',
  env: { LEVEL: 'debug' },
  restart: 'always',
  stopSignal: 'SIGINT',
});

// stop: send-keys is not carried over
const tunnel = worker({ dev: 'ssh -N host', autostart: false });

export default defineConfig({
  resources: { front, api, tunnel },
});
`);
});

test('processes of process-compose', () => {
  const text = `
version: '0.5'
processes:
  migrate: { command: npm run migrate, environment: ['A=1'] }
  api:
    command: go run ./api
    working_dir: ./api
    depends_on: { migrate: { condition: process_completed_successfully }, gone: { condition: process_started } }
    readiness_probe: { http_get: { host: 127.0.0.1, port: 8080, path: /health } }
    availability: { restart: always }
    shutdown: { timeout_seconds: 20, command: ./stop }
    namespace: back
  mail: { command: ./mail, disabled: true, liveness_probe: { exec: { command: ./alive } }, replicas: 2 }
`;
  expect(body(written('process-compose.yaml', text))).toBe(`
const migrate = task({ run: 'npm run migrate', env: { A: '1' } });

// shutdown.command: not carried over
const api = service({
  dev: 'go run ./api',
  port: 8080,
  cwd: './api',
  healthcheck: '/health',
  dependsOn: migrate,
  restart: 'always',
  stopGracePeriod: '20s',
});

// replicas: not carried over
const mail = worker({ dev: './mail', healthcheck: { command: './alive' }, autostart: false });

export default defineConfig({
  resources: { migrate, api, mail },
  groups: { back: [api] },
});
`);
});

test('apps of PM2', () => {
  const apps = [
    {
      name: 'api',
      script: './api.js',
      args: ['--fast', 3],
      cwd: './api',
      env: { PORT: 3000, MODE: 'dev' },
      watch: ['src'],
    },
    { script: 'jobs.py', interpreter: 'python3', instances: 4, exec_mode: 'cluster', autorestart: false, watch: true },
  ];
  expect(body(configOf(adoptEcosystem('ecosystem.config.js', { apps })))).toBe(`
const api = service({
  dev: 'node ./api.js --fast 3',
  port: 3000,
  cwd: './api',
  env: { MODE: 'dev' },
  watch: ['src'],
});

// instances, exec_mode: not carried over
const app2 = worker({ dev: 'python3 jobs.py', watch: '.', restart: 'no' });

export default defineConfig({
  resources: { api, 'app-2': app2 },
});
`);
});

test.each([
  ['gone.yaml', undefined, 'gone.yaml', 'it is not there'],
  ['stack.toml', 'x = 1', 'stack.toml', 'devstack does not know files of this name'],
  ['compose.yaml', 'volumes: {}', 'compose.yaml', 'nothing in it can be started'],
  ['compose.yaml', 'services: [', 'compose.yaml', 'Flow sequence in block collection must be sufficiently indented'],
  ['compose.yaml', 'include: [compose.yaml]', 'compose.yaml', 'it comes round to itself: compose.yaml → compose.yaml'],
  ['compose.yaml', 'include: [other.yaml]', 'other.yaml', 'it is not there'],
  [
    'compose.yaml',
    'services: { a: { extends: a } }',
    'compose.yaml',
    'a extends itself: compose.yaml:a → compose.yaml:a',
  ],
  [
    'compose.yaml',
    'services: { a: { extends: { file: b.yaml, service: a } } }',
    'b.yaml',
    'a of compose.yaml extends what is in it, and it is not there',
  ],
])('%s with %j is refused', (file, text, place, reason) => {
  const read = (name: string): string | undefined => (name === file ? text : undefined);
  let failure: unknown;
  try {
    adopt(file, read);
  } catch (error) {
    failure = error instanceof Error && 'failure' in error ? error.failure : error;
  }
  expect(failure).toEqual({ code: 'source-unreadable', file: place, reason: expect.stringContaining(reason) });
});
