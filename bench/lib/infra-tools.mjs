import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolEnv } from './run-tool.mjs';
import { IMAGES, LOGIN } from './servers.mjs';
import { devstackBin } from './tools.mjs';

const script = fileURLToPath(new URL('../../scripts/docker-compose.sh', import.meta.url));

/** What is missing to measure with containers; undefined when nothing is. */
export function whyNot() {
  const version = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' });
  if (version.status !== 0) return 'no Docker engine answers';
  for (const image of [...Object.values(IMAGES), 'node:20-alpine'])
    if (spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status !== 0)
      return `image ${image} is not here (test/images/build.sh builds stand-ins)`;
  return undefined;
}

/** Path of docker compose v2, or undefined where there is none and none can be had. */
export function findCompose() {
  const found = spawnSync('bash', [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export const run = (file, args, options = {}) => execFileSync(file, args, { stdio: 'pipe', ...options });

export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The three servers for docker compose, with the health checks people write. */
export function composeProject(folder, compose, { db, cache, queue }) {
  mkdirSync(folder, { recursive: true });
  const check = (...test) =>
    `{ test: [${test.map((word) => `'${word}'`).join(', ')}], interval: 2s, timeout: 5s, retries: 60 }`;
  const file = path.join(folder, 'compose.yaml');
  writeFileSync(
    file,
    `name: devstack-bench
services:
  db:
    image: ${IMAGES.db}
    environment: { POSTGRES_USER: ${LOGIN.user}, POSTGRES_PASSWORD: ${LOGIN.password}, POSTGRES_DB: ${LOGIN.database} }
    ports: ['127.0.0.1:${db}:5432']
    volumes: ['db:/var/lib/postgresql/data']
    healthcheck: ${check('CMD', 'pg_isready', '-h', '127.0.0.1', '-U', LOGIN.user)}
  cache:
    image: ${IMAGES.cache}
    ports: ['127.0.0.1:${cache}:6379']
    volumes: ['cache:/data']
    healthcheck: ${check('CMD', 'redis-cli', 'ping')}
  queue:
    image: ${IMAGES.queue}
    hostname: queue
    environment: { RABBITMQ_DEFAULT_USER: ${LOGIN.user}, RABBITMQ_DEFAULT_PASS: ${LOGIN.password} }
    ports: ['127.0.0.1:${queue}:5672']
    volumes: ['queue:/var/lib/rabbitmq']
    healthcheck: ${check('CMD', 'rabbitmq-diagnostics', '-q', 'check_port_connectivity')}
volumes: { db: {}, cache: {}, queue: {} }
`,
  );
  const call = (...words) => [compose, ['-f', file, ...words]];
  return {
    up: () => run(...call('up', '--wait', '--pull', 'never')),
    stop: () => run(...call('stop')),
    down: () => spawnSync(...call('down', '--volumes', '--timeout', '1'), { stdio: 'ignore' }),
  };
}

/** A project of devstack; `resources` is source text. */
export function devstackProject(folder, name, resources, work) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'devstack.config.mjs'),
    `import { container, defineConfig, postgres, rabbitmq, redis, service, worker } from 'devstack';\nexport default defineConfig({ name: '${name}', resources: {\n${resources}\n} });\n`,
  );
  const env = toolEnv(work);
  return {
    /** Starts it; `seen` resolves with the time a line of its output arrived and the match. */
    up() {
      const child = spawn(process.execPath, [devstackBin(), 'up'], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let text = '';
      const waiting = new Set();
      const take = (chunk) => {
        text += chunk;
        for (const look of waiting) look(Date.now());
      };
      child.stdout.setEncoding('utf8').on('data', take);
      child.stderr.setEncoding('utf8').on('data', take);
      const ended = new Promise((resolve) => child.on('exit', resolve));
      return {
        child,
        output: () => text,
        seen: (pattern) =>
          new Promise((resolve, reject) => {
            const give = () => (waiting.delete(look), reject(new Error(`no ${pattern} within 3 min:\n${text}`)));
            const patience = setTimeout(give, 180_000);
            const look = (at) => {
              const match = pattern.exec(text);
              if (!match) return;
              waiting.delete(look);
              clearTimeout(patience);
              resolve({ at, match });
            };
            waiting.add(look);
            void ended.then(
              () => (
                waiting.delete(look),
                clearTimeout(patience),
                reject(new Error(`it ended without ${pattern}:\n${text}`))
              ),
            );
            look(Date.now());
          }),
        async stop() {
          child.kill('SIGINT');
          await ended;
        },
      };
    },
    down: () => spawnSync(process.execPath, [devstackBin(), 'down', '--volumes', '--yes'], { cwd: folder, env }),
    containers: () =>
      run('docker', ['ps', '-aq', '--filter', `label=devstack.root=${folder}`], { encoding: 'utf8' })
        .split('\n')
        .filter(Boolean),
  };
}

export const serversText = ({ db, cache, queue }) => `
  db: postgres({ user: '${LOGIN.user}', password: '${LOGIN.password}', database: '${LOGIN.database}', port: ${db} }),
  cache: redis({ port: ${cache} }),
  queue: rabbitmq({ user: '${LOGIN.user}', password: '${LOGIN.password}', port: ${queue} }),`;
