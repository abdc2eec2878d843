import { afterAll, beforeAll, expect, test } from 'vitest';
import { devstack, devstackInTerminal, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { readSession } from '../../src/project/session.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

// `script` of util-linux makes the terminal.
describeDocker('exec in a container', () => {
  let rig: Rig;
  let stack: Running;
  const used: string[] = [];
  cleanUp(() => used);

  beforeAll(async () => {
    rig = await createRig();
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, postgres } from 'devstack';
      const db = postgres({ version: '17', runtime: 'docker' });
      export default defineConfig({ name: 'exec', resources: { db } });`,
    );
    stack = devstack(['up'], { cwd: rig.folder });
    await stack.seen(/all 1 ready in/);
    used.push(readSession(projectPaths(rig.folder))?.instance ?? '');
  });

  afterAll(async () => {
    stack.process.kill('SIGTERM');
    await stack.finished;
    await nothingLeft(rig.folder);
    await rig[Symbol.asyncDispose]();
  });

  test.runIf(process.platform === 'linux')('psql talks to whoever sits at the terminal', async () => {
    const psql = devstackInTerminal('exec db -- psql', 'stty -a', { cwd: rig.folder });
    await psql.seen(/db=# $/);
    psql.process.stdin?.write('select 40 + 2 as answer \\gx\r');
    await psql.seen(/answer \| 42\r\n/);
    psql.process.stdin?.write('\\q\r');
    const terminal = await psql.seen(/\s(-?)opost\s[\s\S]*\s(-?)icanon\s[\s\S]*\s(-?)echo\s/);
    // Afterwards the terminal is as it was, and nothing was translated twice meanwhile.
    expect(terminal.slice(1)).toEqual(['', '', '']);
    expect((await psql.finished).stdout).not.toContain('\r\r');
  });

  test.runIf(process.platform === 'linux')(
    'a shell knows the size, gets Ctrl-C, and its exit code is told',
    async () => {
      const shell = devstackInTerminal('exec db -- sh', 'echo code $?', { cwd: rig.folder });
      await shell.seen(/# $/);
      shell.process.stdin?.write('stty size\r');
      await shell.seen(/33 101\r\n/);
      // Once for the terminal, once for the program: it has the keyboard then.
      shell.process.stdin?.write('echo begun; cat\r');
      await shell.seen(/begun\r\n/);
      shell.process.stdin?.write('here\r');
      await shell.seen(/here\r\nhere\r\n/);
      shell.process.stdin?.write('\u0003');
      await shell.seen(/# $/, shell.output().length);
      shell.process.stdin?.write('exit 7\r');
      await shell.seen(/code 7\r\n/);
      await shell.finished;
    },
  );

  test('without a terminal its output is as the command wrote it', async () => {
    const { code, stdout } = await devstack(['exec', 'db', '--', 'psql', '-Atc', 'select 40 + 2'], { cwd: rig.folder })
      .finished;
    expect([code, stdout]).toEqual([0, '42\n']);
  });

  test('a container renamed by hand is found all the same', async () => {
    const name = `${used[0]}-db`;
    const container = engine().docker.getContainer(name);
    await container.rename({ name: `${name}-renamed` });
    const { code, stdout } = await devstack(['exec', 'db', '--', 'echo', 'here'], { cwd: rig.folder }).finished;
    expect([code, stdout]).toEqual([0, 'here\n']);
    await engine().docker.getContainer(`${name}-renamed`).rename({ name });
  });
});
