import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { urlOf } from '../rig/demo.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

/** Waits for SIGHUP, and does then what makes its check pass, or fail if it is to live. */
const SERVER = `
  import { createServer } from 'node:http';
  import { writeFileSync } from 'node:fs';
  const [how] = process.argv.slice(2);
  let status = how === 'live' ? 200 : 503;
  const server = createServer((request, response) => response.writeHead(status).end());
  const listen = () => server.listen(8080, () => console.log('\\u001b[32mlistening\\u001b[0m on 8080'));
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGHUP', () => {
    status = how === 'live' ? 500 : 200;
    if (how === 'command') writeFileSync('/tmp/go', '');
    if (!server.listening) listen();
    console.log('told');
  });
  if (how === 'http' || how === 'live') listen();
  setInterval(() => {}, 1000);
  console.log('up');
`;

const config = (resources: string) => `
  import { container, defineConfig, param, secret } from 'devstack';
  const image = 'node:20-alpine';
  const volumes = { './src': '/src' };
  const server = (how) => ({ image, volumes, command: ['node', '/src/server.mjs', how] });
  export default defineConfig({ name: 'any', resources: { ${resources} } });`;

describeDocker('a container of any image', () => {
  const used: string[] = [];
  cleanUp(() => used);
  let rig: Rig;
  let stack: Running | undefined;

  async function up(resources: string): Promise<Running> {
    rig.write('devstack.config.ts', config(resources));
    const started = devstack(['up'], { cwd: rig.folder });
    stack = started;
    await started.seen(/ started|: /);
    used.push(readSession(projectPaths(rig.folder))?.instance ?? '');
    return started;
  }

  async function stop(): Promise<void> {
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    stack = undefined;
  }

  const run = async (...args: readonly string[]) => (await devstack(args, { cwd: rig.folder }).finished).stdout;
  const why = (name: string) => run('why', name);
  const hup = (name: string) => run('exec', name, '--', 'kill', '-HUP', '1');

  describe('its health check', () => {
    beforeAll(async () => {
      rig = await createRig();
      rig.write('src/server.mjs', SERVER);
      await up(`
        'by-http': container({ ...server('http'), healthcheck: '/healthz' }),
        'by-tcp': container({ ...server('tcp'), healthcheck: { tcp: true } }),
        'by-command': container({ ...server('command'),
          healthcheck: { command: 'cat /proc/uptime >>/tmp/tries; test -f /tmp/go' } }),
        'by-log': container({ ...server('log'), healthcheck: { log: /^listening on \\d+$/ } }),
        living: container({ ...server('live'),
          healthcheck: { ready: { log: /^up$/ }, live: { http: '/', interval: '100ms', retries: 3 } } }),
      `);
    });
    afterAll(async () => {
      await stop();
      await nothingLeft(rig.folder);
      await rig[Symbol.asyncDispose]();
    });

    const cases = [
      ['by-http', /last health check: GET http:\S+ answers 503/],
      // What forwards the port accepts for a container that does not listen.
      ['by-tcp', /last health check: connection to port (8080 of its container refused|\d+ is closed at once)/],
      ['by-command', /last health check: ".*test -f \/tmp\/go" exits with 1/],
      ['by-log', /waiting for a log line matching \/\^listening/],
    ] as const;
    test.each(cases)('%s: it is not ready before the check passes', async (name, reason) => {
      await until(async () => reason.test(await why(name)));
      expect(stack?.output()).not.toMatch(new RegExp(`^${name} +· ready`, 'm'));
      await hup(name);
      await stack?.seen(new RegExp(`^${name} +· ready after`, 'm'));
    });

    test('a command runs inside of the container, once a second at most', async () => {
      const times = async () => (await run('exec', 'by-command', '--', 'cat', '/tmp/tries')).trim().split('\n');
      await until(async () => (await times()).length >= 4);
      const seconds = (await times()).map((line) => Number.parseFloat(line));
      // When it begins in there depends on the engine, too; on the whole it is the pace of ours.
      expect((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)).toBeGreaterThan(seconds.length - 2);
    });

    test('a liveness check that fails restarts it', async () => {
      await stack?.seen(/^living +· ready after/m);
      const before = stack?.output().length ?? 0;
      await hup('living');
      await stack?.seen(/^living +· .*stopped answering its health check \(3 times in a row\)/m, before);
      await stack?.seen(/^living +· ready after/m, before);
      const { code, stdout } = await devstack(['exec', 'living', '--', 'true'], { cwd: rig.folder }).finished;
      expect([code, stdout]).toEqual([0, '']);
      expect(await why('living')).toMatch(/started again once/);
    });
  });

  describe('what it is given', () => {
    afterEach(async () => {
      await stop();
      await nothingLeft(rig.folder);
      rmSync(rig.folder, { recursive: true, force: true });
    });

    test('a free port of this machine leads to the one its image listens on', async () => {
      rig = await createRig();
      const listen = `process.on('SIGTERM', () => process.exit(0));
        require('http').createServer((_, response) => response.end('here')).listen(3999)`;
      const command = JSON.stringify(['node', '-e', listen]);
      const running = await up(
        `fixed: container({ image, command: ${command}, ports: { http: { containerPort: 3999 } }, healthcheck: '/' }),`,
      );
      await running.seen(/^fixed +· ready after/m);
      const url = urlOf(running, 'fixed');
      expect(url).not.toContain('3999');
      expect(await (await fetch(url)).text()).toBe('here');
    });

    test('entrypoint, command, user, environment, files and a volume that stays over down', async () => {
      rig = await createRig();
      rig.write(
        'src/show.mjs',
        `import { readFileSync } from 'node:fs'; const { level, key } = JSON.parse(readFileSync('/etc/show/all.json', 'utf8')); console.log('shown ' + JSON.stringify([process.argv.slice(2), process.getuid(), process.env.WHO, process.env.PORT, process.cwd(), level, key.length])); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));`,
      );
      rig.write(
        'src/keep.mjs',
        `import { appendFileSync, readFileSync } from 'node:fs'; appendFileSync('/kept/starts', '.'); console.log('starts ' + readFileSync('/kept/starts', 'utf8').length); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));`,
      );
      const resources = `
        show: container({ image, volumes, entrypoint: ['node', '/src/show.mjs'], command: ['from', 'command'],
          user: 'node', env: { WHO: 'test' }, healthcheck: { log: /^shown/ }, files: { '/etc/show/all.json': {
            level: param('LEVEL', { default: 'info' }), key: secret('KEY', { generate: true }) } } }),
        keep: container({ image, volumes: { ...volumes, kept: '/kept' }, command: 'exec node /src/keep.mjs',
          healthcheck: { log: /^starts/ } }),
      `;
      const first = await up(resources);
      const [, shown = ''] = await first.seen(/^show +\| shown (.*)$/m);
      expect(JSON.parse(shown)).toEqual([['from', 'command'], 1000, 'test', '8080', '/app', 'info', 32]);
      await first.seen(/^keep +\| starts 1$/m);
      expect((await devstack(['down'], { cwd: rig.folder }).finished).code).toBe(0);
      await first.finished;
      const second = await up(resources);
      await second.seen(/^keep +\| starts 2$/m);
      const { instance } = readSession(projectPaths(rig.folder)) ?? { instance: '' };
      expect((await listInstance(engine(), instance)).volumes).toEqual([`${instance}_kept`]);
      expect((await devstack(['down', '--volumes', '--yes'], { cwd: rig.folder }).finished).code).toBe(0);
      expect((await listInstance(engine(), instance)).volumes).toEqual([]);
    });
  });
});
