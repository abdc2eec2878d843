import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

const used: string[] = [];
const folders: string[] = [];
const running: Running[] = [];

describeDocker('stacks with containers', () => {
  cleanUp(() => used);

  afterEach(async () => {
    for (const stack of running.splice(0)) {
      stack.process.kill('SIGINT');
      await stack.finished;
    }
    for (const folder of folders.splice(0)) {
      await nothingLeft(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  function project(resources: string): string {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-containers-')));
    writeFileSync(
      path.join(folder, 'devstack.config.mjs'),
      `import { container, defineConfig, nats, redis, service } from 'devstack';\n${resources}\n`,
    );
    folders.push(folder);
    return folder;
  }

  async function up(folder: string, until: RegExp): Promise<Running> {
    const stack = devstack(['up'], { cwd: folder });
    running.push(stack);
    await stack.seen(until);
    used.push(instanceOf(folder));
    return stack;
  }

  const instanceOf = (folder: string): string => readSession(projectPaths(folder))?.instance ?? '';

  test('a container that runs already is taken over with the port it has', async () => {
    const folder = project(`export default defineConfig({ name: 'left', resources: { cache: redis() } });`);
    const first = await up(folder, /all 1 ready in/);
    const [, address] = await first.seen(/cache +· ready after .*(127\.0\.0\.1:\d+)/);
    first.process.kill('SIGINT');
    await first.finished;
    const [container] = (await listInstance(engine(), instanceOf(folder))).containers;
    await engine()
      .docker.getContainer(container?.id ?? '')
      .start();
    const second = await up(folder, /all 1 ready in/);
    expect(second.output()).toMatch(new RegExp(`ready after .* ${address} .*was running already`));
  });

  test('ls finds containers of a checkout that is gone, and down --all removes them with their data', async () => {
    const folder = project(`export default defineConfig({ name: 'gone', resources: { cache: redis() } });`);
    const stack = await up(folder, /all 1 ready in/);
    const instance = instanceOf(folder);
    stack.process.kill('SIGINT');
    await stack.finished;
    rmSync(folder, { recursive: true });
    const ls = await devstack(['ls'], { cwd: tmpdir() }).finished;
    expect(ls.stdout).toMatch(
      new RegExp(`^${instance} +left behind: 1 container, 1 volume .* ${folder} \\(gone\\)`, 'm'),
    );
    const down = await devstack(['down', '--all', '--volumes', '--yes'], { cwd: tmpdir() }).finished;
    expect([down.code, down.stderr]).toEqual([
      0,
      expect.stringContaining(`${instance}: removed volume ${instance}_cache`),
    ]);
    expect(await listInstance(engine(), instance)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
    expect((await devstack(['ls'], { cwd: tmpdir() }).finished).stdout).not.toContain(instance);
  });

  test('a port that a container of another instance has is told with that instance, before anything starts', async () => {
    const first = project(`export default defineConfig({ name: 'has', resources: { cache: redis() } });`);
    const holder = await up(first, /all 1 ready in/);
    const [, port] = await holder.seen(/cache +· ready after .*127\.0\.0\.1:(\d+)/);
    const second = project(
      `export default defineConfig({ name: 'wants', resources: { bus: redis({ port: ${port} }) } });`,
    );
    const stack = await up(second, /bus +· .*wants port/);
    const [title, hint, next] = stack.output().split('\n');
    expect([title, hint]).toEqual([
      expect.stringMatching(new RegExp(`^devstack · bus wants port ${port}; .*cache of ${instanceOf(first)}.*\\.$`)),
      `devstack · Stop it: devstack down in ${first}. Or set port: 'auto'.`,
    ]);
    expect(next).toMatch(/^bus +·/);
    expect(stack.output()).toMatch(new RegExp(`bus +· .*bus wants port ${port}; .*cache of ${instanceOf(first)}`));
  });

  test('ps tells the addresses of a server, and as JSON its image and where its data is', async () => {
    const folder = project(
      `export default defineConfig({ name: 'seen', resources: { bus: nats(), cache: redis() } });`,
    );
    await up(folder, /all 2 ready in/);
    const instance = instanceOf(folder);
    const { stdout } = await devstack(['ps'], { cwd: folder }).finished;
    expect(stdout).toMatch(/^bus +ready .* nats localhost:\d+, monitoring localhost:\d+ /m);
    expect(stdout).toMatch(/^cache +ready +container redis:8 .* localhost:\d+ +\d+(?:\.\d+)? (?:ms|s)$/m);
    const json = JSON.parse((await devstack(['ps', '--json'], { cwd: folder }).finished).stdout);
    const cache = json.resources.find(({ name }: { readonly name: string }) => name === 'cache');
    expect(cache.info).toMatchObject({
      containerId: expect.stringMatching(/^[0-9a-f]{64}$/),
      image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      data: { kind: 'volume', place: `${instance}_cache` },
      runtime: { name: 'docker' },
    });
  });

  test('a service that only listens on the loopback address is named when a container needs it', async () => {
    const folder = project(`
      const listen = (host) => \`node -e "require('http').createServer((q, r) => r.end('hello')).listen(process.env.PORT, '\${host}')"\`;
      const open = service({ dev: listen('0.0.0.0'), healthcheck: '/' });
      const shut = service({ dev: listen('127.0.0.1'), healthcheck: '/' });
      const ask = \`process.on('SIGTERM', process.exit); (async () => {
        for (const name of ['OPEN', 'SHUT'])
          for (let at = Date.now(); ; )
            try { console.log(name, await (await fetch(process.env[name + '_URL'])).text()); break; }
            catch (error) { if (name === 'SHUT' || Date.now() - at > 30000) { console.log(name, error.cause.code); break; } }
      })(); setInterval(() => {}, 1e6);\`;
      const proxy = container({ image: 'node:20-alpine', command: ['node', '-e', ask],
        env: { OPEN_URL: open.url, SHUT_URL: shut.url }, dependsOn: [open, shut] });
      export default defineConfig({ name: 'gateway', resources: { open, shut, proxy } });`);
    const stack = await up(folder, /proxy +\| SHUT ECONNREFUSED/);
    expect(stack.output()).toMatch(/proxy +\| OPEN hello/);
    const title = 'listens on 127.0.0.1 only; container proxy reaches it through host.docker.internal and is refused';
    await stack.seen(new RegExp(`shut +· ${title}\\nshut +· Listen on 0\\.0\\.0\\.0`));
    expect(stack.output()).not.toMatch(/^open +· listens on/m);
    const why = await devstack(['why', 'shut'], { cwd: folder }).finished;
    expect(why.stdout).toContain(title);
  });
});
