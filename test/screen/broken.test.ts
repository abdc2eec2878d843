import { expect, test } from 'vitest';
import { RESTORED } from '../rig/modes.ts';
import { createTuiRig, type TuiRig } from '../rig/tui.ts';

const breakable = new URL('../rig/breakable.mjs', import.meta.url).href;
const withBreaks = (): Promise<TuiRig> => createTuiRig({ env: { NODE_OPTIONS: `--import=${breakable}` } });

test('when the interface breaks, everything goes on in plain lines', async () => {
  await using rig = await withBreaks();
  const { screen } = rig;
  screen.kill('SIGUSR2');
  await rig.out('api', 'brea\u0301k 👩‍👩‍👧‍👦');
  await screen.until(/This is a bug in the terminal interface of devstack:\s+Error: cannot draw/);
  expect(screen.modes()).toEqual(RESTORED);
  await rig.out('web', 'it goes on');
  await screen.until(/web +\| it goes on/);
  rig.child('api').tell('exit', { code: 3 });
  await screen.until(/api .*exited with code 3/);
  screen.press('ctrl-c');
  expect(await screen.exit).toMatchObject({ signal: 0, modes: RESTORED });
});

test('an error nobody expected is shown in the terminal that is given back', async () => {
  await using rig = await withBreaks();
  rig.screen.kill('SIGPWR');
  const { code, modes } = await rig.screen.exit;
  expect({ isOk: code === 0, modes }).toEqual({ isOk: false, modes: RESTORED });
  expect(rig.screen.text().join('\n')).toContain('out of the blue');
});
