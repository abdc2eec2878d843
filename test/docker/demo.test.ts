import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { cloneDemo, findOrder, order, processed, urlOf } from '../rig/demo.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { until } from '../rig/until.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

const used: string[] = [];
const folders: string[] = [];
let stack: Running | undefined;

describeDocker('the demo with a Docker engine', () => {
  cleanUp(() => used);

  afterEach(async () => {
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    stack = undefined;
    for (const folder of folders.splice(0)) {
      await nothingLeft(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  async function up(folder: string): Promise<Running> {
    stack = devstack(['up'], { cwd: folder });
    await stack.seen(/all 5 ready in/);
    used.push(instanceOf(folder));
    return stack;
  }

  function clone(): string {
    const folder = cloneDemo();
    folders.push(folder);
    return folder;
  }

  const instanceOf = (folder: string): string => readSession(projectPaths(folder))?.instance ?? '';
  const states = async (folder: string): Promise<readonly string[]> =>
    (await listInstance(engine(), instanceOf(folder))).containers.map(({ resource, state }) => `${resource} ${state}`);

  test('it uses a container, keeps it stopped and labelled, starts it again with its data, and down removes it', async () => {
    const folder = clone();
    const first = await up(folder);
    await first.seen(/db +· container postgres:17 \(engine .*\): Docker engine answers at /);
    const web = urlOf(first, 'web');
    const { id } = await order(web);
    await processed(web, id);
    expect(await states(folder)).toEqual(['db running']);
    const exec = await devstack(
      ['exec', 'db', '--', 'psql', '-U', 'app', '-Atc', 'select count(*) from orders', 'db'],
      { cwd: folder },
    ).finished;
    expect([exec.code, exec.stdout.trim()]).toEqual([0, '1']);
    first.process.kill('SIGINT');
    expect((await first.finished).code).toBe(130);
    expect(await states(folder)).toEqual(['db exited']);

    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const without = await devstack(['down'], { cwd: folder, env }).finished;
    expect([without.code, without.stderr.replaceAll(`${instanceOf(folder)}: `, '').split('\n')]).toEqual([
      0,
      [
        'could not look for its containers: no Docker engine answers (/nonexistent/docker.sock does not exist)',
        'once an engine answers, devstack down removes what is left of them',
        '',
      ],
    ]);

    const second = await up(folder);
    expect((await findOrder(urlOf(second, 'web'), id)).status).toBe('processed');
    expect((await devstack(['down'], { cwd: folder }).finished).code).toBe(0);
    expect((await devstack(['down'], { cwd: folder, env }).finished).stderr).toMatch(
      /nothing runs, nothing to remove\n$/,
    );
    expect((await second.finished).code).toBe(0);
    const left = await listInstance(engine(), instanceOf(folder));
    expect([left.containers, left.networks, left.volumes.length]).toEqual([[], [], 1]);
    expect((await devstack(['down', '--volumes', '--yes'], { cwd: folder }).finished).code).toBe(0);
    expect((await listInstance(engine(), instanceOf(folder))).volumes).toEqual([]);
  });

  test('after kill -9 the guardian stops the container, and the next up finds its data', async () => {
    const folder = clone();
    const first = await up(folder);
    const { id } = await order(urlOf(first, 'web'));
    await processed(urlOf(first, 'web'), id);
    first.process.kill('SIGKILL');
    await first.finished;
    await nothingLeft(folder);
    await until(async () => (await states(folder)).join() === 'db exited');
    const second = await up(folder);
    expect((await findOrder(urlOf(second, 'web'), id)).id).toBe(id);
  });

  test('two clones run at once on one engine', async () => {
    const [a, b] = [clone(), clone()];
    const first = await up(a);
    const second = await up(b);
    expect(await states(a)).toEqual(['db running']);
    expect(await states(b)).toEqual(['db running']);
    expect((await order(urlOf(first, 'web'))).id).toBe('1');
    expect((await order(urlOf(second, 'web'))).id).toBe('1');
    first.process.kill('SIGINT');
    await first.finished;
    expect(await states(b)).toEqual(['db running']);
  });
});
