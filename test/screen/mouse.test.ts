import { expect, test } from 'vitest';
import type { Screen } from '../rig/screen.ts';
import { createTuiRig, type TuiRig } from '../rig/tui.ts';

/** What the terminal was given for its clipboard since a mark, oldest first. */
const copiedSince = (screen: Screen, mark: number): readonly string[] =>
  [...screen.writtenSince(mark).matchAll(/\u001b\]52;c;([^\u0007]*)\u0007/g)].map((match) =>
    Buffer.from(match[1] ?? '', 'base64').toString(),
  );

async function copied(screen: Screen, ...steps: readonly (() => void)[]): Promise<string | undefined> {
  const mark = screen.bytes();
  for (const step of steps) step();
  await screen.until(() => copiedSince(screen, mark).length > 0, 'something copied');
  return copiedSince(screen, mark).at(-1);
}

/** Where a text begins on the screen. */
function placeOf(screen: Screen, text: string): readonly [column: number, row: number] {
  const row = screen.text().findIndex((line) => line.includes(text));
  return [screen.text()[row]?.indexOf(text) ?? -1, row];
}

async function withLines(): Promise<TuiRig> {
  const rig = await createTuiRig({ columns: 100, rows: 16 });
  rig.screen.press('end');
  await rig.out('web', 'first words here', 'second line', 'third one');
  await rig.screen.until('│third one');
  return rig;
}

test('y copies the line or what is selected, Y the page', async () => {
  await using rig = await withLines();
  const { screen } = rig;
  expect(await copied(screen, () => screen.press('y'))).toBe('third one');
  expect(await copied(screen, () => screen.press('v', 'up', 'y'))).toBe('second line\nthird one');
  await screen.until('copied 2 lines');
  const page = await copied(screen, () => screen.press('Y'));
  expect(page).toMatch(/starting\n.*ready after .*\nfirst words here\nsecond line\nthird one$/);
});

test('a drag copies text without borders and gutters, and double and triple clicks words and lines', async () => {
  await using rig = await withLines();
  const { screen } = rig;
  const [column, row] = placeOf(screen, 'first words');
  const drag = (): void => {
    screen.mouse('press', column + 6, row);
    screen.mouse('drag', column + 3, row + 1);
    screen.mouse('release', column + 3, row + 1);
  };
  expect(await copied(screen, drag)).toBe('words here\nseco');
  const click = (): void => {
    screen.mouse('press', column + 8, row + 1);
    screen.mouse('release', column + 8, row + 1);
  };
  expect(await copied(screen, click, click)).toBe('line');
  expect(await copied(screen, click)).toBe('second line');
});

test('the list is clicked and turned, a pane scrolls under the wheel, hints are pressed', async () => {
  await using rig = await withLines();
  const { screen } = rig;
  screen.mouse('press', ...placeOf(screen, 'api'));
  await screen.until(/│ ● api/);
  screen.mouse('wheel-down', 3, 5);
  await screen.until(/│ ● web/);
  const [, group] = placeOf(screen, '▾ workers');
  screen.mouse('press', 3, group);
  await screen.until(/│ workers/);
  screen.mouse('press', 3, group);
  await screen.until('▸ workers');
  screen.mouse('press', 3, group);
  await screen.until('▾ workers');
  // In the list: the log of the group names it too.
  screen.mouse('press', ...placeOf(screen, ' ● web'));
  await screen.until(/│ ● web/);
  await rig.out('web', ...Array.from({ length: 40 }, (_, at) => `line ${at}`));
  await screen.until('│line 39');
  screen.mouse('wheel-up', 60, 6);
  await screen.until(/scrolled back[^]*│line 36\b/);
  screen.mouse('press', ...placeOf(screen, '? help'));
  await screen.until(/╭─ Keys/);
  screen.mouse('press', 2, 2);
  await screen.until((now) => !now.text().join('').includes('╭─ Keys'));
  screen.mouse('press', ...placeOf(screen, 'quit'));
  await screen.until('Stop everything and quit?');
  screen.mouse('press', ...placeOf(screen, 'y yes'));
  expect(await screen.exit).toMatchObject({ code: 0 });
});

test('the mouse is given back to the terminal and taken again', async () => {
  await using rig = await withLines();
  const { screen } = rig;
  screen.press('M');
  await screen.until('mouse: terminal');
  expect(screen.modes().mouse).toBe('off');
  screen.press('M');
  await screen.until((now) => now.modes().mouse === 'drags');
});
