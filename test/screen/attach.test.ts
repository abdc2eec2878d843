import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { bin, devstack, program } from '../rig/devstack.ts';
import { RESTORED } from '../rig/modes.ts';
import { createRig } from '../rig/rig.ts';
import { devstackOnScreen, onScreen, programOnScreen, type Screen } from '../rig/screen.ts';
import { createTuiRig, type TuiRig } from '../rig/tui.ts';

const left = { code: 0, signal: 0, modes: RESTORED };

/** A viewer in another terminal. */
const attach = ({ folder }: TuiRig, args: readonly string[] = ['attach']): Screen =>
  devstackOnScreen(args, { cwd: folder, columns: 100, rows: 30 });

/** What runs without a terminal is stopped before a test looks for what is left. */
const downAtEnd = ({ folder }: TuiRig): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await devstack(['down'], { cwd: folder }).finished;
  },
});

const inBackground = { args: ['up', '-d'], until: /starting, in the background/ };

const pidOf = ({ folder }: TuiRig): number => readSession(projectPaths(folder))?.pid ?? 0;

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** What is the same on every screen: not what is used, and not the keys. */
const comparable = (screen: Screen): string =>
  screen
    .text()
    .slice(0, -1)
    .map((row) => row.replace(/ \d+% \d+M/, '').trimEnd())
    .join('\n');

const isSameAs = (other: Screen) => (now: Screen) => comparable(now) === comparable(other);

describe('attach', () => {
  test('shows what up shows, its past included', async () => {
    await using rig = await createTuiRig();
    await rig.out('api', 'one', 'two');
    await rig.screen.until('two');
    await using viewer = attach(rig);
    await viewer.until(isSameAs(rig.screen), 'the same screen');
    await rig.out('web', 'three');
    await viewer.until('three');
    await viewer.until(isSameAs(rig.screen), 'the same screen again');
    viewer.press('1', 'end', 'i');
    await viewer.until(/╭─ web ─+╮/);
    viewer.press('escape');
    viewer.press('&');
    viewer.type('one');
    viewer.press('enter', 'home');
    await viewer.until((now) => !now.text().join('').includes('two'));
  });

  test('the end of what was written, with the end of everything', async () => {
    await using rig = await createTuiRig({
      names: ['api'],
      more: `const bye = worker({ dev: "trap 'echo goodbye; exit' TERM; while :; do sleep 0.1; done" });`,
      resources: ['bye'],
    });
    const viewer = devstack(['attach'], { cwd: rig.folder });
    await viewer.seen(/all 2 ready/);
    await rig.quit();
    const { code, stdout } = await viewer.finished;
    expect({ code, last: stdout.trimEnd().split('\n').slice(-1) }).toEqual({
      code: 0,
      last: ['devstack · everything has stopped'],
    });
    expect(stdout).toContain('goodbye');
  });

  test.each(['q', 'd', 'ctrl-c'])('%s leaves, and the stack goes on', async (key) => {
    await using rig = await createTuiRig();
    await using viewer = attach(rig);
    await viewer.until('q leave');
    viewer.press(key);
    expect(await viewer.exit).toEqual(left);
    expect(viewer.text().join(' ')).toMatch(/shop-[\da-f]{6}: detached, and goes on; devstack attach shows it again/);
    await rig.out('api', 'still here');
    await rig.screen.until('still here');
  });

  test('stops everything when it is asked to, and says so', async () => {
    await using rig = await createTuiRig();
    await using viewer = attach(rig);
    await viewer.until('q leave');
    viewer.press('X');
    await viewer.until('Stop everything and quit?');
    viewer.press('y');
    expect(await viewer.exit).toEqual(left);
    expect(viewer.text().join('\n')).toContain('everything has stopped');
    expect((await rig.screen.exit).modes).toEqual(RESTORED);
  });

  test('a crash is explained as where it happened, and r tries again', async () => {
    await using rig = await createTuiRig({
      names: ['api'],
      env: { TOKEN: 'hunter22' },
      more: `import { secret } from 'devstack';
const bad = worker({
  dev: "printf 'connect(%s)' \\"$TOKEN\\" > pay.js; echo pay.js:1; exit 3",
  env: { TOKEN: secret('TOKEN'), PLAIN: 'seen' },
  restart: 'no',
});`,
      resources: ['bad'],
      until: 'bad has failed',
    });
    await using viewer = attach(rig);
    await viewer.until('1 failed');
    viewer.press('end', 'c');
    await viewer.until('connect(***)');
    viewer.press('escape');
    await viewer.until((now) => !now.text().join('').includes('try again'));
    viewer.press('.');
    await viewer.until(/PLAIN=seen/);
    await viewer.until('TOKEN=***');
    viewer.press('escape', 'c', 'r');
    await rig.screen.until(/started again|starting|exited with code 3/);
    expect(viewer.writtenSince(0)).not.toContain('hunter22');
  });

  test('keys go to a service that has a terminal, which is as large as here', async () => {
    const shell = `const shell = worker({ dev: "sh -c 'exec sh -i'", tty: true, stopGracePeriod: '1s', env: { PS1: 'ask> ' } });`;
    await using rig = await createTuiRig({ more: shell, resources: ['shell'] });
    await using viewer = attach(rig);
    await viewer.until('q leave');
    viewer.press('end', 'I');
    await viewer.until('keys go to shell');
    await viewer.until('ask> ');
    viewer.type('echo q$((40 + 2))x; stty size');
    viewer.press('enter');
    await viewer.until('q42x');
    await viewer.until(/27 \d\d/);
    viewer.press('ctrl-a');
    await viewer.until('? help');
  });

  test('where nothing runs it says what does', async () => {
    await using rig = await createTuiRig();
    await rig.quit();
    const { code, stderr } = await devstack(['attach'], { cwd: rig.folder }).finished;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^shop-[\da-f]{6} is not running\.\ndevstack up starts it\.\n$/),
    });
  });
});

describe('several viewers', () => {
  test('one that is stopped under a flood disturbs nobody, and sees the end when it goes on', async () => {
    const LINES = 300_000;
    await using rig = await createTuiRig(inBackground);
    await using _ = downAtEnd(rig);
    await using stopped = attach(rig);
    await using viewer = attach(rig);
    await Promise.all([stopped.until('q leave'), viewer.until('q leave')]);
    const before = residentBytes(pidOf(rig));
    process.kill(stopped.pid, 'SIGSTOP');
    await Promise.all(['api', 'web'].map((name) => rig.child(name).do('flood', { lines: LINES, width: 100 })));
    const last = String(LINES - 1).padStart(8, '0');
    await viewer.until(last);
    // What was written is 60 MB, and each of the two may be behind by a ring.
    expect(residentBytes(pidOf(rig)) - before).toBeLessThan(40e6);
    process.kill(stopped.pid, 'SIGCONT');
    await stopped.until(last);
  });

  test('one that is killed is gone, and that is all', async () => {
    await using rig = await createTuiRig();
    // As from a shell, which has the terminal afterwards.
    const line = `sh -c 'echo $$ >viewer.pid; exec ${process.execPath} ${bin} attach'; read line`;
    await using viewer = onScreen(['sh', '-c', line], { cwd: rig.folder });
    await viewer.until('q leave');
    process.kill(Number(readFileSync(path.join(rig.folder, 'viewer.pid'), 'utf8')), 'SIGKILL');
    await viewer.until((now) => isDeepStrictEqual(now.modes(), RESTORED), 'the screen as it was');
    await rig.out('api', 'still here');
    await rig.screen.until('still here');
    await using another = attach(rig);
    await another.until('still here');
  });

  test('one whose terminal goes away ends alone', async () => {
    await using rig = await createTuiRig();
    await using viewer = attach(rig);
    await viewer.until('q leave');
    viewer.hangUp();
    await viewer.exit;
    await rig.out('api', 'still here');
    await rig.screen.until('still here');
  });

  test('who looks at a supervisor that is stopped can leave', async () => {
    await using rig = await createTuiRig(inBackground);
    await using _ = downAtEnd(rig);
    await using viewer = attach(rig);
    await viewer.until('q leave');
    process.kill(pidOf(rig), 'SIGSTOP');
    try {
      viewer.press('q');
      expect(await viewer.exit).toEqual(left);
    } finally {
      process.kill(pidOf(rig), 'SIGCONT');
    }
  });

  test('a supervisor that is killed: they say so, and give their terminals back', async () => {
    await using rig = await createTuiRig(inBackground);
    await using viewer = attach(rig);
    await viewer.until('q leave');
    const gone = [rig.child('api').gone, rig.child('web').gone];
    process.kill(pidOf(rig), 'SIGKILL');
    expect(await viewer.exit).toEqual({ ...left, code: 1 });
    expect(viewer.text().join(' ')).toMatch(/The connection to shop-[\da-f]{6} was lost: it has ended/);
    await Promise.all(gone);
  });
});

describe('leaving up', () => {
  test('d gives the shell back, and the stack goes on until down', async () => {
    await using rig = await createTuiRig({ isProgram: true });
    await using _ = downAtEnd(rig);
    const { screen } = rig;
    await rig.out('api', 'before');
    await screen.until('before');
    screen.press('d');
    expect(await screen.exit).toEqual(left);
    expect(screen.text().join(' ')).toMatch(/shop-[\da-f]{6}: detached, and goes on/);
    await rig.out('api', 'after');
    await using viewer = attach(rig);
    await viewer.until('after');
    expect(viewer.text().join('\n')).toContain('before');
    const { code } = await devstack(['down'], { cwd: rig.folder }).finished;
    expect({ code, viewer: (await viewer.exit).code }).toEqual({ code: 0, viewer: 0 });
    await rig.child('api').gone;
  });

  test('Ctrl-C, and its exit code, are what they are without a shell in between', async () => {
    await using rig = await createTuiRig({ isProgram: true });
    expect(await rig.quit()).toEqual(left);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s for the shell stops everything in order', async (signal) => {
    await using rig = await createTuiRig({ isProgram: true });
    rig.screen.kill(signal);
    expect(await rig.screen.exit).toEqual({ ...left, code: 130 });
  });

  test('whoever kills the shell stops everything', async () => {
    await using rig = await createTuiRig({ isProgram: true });
    const gone = [rig.child('api').gone, rig.child('web').gone];
    rig.screen.kill('SIGKILL');
    await Promise.all(gone);
  });

  test('of another command that has the word up among its own, one Ctrl-C is one', async () => {
    await using rig = await createRig();
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, worker } from 'devstack';
export default defineConfig({ name: 'shop', resources: { api: worker({ dev: 'sleep 1000' }) } });\n`,
    );
    const command = `trap 'sleep 0.5; echo ended in order; exit 7' INT; echo begun; while :; do sleep 0.1; done`;
    await using screen = programOnScreen(['test', '--', 'sh', '-c', command, 'up'], { cwd: rig.folder });
    await screen.until(/^begun$/m);
    screen.press('ctrl-c');
    expect((await screen.exit).code).toBe(130);
    expect(screen.text().join('\n')).toContain('ended in order');
  });

  test('where somebody waits for devstack itself it says that it cannot', async () => {
    await using rig = await createTuiRig();
    rig.screen.press('d');
    await rig.screen.until('up -d starts one in the background');
  });
});

describe('a terminal that goes away', () => {
  test.each<[string, readonly string[], string]>([
    ['up --keep', ['up', '--keep'], ''],
    ['onHangup', ['up'], `onHangup: 'keep',`],
    ['up --plain --keep', ['up', '--plain', '--keep'], ''],
  ])('is no end with %s', async (_, args, option) => {
    for (const isProgram of [true, false]) {
      await using rig = await createTuiRig({ args, option, isProgram });
      await using __ = downAtEnd(rig);
      rig.screen.hangUp();
      // The shell has nothing to wait for any more.
      if (isProgram) await rig.screen.exit;
      await rig.out('api', 'after');
      await using viewer = attach(rig);
      await viewer.until('after');
    }
  });

  test('is the end without, also behind a shell', async () => {
    await using rig = await createTuiRig({ isProgram: true });
    const gone = [rig.child('api').gone, rig.child('web').gone];
    rig.screen.hangUp();
    await Promise.all([rig.screen.exit, ...gone]);
  });
});

describe('up where it runs already', () => {
  test('shows it, with the config as it is now, also to who looks already', async () => {
    await using rig = await createTuiRig();
    await using viewer = attach(rig);
    await viewer.until('q leave');
    const before = readFileSync(path.join(rig.folder, 'devstack.config.ts'), 'utf8');
    const extra = `extra: worker({ dev: 'echo I am new; sleep 1000' })`;
    rig.write('devstack.config.ts', before.replace('resources: {', `resources: { ${extra},`));
    await using second = attach(rig, ['up']);
    for (const one of [second, viewer]) {
      await one.until('I am new');
      await one.until(/all 3 ready/);
    }
    second.press('q');
    expect(await second.exit).toEqual(left);
    // Its place in the list is that of the config.
    await viewer.until(/▾ workers.*\n ● extra/);
  });

  test('whoever kills the shell before it gets the terminal back', async () => {
    await using rig = await createTuiRig();
    // As from a shell, which has the terminal afterwards.
    const line = `sh -c 'echo $$ >shell.pid; exec ${program} up'; echo a prompt; read line`;
    await using second = onScreen(['sh', '-c', line], { cwd: rig.folder });
    await second.until('q leave');
    process.kill(Number(readFileSync(path.join(rig.folder, 'shell.pid'), 'utf8')), 'SIGKILL');
    await second.until((now) => isDeepStrictEqual(now.modes(), RESTORED), 'the screen as it was');
    await rig.out('api', 'still here');
    await rig.screen.until('still here');
    expect(second.text().join('')).not.toContain('still here');
  });

  test('says what counts at a start only', async () => {
    await using rig = await createTuiRig();
    await using second = attach(rig, ['up', '--no-watch']);
    await second.until('--no-watch counts');
  });

  test('starts what is named', async () => {
    await using rig = await createTuiRig({
      more: `const late = worker({ dev: 'echo late it is; sleep 1000', autostart: false });`,
      resources: ['late'],
      until: /all 2 ready/,
    });
    await using second = attach(rig, ['up', 'late']);
    await second.until('late it is');
    await second.until(/all 3 ready/);
  });
});
