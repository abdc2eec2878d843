import { expect, test } from 'vitest';
import { framed, type Screen } from '../rig/screen.ts';
import { createTuiRig, torn, type TuiRig } from '../rig/tui.ts';

/** A screen made fresh shows what is shown now: the terminal is told to forget it. */
async function expectFresh({ screen }: TuiRig): Promise<void> {
  const shown = withoutUsage(screen);
  const mark = screen.bytes();
  screen.press('ctrl-l');
  await screen.until((now) => now.writtenSince(mark).includes('\u001b[2J'));
  expect(withoutUsage(screen)).toBe(shown);
}

const withoutUsage = (screen: Screen): string =>
  framed(screen.text()).replaceAll(/ +(?:[\d.]+[kM]?\/s )?(?:↻\d+ )?\d+% \d+M| +[\d.]+[kM]?\/s(?= |$)/gm, '');

test('a storm of sizes leaves a clean screen', async () => {
  await using rig = await createTuiRig({ columns: 100, rows: 30 });
  const { screen } = rig;
  await rig.out('web', ...Array.from({ length: 60 }, (_, at) => `line ${at} ${'x'.repeat(at)}`));
  await screen.until('line 59');
  for (let count = 0; count < 100; count++) {
    const mark = screen.bytes();
    screen.resize(20 + ((count * 37) % 150), 5 + ((count * 17) % 50));
    // A frame for every other one or so: about 100 in two seconds.
    if (count % 2 === 1) await screen.until((now) => now.bytes() > mark, 'a frame');
  }
  screen.resize(100, 24);
  await screen.until((now) => now.text().length === 24 && torn(now, 30).length === 0);
  await screen.until('line 59');
  expect(screen.text().at(-1)).toContain('? help');
  await expectFresh(rig);
});

test('where the list and the log take turns, what is looked for in the log brings it forth', async () => {
  await using rig = await createTuiRig({ columns: 45, rows: 12 });
  const { screen } = rig;
  await rig.out('web', 'the needle requestId=r-4711', ...Array.from({ length: 20 }, (_, at) => `line ${at}`));
  await rig.out('web', 'the end requestId=r-4712');
  screen.press('T');
  await screen.until('trace r-4712');
  screen.press('T', 'tab');
  await screen.until('▾ workers');
  screen.press('/');
  screen.type('needle');
  screen.press('enter');
  await screen.until('the needle');
  screen.press('escape', 'escape');
  await screen.until('▾ workers');
  screen.press('&');
  screen.type('line 7');
  screen.press('enter');
  await screen.until('& line 7');
});

test.each([
  [40, 10],
  [20, 5],
  [10, 3],
  [1, 1],
])('at %ix%i it can be used and left', async (columns, rows) => {
  await using rig = await createTuiRig({ columns: 80, rows: 24 });
  const { screen } = rig;
  await rig.out('web', 'hello');
  await screen.until('hello');
  screen.resize(columns, rows);
  if (columns >= 20) {
    await screen.until((now) => now.text().some((row) => row.startsWith('All')));
    screen.press('tab');
    await screen.until('hello');
  }
  screen.press('?', 'escape', ':', 'escape', '/', 'escape', '2', '4', '1', 'i', 'escape');
  screen.resize(80, 24);
  await screen.until((now) => torn(now, 30).length === 0 && now.text().at(-1)?.includes('? help') === true);
  await expectFresh(rig);
  expect(await rig.quit()).toMatchObject({ code: 0 });
});

test('a large one is used', async () => {
  await using rig = await createTuiRig({ columns: 200, rows: 60, names: ['api', 'web', 'mail'] });
  const { screen } = rig;
  await rig.out('web', ...Array.from({ length: 100 }, (_, at) => `line ${at}`));
  await screen.until('line 99');
  expect(screen.text().filter((row) => /line \d+ *$/.test(row))).toHaveLength(57);
  screen.press('4');
  await screen.until((now) => now.text().some((row) => /pinned.*│.*pinned/.test(row)));
  expect(torn(screen, 50)).toEqual([]);
});
