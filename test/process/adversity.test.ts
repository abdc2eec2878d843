import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
let stack: Running | undefined;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(async () => {
  stack?.process.kill('SIGKILL');
  await stack?.finished;
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
  stack = undefined;
});

function write(resources: string, names: string): void {
  rig.write('src/file.txt', '0');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service, worker } from 'devstack';
    const dev = ${JSON.stringify(rig.command('api'))};
    ${resources}
    export default defineConfig({ name: 'adversity', resources: { ${names} } });`,
  );
}

test('Ctrl-C twice ends at once what would take a minute to stop', async () => {
  write(
    `const deaf = worker({ dev: 'trap "" TERM; echo on; while :; do sleep 0.05; done', stopGracePeriod: '10m' });`,
    'deaf',
  );
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await stack.seen(/deaf +\| on/);
  stack.process.kill('SIGINT');
  await stack.seen(/SIGINT: stopping everything; once more ends it at once/);
  stack.process.kill('SIGINT');
  expect((await stack.finished).code).toBe(130);
  await nothingLeft(rig.folder);
});

const mayMount = process.getuid?.() === 0;

test.skipIf(!mayMount)(
  `a disk that is full${mayMount ? '' : ' (skipped: only root may mount one)'}: services go on, and the end of their logs is there`,
  async () => {
    const disk = path.join(rig.folder, '.devstack');
    mkdirSync(disk, { mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'devstack-test', disk]);
    try {
      write(`const api = service({ dev });`, 'api');
      stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
      const api = await rig.next('api');
      await stack.seen(/all 1 ready/);
      const lines = 100_000;
      // It is told when all of it was taken: nothing holds the service up.
      await api.do('flood', { lines, width: 100 });
      await stack.seen(/logs are kept in memory only from now on .*(?:ENOSPC|no space)/);
      await stack.seen(new RegExp(`api +\\| api 000${lines - 1}`));
      const { stdout } = await devstack(['logs', 'api', '--tail', '100'], { cwd: rig.folder, env: rig.env }).finished;
      expect(stdout.match(/api \d{8}/g)).toEqual(Array.from({ length: 100 }, (_, at) => `api 000${lines - 100 + at}`));
      const from = stack.output().length;
      expect((await devstack(['restart', 'api'], { cwd: rig.folder, env: rig.env }).finished).code).toBe(0);
      await stack.seen(/api +· ready/, from);
      stack.process.kill('SIGTERM');
      const ended = await stack.finished;
      expect([ended.code, ended.stderr]).toEqual([130, '']);
      await nothingLeft(rig.folder);
    } finally {
      stack?.process.kill('SIGKILL');
      await stack?.finished;
      execFileSync('umount', ['-l', disk]);
    }
  },
);

/** A library that tells programs another time. */
const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((file) => existsSync(file));

describe.skipIf(LIBRARY === undefined)(
  `the clock jumps${LIBRARY === undefined ? ' (skipped: faketime is not installed)' : ''}`,
  () => {
    test.each([
      ['a day ahead', '+86400'],
      ['a day back', '-86400'],
    ])('%s: restarts, retries, checks, logs and the stop go on', async (_, shift) => {
      write(`const api = service({ dev, watch: 'src', healthcheck: { http: '/' }, restart: 'always' });`, 'api');
      const clock = path.join(rig.folder, 'clock');
      writeFileSync(clock, '+0');
      const env = {
        ...rig.env,
        LD_PRELOAD: LIBRARY ?? '',
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      };
      stack = devstack(['up'], { cwd: rig.folder, env });
      const first = await rig.next('api');
      await first.do('listen');
      await stack.seen(/all 1 ready/);
      await first.do('out', { text: 'before\n' });

      writeFileSync(clock, shift);
      await first.do('out', { text: 'after\n' });
      await stack.seen(/api +\| after/);
      let from = stack.output().length;
      rig.write('src/file.txt', '1');
      await stack.seen(/starting again: src\/file\.txt changed/, from);
      const second = await rig.next('api');
      await second.do('listen');
      await stack.seen(/api +· ready/, from);

      from = stack.output().length;
      second.tell('exit', { code: 3 });
      const third = await rig.next('api');
      await third.do('listen');
      await stack.seen(/api +· ready/, from);

      const { stdout } = await devstack(['logs', 'api'], { cwd: rig.folder, env }).finished;
      expect(stdout.match(/before|after/g)).toEqual(['before', 'after']);
      stack.process.kill('SIGTERM');
      expect((await stack.finished).code).toBe(130);
      await nothingLeft(rig.folder);
    });
  },
);
