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
      `import { container, defineConfig, redis, service } from 'devstack';\n${resources}\n`,
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
});
