import { describe, expect, test } from 'vitest';
import { openLiveScreen, type LiveScreen } from '../../../src/tui/panes/live.ts';
import type { LogSource } from '../../../src/logs/source.ts';
import { modesBefore } from '../../../src/tui/panes/past-modes.ts';
import { widthOf } from '../../../src/tui/text/cells.ts';

const sourceOf = (bytes: Buffer): LogSource => ({
  names: () => ['x'],
  bounds: () => ({ start: 0, end: bytes.length, dropped: 0 }),
  read: (_, from, limit) => bytes.subarray(from, from + Math.min(limit, 100_000)),
  marks: () => ({ marks: [], until: 0 }),
});

/** A screen that has taken all of these bytes. */
async function screenOf(bytes: Buffer): Promise<LiveScreen> {
  let changed: () => void = () => undefined;
  const screen = await openLiveScreen(sourceOf(bytes), 'x', () => changed());
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

describe('modes that were set long before what is on the screen', () => {
  const frames = '\u001b[Hframe'.repeat(60_000);
  const modesOf = async (past: string) => {
    const screen = await screenOf(Buffer.from(past));
    const modes = { up: screen.encode('up'), paste: screen.encodePaste('a') };
    screen.close();
    return modes;
  };
  const set = { up: '\u001bOA', paste: '\u001b[200~a\u001b[201~' };
  const unset = { up: '\u001b[A', paste: 'a' };

  test.each([
    ['are still set', `\u001b[?1049h\u001b[?1;2004h${frames}`, set],
    ['are as they were set last', `\u001b[?1h\u001b[?2004h${frames}\u001b[?1;2004l${frames}`, unset],
    ['are gone with a reset', `\u001b[?1;2004h${frames}\u001bc${frames}`, unset],
    ['may change on the screen', `\u001b[?1;2004h${frames}\u001b[?1;2004l`, unset],
  ])('%s', async (_, past, expected) => {
    expect(await modesOf(past)).toEqual(expected);
  });

  test('are found where two pieces meet', () => {
    const setting = '\u001b[?2004h';
    for (let cut = 0; cut <= setting.length; cut++) {
      const bytes = Buffer.from(setting + 'x'.repeat(256 * 1024 - cut));
      expect(modesBefore(sourceOf(bytes), 'x', bytes.length)).toBe(setting);
    }
  });
});
