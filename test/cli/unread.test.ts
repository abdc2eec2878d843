import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(async () => {
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

test('a command whose output nobody reads any more ends without a word', async () => {
  const object =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, image: x }] }\n---\n';
  rig.write('many.yaml', object.repeat(3_000));
  const running = devstack(['lint', '-f', 'many.yaml'], { cwd: rig.folder, env: rig.env });
  await running.seen(/p: /);
  running.process.stdout?.destroy();
  expect(await running.finished).toMatchObject({ code: 141, stderr: '' });
});

test('a stack whose stream nobody reads any more stops as it should', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, worker } from 'devstack';
const talks = worker({ dev: "trap 'echo stopped >ended; exit 0' TERM; while :; do echo talking; sleep 0.02; done" });
export default defineConfig({ name: 'unread', resources: { talks } });`,
  );
  const running = devstack(['up', '--plain'], { cwd: rig.folder, env: rig.env });
  await running.seen(/talking/);
  running.process.stdout?.destroy();
  expect((await running.finished).code).toBe(130);
  expect(readFileSync(path.join(rig.folder, 'ended'), 'utf8')).toBe('stopped\n');
});

test.each([['--plain'], ['--json']])(
  'attach %s ends when it is asked to, however far its reader is behind',
  async (how) => {
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, worker } from 'devstack';
const talks = worker({ dev: ${JSON.stringify(rig.command('talks'))} });
export default defineConfig({ name: 'unread', resources: { talks } });`,
    );
    const stack = devstack(['up', '--plain'], { cwd: rig.folder, env: rig.env });
    const talks = await rig.next('talks');
    await stack.seen(/all 1 ready/);
    const viewer = devstack(['attach', how], { cwd: rig.folder, env: rig.env });
    await viewer.seen(/talks/);
    viewer.process.stdout?.pause();
    await talks.do('flood', { lines: 200_000, width: 100 });
    const ended = once(viewer.process, 'exit');
    viewer.process.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    viewer.process.stdout?.resume();
    stack.process.kill('SIGTERM');
    await Promise.all([viewer.finished, stack.finished]);
  },
);
