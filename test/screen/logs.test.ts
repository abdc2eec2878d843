import { expect, test } from 'vitest';
import type { Screen } from '../rig/screen.ts';
import { createTuiRig, torn } from '../rig/tui.ts';

const has = (text: string) => (screen: Screen) => screen.text().some((row) => row.includes(text));
const hasNot = (text: string) => (screen: Screen) => !has(text)(screen);

test('a search finds what was written long ago, in the history on disk', async () => {
  await using rig = await createTuiRig();
  const { screen } = rig;
  await rig.out('api', 'the needle is here');
  // Four times what is kept in memory.
  await rig.child('api').do('flood', { lines: 40_000, width: 100 });
  await screen.until('00039999');
  screen.press('/');
  screen.type('NEEDLE|needle');
  screen.press('enter');
  await screen.until('the needle is here');
  await screen.until('scrolled back');
  screen.press('n');
  await screen.until('nothing more is found');
  screen.press('tab', 'end');
  await screen.until('00039999');
  screen.press('home');
  await screen.until('the needle is here');
  screen.press('/');
  screen.type('(');
  screen.press('enter');
  await screen.until('"(" is no regular expression');
});

test('a filter leaves only what matches, Escape brings the rest back', async () => {
  await using rig = await createTuiRig();
  const { screen } = rig;
  await rig.out('api', 'keep this', 'drop that');
  await rig.out('web', 'keep me too');
  await screen.until('keep me too');
  screen.press('&');
  screen.type('keep');
  screen.press('enter');
  await screen.until('All · & keep');
  await screen.until(hasNot('drop that'));
  expect(has('keep this')(screen) && has('keep me too')(screen)).toBe(true);
  await rig.out('web', 'drop', 'keep the last');
  await screen.until('keep the last');
  screen.press('escape');
  await screen.until('drop that');
});

test('levels, JSON lines and a request are shown as asked for', async () => {
  await using rig = await createTuiRig();
  const { screen } = rig;
  const log = (level: number, msg: string): string => JSON.stringify({ level, msg, requestId: 'r-4711' });
  await rig.out('api', log(30, 'all is well'), log(50, 'no way'), 'nothing special');
  await rig.out('web', 'request_id=r-4711 served', 'idle');
  await screen.until('idle');
  await screen.until('INFO  all is well requestId=r-4711');
  screen.press('J');
  await screen.until('{"level":50,"msg":"no way"');
  screen.press('J', 'l', 'l', 'l');
  await screen.until('error and above');
  await screen.until(hasNot('all is well'));
  expect(has('ERROR no way')(screen)).toBe(true);
  screen.press('l', 'T');
  await screen.until('trace r-4711');
  await screen.until(hasNot('idle'));
  expect(has('all is well')(screen) && has('served')(screen)).toBe(true);
  screen.press('T', 't');
  await screen.until(/\d\d:\d\d:\d\d\.\d{3} web +\| idle/);
});

test('scrolling stays while lines come, and says how many', async () => {
  await using rig = await createTuiRig({ rows: 12 });
  const { screen } = rig;
  screen.press('end');
  await rig.out('web', ...Array.from({ length: 50 }, (_, at) => `line ${at}`));
  await screen.until('line 49');
  screen.press('pageup');
  await screen.until('scrolled back');
  await rig.out('web', 'new', 'new');
  await screen.until('2 new lines below');
  expect(has('│line 40')(screen)).toBe(true);
  screen.press('tab', 'G');
  await screen.until('│new');
  screen.press('m');
  await screen.until(/│─{8} [\d:.]+ ─{8}/);
});

test('two and four panes, a pin, and zoom', async () => {
  await using rig = await createTuiRig({ columns: 120, rows: 24, names: ['api', 'web', 'mail'] });
  const { screen } = rig;
  for (const name of ['api', 'web', 'mail']) await rig.out(name, `hello from ${name}`);
  screen.press('4');
  await screen.until('● mail · pinned');
  expect(screen.text().filter((row) => row.includes('pinned'))).toHaveLength(2);
  screen.press('2');
  await screen.until(hasNot('mail · pinned'));
  screen.press('end', 'P', 'home');
  await screen.until(/● mail · pinned/);
  screen.press('tab', 'z');
  await screen.until((now) => now.text()[1]?.startsWith(' ● mail · pinned') ?? false);
  expect(screen.text()[2]).toMatch(/^· starting/);
  screen.press('z');
  await screen.until((now) => now.text()[1]?.startsWith('All') ?? false);
});

test('the layout is there in the next session', async () => {
  await using rig = await createTuiRig();
  rig.screen.press('end', 'P', '2', 't');
  await rig.screen.until((now) => now.text().filter((row) => row.includes('pinned')).length === 2);
  await rig.quit();
  const screen = await rig.again();
  await screen.until((now) => now.text().filter((row) => row.includes('pinned')).length === 2);
  await screen.until(/│\d\d:\d\d:\d\d\.\d{3} · ready/);
  rig.screen.press('1');
  await screen.until((now) => now.text().filter((row) => row.includes('pinned')).length === 1);
});

test('a saved layout that cannot be read or written does no harm', async () => {
  await using rig = await createTuiRig();
  await rig.quit();
  rig.write('.devstack/tui.json', '{"panes":[null]}');
  const screen = await rig.again();
  await screen.until(/│ All/);
});

test('nothing in a log breaks the border', async () => {
  await using rig = await createTuiRig({ columns: 80, rows: 20, names: ['api'] });
  const { screen } = rig;
  await rig.out(
    'api',
    '日本語テキスト'.repeat(12),
    '👩‍👩‍👧‍👦 👍🏽 🇩🇪 ☎️ 1️⃣ '.repeat(6),
    'e\u0301'.repeat(90),
    'a\tb\tc\td\te\tf\tg\th\ti\tj',
    '\u001b[2J\u001b[Hcleared? \u001b[31mred\u001b[0m \u0007\u0008\u000b\u000c\u000e',
    '\u001b]0;title\u0007\u001b[?1049l\u001b[10;1Hmoved',
    'progress 1\rprogress 2\rprogress 3',
    '\u001b[1;31;44mcolour that never ends',
    '\u200b\u200d\ufeff\u202e reversed',
    'last',
  );
  await screen.until('last');
  await screen.until('progress 3');
  expect(torn(screen, 30)).toEqual([]);
  screen.press('W');
  await screen.until('last');
  await rig.out('api', 'after');
  await screen.until('after');
  expect(torn(screen, 30)).toEqual([]);
  expect(screen.text().some((row) => row.includes('progress 1'))).toBe(false);
});
