import { expect, test } from 'vitest';
import { expectScreen } from '../rig/golden.ts';
import { RESTORED } from '../rig/modes.ts';
import { createTuiRig, DIFFERS } from '../rig/tui.ts';

const golden = { more: DIFFERS };

test('the first screen shows everything, and q leaves the terminal as it was', async () => {
  await using rig = await createTuiRig({ columns: 90, rows: 14 });
  const { screen } = rig;
  await rig.clear();
  await rig.out('api', 'hello from api');
  await screen.until('hello from api');
  await rig.out('web', 'hello from web');
  await screen.until('hello from web');
  await expectScreen(screen, 'first', golden);
  screen.press('q');
  await screen.until('Stop everything and quit?');
  await expectScreen(screen, 'question', golden);
  screen.press('n');
  await screen.until((now) => !now.text().join('').includes('Stop everything'));
  screen.press('q', 'y');
  expect(await screen.exit).toEqual({ code: 0, signal: 0, modes: RESTORED });
});

test('a service that is selected shows its own log, and the way back leads to all', async () => {
  await using rig = await createTuiRig();
  const { screen } = rig;
  await rig.out('api', 'one from api');
  await rig.out('web', 'one from web');
  await screen.until('one from web');
  screen.press('end');
  const rows = await screen.until((now) => !now.text().join('').includes('one from api'));
  expect(rows.join('\n')).toContain('│one from web');
  screen.press('home');
  await screen.until('one from api');
});

test('help lists the keys, the palette finds commands, reports open and close', async () => {
  await using rig = await createTuiRig({ columns: 100, rows: 24 });
  const { screen } = rig;
  await rig.clear();
  screen.press('?');
  await screen.until('Start the service, or run the task');
  await expectScreen(screen, 'help', golden);
  screen.press('escape');
  await screen.until((now) => !now.text().join('').includes('Start the service'));
  screen.press(':');
  screen.type('two pa');
  await screen.until(/> two pa/);
  await screen.until(/Two panes +2/);
  screen.press('enter');
  await screen.until(/● api · pinned/);
  screen.press('1', 'end', 'i');
  await screen.until(/╭─ web ─+╮/);
  screen.press('q', 'D');
  await screen.until(/Who needs whom/);
  screen.press('enter', '.');
  await screen.until(/Environment of web/);
  screen.press('escape');
  await screen.until((now) => !now.text().join('').includes('Environment'));
});

test('what fails shows its card, once, and r tries again', async () => {
  await using rig = await createTuiRig({
    names: ['api'],
    more: `const bad = worker({ dev: "printf 'boom\\\\ttab\\\\033[2J\\\\n'; exit 3", restart: 'no' });`,
    resources: ['bad'],
    until: 'bad has failed',
    columns: 90,
    rows: 24,
  });
  const { screen } = rig;
  await screen.until('the last it wrote');
  screen.press('escape');
  await screen.until((now) => !now.text().join('').includes('try again'));
  await rig.clear();
  screen.press('end', 'c');
  await screen.until('try again');
  await expectScreen(screen, 'crash-card', golden);
  screen.press('escape');
  await screen.until((now) => !now.text().join('').includes('try again'));
  await screen.until('1 failed');
  screen.press('end', 'c');
  await screen.until('try again');
  screen.press('r');
  await screen.until(/exited with code 3/);
});

test('a secret in the code where it failed is not shown', async () => {
  await using rig = await createTuiRig({
    names: ['api'],
    env: { TOKEN: 'hunter22' },
    more: `import { secret } from 'devstack';
const bad = worker({
  dev: "printf 'connect(%s)' \\"$TOKEN\\" > pay.js; echo pay.js:1; exit 3",
  env: { TOKEN: secret('TOKEN') },
  restart: 'no',
});`,
    resources: ['bad'],
    until: 'bad has failed',
  });
  await rig.screen.until(/pay\.js:1/);
  await rig.screen.until('connect(***)');
});

test('a stop asks, a start does not, and the state is seen', async () => {
  await using rig = await createTuiRig();
  const { screen } = rig;
  screen.press('end', 'x');
  await screen.until('Stop web?');
  screen.press('y');
  await screen.until(/· web/);
  await screen.until(/stopped/);
  screen.press('s');
  await rig.next('web');
  await screen.until(/● web/);
  screen.press('r');
  await rig.next('web');
  await screen.until(/● web/);
});

test('a line is sent to the standard input of a service', async () => {
  await using rig = await createTuiRig({
    names: ['api'],
    more: `const echo = worker({ dev: 'while read line; do echo "got $line"; done' });`,
    resources: ['echo'],
  });
  const { screen } = rig;
  screen.press('end', 'I');
  await screen.until('to echo>');
  screen.type('hi there');
  await screen.until('to echo> hi there');
  screen.press('enter');
  await screen.until('got hi there');
});
