import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RESTORED } from '../rig/modes.ts';
import { devstack } from '../rig/devstack.ts';
import { createTuiRig, type TuiRig } from '../rig/tui.ts';

const left = { signal: 0, modes: RESTORED };

/** Ends by itself only when it is killed. */
const STUBBORN = `const stubborn = worker({ dev: "trap '' TERM; while :; do sleep 1; done", stopGracePeriod: '60s' });`;

describe('quit', () => {
  test.each<[string, (rig: TuiRig) => Promise<unknown>]>([
    ['from the list', () => Promise.resolve()],
    [
      'from a log',
      ({ screen }) => (screen.press('z'), screen.until((now) => now.text()[1]?.startsWith(' All') ?? false)),
    ],
    ['from help', ({ screen }) => (screen.press('?'), screen.until('╭─ Keys'))],
    ['from a question', ({ screen }) => (screen.press('end', 'x'), screen.until('Stop web?'))],
    ['from a report', ({ screen }) => (screen.press('end', 'i'), screen.until(/╭─ web/))],
  ])('Ctrl-C %s', async (_, go) => {
    await using rig = await createTuiRig();
    await go(rig);
    rig.screen.press('ctrl-c');
    expect(await rig.screen.exit).toEqual({ ...left, code: 0 });
  });

  test.each([
    ['/', '/'],
    ['&', '&'],
    [':', '> '],
  ])('Ctrl-C in %s leaves that first', async (key, shown) => {
    await using rig = await createTuiRig();
    const { screen } = rig;
    screen.press(key);
    screen.type('abc');
    await screen.until(`${shown}abc`);
    screen.press('ctrl-c');
    await screen.until((now) => !now.text().join('').includes(`${shown}abc`));
    screen.press('ctrl-c');
    expect(await screen.exit).toEqual({ ...left, code: 0 });
  });

  test('while something starts', async () => {
    await using rig = await createTuiRig({
      more: `const never = service({ dev: 'sleep 60', healthcheck: '/' });`,
      resources: ['never'],
      until: '2 of 3 ready',
    });
    rig.screen.press('q');
    await rig.screen.until('Stop everything');
    rig.screen.press('y');
    expect(await rig.screen.exit).toEqual({ ...left, code: 0 });
  });

  test('while it stops the screen says how far it is, and Ctrl-C once more kills', async () => {
    await using rig = await createTuiRig({ more: STUBBORN, resources: ['stubborn'] });
    const { screen } = rig;
    screen.press('ctrl-c');
    await screen.until('stopping: 1 to go; Ctrl-C ends it at once');
    screen.press('ctrl-c');
    expect(await screen.exit).toMatchObject(left);
  });

  test('what it was is said in the terminal that is left', async () => {
    await using rig = await createTuiRig();
    await rig.quit();
    expect(rig.screen.text().join('\n')).toMatch(/shop|api|web/);
  });
});

describe('from outside', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s gives the terminal back', async (signal) => {
    await using rig = await createTuiRig();
    rig.screen.kill(signal);
    expect((await rig.screen.exit).modes).toEqual(RESTORED);
  });

  test('down in another terminal ends it', async () => {
    await using rig = await createTuiRig();
    const down = await devstack(['down'], { cwd: rig.folder }).finished;
    expect(down.code).toBe(0);
    expect((await rig.screen.exit).modes).toEqual(RESTORED);
  });

  test('a terminal that nobody reads does not hold it', async () => {
    await using rig = await createTuiRig();
    const { screen } = rig;
    screen.pause();
    // Each size is a whole screen anew, and together they are more than a terminal takes.
    for (let round = 0; round < 60; round++) {
      screen.resize(100 + (round % 2) * 50, 30 + (round % 2) * 20);
      await rig.child('api').do('flood', { lines: 500, width: 150 });
    }
    screen.kill('SIGTERM');
    expect(await screen.exit).toMatchObject({ code: 130, signal: 0 });
  }, 60_000);

  test('a terminal that goes away ends everything, by its signal', async () => {
    await using rig = await createTuiRig();
    rig.screen.hangUp();
    const { code, signal } = await rig.screen.exit;
    expect({ code, signal }).toEqual({ code: 0, signal: constants.signals.SIGHUP });
    await Promise.all([rig.child('api').gone, rig.child('web').gone]);
  });

  test('a layout that cannot be saved is not saved, and that is all', async () => {
    await using rig = await createTuiRig();
    const file = path.join(rig.folder, '.devstack/tui.json');
    rmSync(file, { force: true });
    mkdirSync(file, { recursive: true });
    expect(await rig.quit()).toEqual({ ...left, code: 0 });
  });

  test('logs that are deleted under it do not end it', async () => {
    await using rig = await createTuiRig();
    const { screen } = rig;
    await rig.child('api').do('flood', { lines: 40_000, width: 100 });
    await screen.until('00039999');
    rmSync(path.join(rig.folder, '.devstack/logs'), { recursive: true, force: true });
    screen.press('tab', 'home');
    await rig.out('api', 'still there');
    screen.press('end');
    await screen.until('still there');
    expect(await rig.quit()).toEqual({ ...left, code: 0 });
  });
});

describe('no screen', () => {
  test.each<[string, readonly string[], Record<string, string>]>([
    ['--plain', ['up', '--plain'], {}],
    ['CI', ['up'], { CI: '1' }],
  ])('with %s lines are printed as they come', async (_, args, env) => {
    await using rig = await createTuiRig({ args, env, until: 'all 2 ready' });
    await rig.out('api', 'hello');
    await rig.screen.until(/api +\| hello/);
    expect(rig.screen.writtenSince(0)).not.toContain('\u001b[?1049h');
    rig.screen.press('ctrl-c');
    expect(await rig.screen.exit).toMatchObject(left);
  });

  test('without a terminal too', async () => {
    await using rig = await createTuiRig();
    await rig.quit();
    const plain = devstack(['up'], { cwd: rig.folder });
    await plain.seen(/ready/);
    plain.process.kill('SIGTERM');
    expect((await plain.finished).stdout).not.toContain('\u001b');
  });
});

test('with NO_COLOR nothing has a colour', async () => {
  await using rig = await createTuiRig({ env: { NO_COLOR: '1' } });
  await rig.out('api', '\u001b[31mred\u001b[0m');
  await rig.screen.until('red');
  const coloured = rig.screen
    .cells()
    .flat()
    .filter(({ fg, bg }) => fg !== 'default' || bg !== 'default');
  expect(coloured).toEqual([]);
  await rig.quit();
  expect(readFileSync(path.join(rig.folder, '.devstack/tui.json'), 'utf8')).toContain('panes');
});
