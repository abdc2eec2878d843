import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSession } from '../../src/project/session.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { isAlive, processesOf } from '../../src/system/processes.ts';
import { accepts, devstack, nothingLeft } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

/** How many random moments; the full fifty run in CI and before a release. */
const MOMENTS = Number(process.env['DEVSTACK_KILLS'] ?? 8);

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(() => rig[Symbol.asyncDispose]());

function writeStack(): void {
  const quoted = (name: string): string => JSON.stringify(rig.command(name));
  rig.write('src/file.txt', '0');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service, task, worker } from 'devstack';
    const prepare = task({ run: 'sleep 0.05' });
    const plain = service({ dev: ${quoted('plain')}, dependsOn: prepare });
    const parent = worker({ dev: ${quoted('parent')}, watch: 'src', stopGracePeriod: '1s' });
    const stubborn = worker({ dev: 'trap "" TERM; while :; do sleep 0.05; done', stopGracePeriod: '300ms' });
    const shell = worker({ dev: 'sleep 300 & sleep 301' });
    export default defineConfig({ name: 'chaos', resources: { prepare, plain, parent, stubborn, shell } });`,
  );
}

test(
  `kill -9 of devstack at ${MOMENTS} random moments leaves nothing, and the next up works`,
  async () => {
    writeStack();
    for (let moment = 0; moment < MOMENTS; moment++) {
      const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
      const delay = Math.round(Math.random() * 1_500);
      const killed = new Promise<void>((resolve) => {
        setTimeout(() => {
          stack.process.kill('SIGKILL');
          resolve();
        }, delay);
      });
      // While it lives: children in sessions of their own, restarts by saving, and now and then an orderly stop under way.
      void rig.next('parent').then((parent) => {
        void parent.do('fork', { detached: true, ignoreTerm: true });
        rig.write('src/file.txt', String(moment));
        if (moment % 4 === 3) stack.process.kill('SIGTERM');
      });
      await killed;
      await stack.finished;
      await nothingLeft(rig.folder);
    }
    const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
    await stack.seen(/all 5 ready/);
    const session = readSession(projectPaths(rig.folder));
    expect(processesOf({ runId: session?.id ?? '' }).length).toBeGreaterThanOrEqual(4);
    stack.process.kill('SIGINT');
    await stack.finished;
    await nothingLeft(rig.folder);
  },
  60_000 + MOMENTS * 10_000,
);

test('after kill -9 the ports are free and the runtime folder is gone', async () => {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
    export default defineConfig({ name: 'ports', resources: { api: service({ dev: ${JSON.stringify(rig.command('api'))} }) } });`,
  );
  const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  const api = await rig.next('api');
  const port = Number(api.env['PORT']);
  await api.do('listen');
  expect(await accepts(port)).toBe(true);
  const runtime = path.dirname(readSession(projectPaths(rig.folder))?.socket ?? '');
  stack.process.kill('SIGKILL');
  await stack.finished;
  await nothingLeft(rig.folder, [port]);
  await until(() => !existsSync(runtime));
  expect(isAlive(api.pid)).toBe(false);
  expect(runtime.startsWith(process.env['XDG_RUNTIME_DIR'] ?? tmpdir())).toBe(true);
});

test('a hang-up and a quit key stop everything in order', async () => {
  writeStack();
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
    const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
    await stack.seen(/all 5 ready/);
    stack.process.kill(signal);
    const { code, stdout } = await stack.finished;
    expect(code).toBe(130);
    expect(stdout).toMatch(/everything has stopped\n$/);
    await nothingLeft(rig.folder);
  }
});

test('a reader that goes away ends the stack in order', async () => {
  writeStack();
  const stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await stack.seen(/all 5 ready/);
  stack.process.stdout?.destroy();
  const plain = await rig.next('plain');
  plain.tell('out', { text: 'nobody reads this\n' });
  await plain.gone;
  await stack.finished;
  await nothingLeft(rig.folder);
});
