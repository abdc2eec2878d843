import { expect, test } from 'vitest';
import { openLiveScreen, type LiveScreen } from '../../../src/tui/panes/live.ts';
import { widthOf } from '../../../src/tui/text/cells.ts';

/** A screen that has taken all of these bytes. */
async function screenOf(bytes: Buffer): Promise<LiveScreen> {
  let changed: () => void = () => undefined;
  const source = {
    names: () => ['x'],
    bounds: () => ({ start: 0, end: bytes.length, dropped: 0 }),
    read: (_: string, from: number, limit: number) => bytes.subarray(from, from + limit),
    marks: () => ({ marks: [], until: 0 }),
  };
  const screen = await openLiveScreen(source, 'x', () => changed());
  screen.resize(20, 3);
  const parsed = new Promise<void>((resolve) => (changed = resolve));
  screen.feed();
  await parsed;
  return screen;
}

test('what turns the direction of text does not reach the terminal of the user', async () => {
  const screen = await screenOf(Buffer.from('\u202ea\u202eb \u2066\u2067c\u0301\u2028日'));
  const { text } = screen.rows('16')[0] ?? { text: '' };
  expect(text.trimEnd()).toBe(' ab \u00b7\u00b7c\u0301\u00b7日');
  expect(widthOf(text)).toBe(20);
  screen.close();
});
