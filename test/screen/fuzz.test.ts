import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ACTIONS, type Action } from '../../src/keys/actions.ts';
import { RESTORED } from '../rig/modes.ts';
import { createRandom, type Random } from '../rig/random.ts';
import { framed, type Screen } from '../rig/screen.ts';
import { createTuiRig, torn, type TuiRig } from '../rig/tui.ts';

const STEPS = Number(process.env['DEVSTACK_FUZZ_STEPS'] ?? 300);
const SEED = Number(process.env['DEVSTACK_FUZZ_SEED'] ?? Date.now() % 1_000_000);
/** So many steps are done between two looks at the whole. */
const BETWEEN_LOOKS = 25;

const changing = fileURLToPath(new URL('../rig/changing.mjs', import.meta.url));
const command = (seed: number): string => JSON.stringify(`${process.execPath} ${changing} ${seed}`);
const MORE = `
const one = service({ dev: ${command(1)} });
const two = worker({ dev: ${command(2)}, watch: ['.'] });
const fails = task({ run: 'echo no; exit 3', autostart: false });
const waits = worker({ dev: 'sleep 1000', dependsOn: [fails], autostart: false });
const shell = worker({ dev: 'cat', tty: true });`;

const KEYS = [
  ...new Set(ACTIONS.flatMap(({ keys, processCompose = [] }: Action) => [...keys, ...processCompose])),
  'backspace',
  'delete',
  'alt-x',
  'shift-up',
  'f12',
  'ctrl-w',
];
const TEXTS = ['plain', '(', '日本', 'red|blue', '\\', ' ', 'exit 3', '[a-', 'level:error'];
const SHAPES = [
  [80, 24],
  [200, 60],
  [100, 30],
  [40, 10],
  [60, 12],
  [1, 1],
  [15, 5],
  [120, 3],
] as const;

function step({ screen }: TuiRig, random: Random): void {
  const [columns, rows] = [screen.cells()[0]?.length ?? 1, screen.cells().length];
  switch (random.below(12)) {
    case 0:
      screen.resize(...(random.pick(SHAPES) as readonly [number, number]));
      break;
    case 1:
      screen.resize(1 + random.below(160), 1 + random.below(50));
      break;
    case 2:
      screen.type(random.pick(TEXTS));
      break;
    case 3:
      screen.paste(`${random.pick(TEXTS)}\n\u001b[31m${random.pick(TEXTS)}\u0003`);
      break;
    case 4:
    case 5:
    case 6: {
      const { mouse } = screen.modes();
      if (mouse === 'off') break;
      const at = (): readonly [number, number] => [random.below(columns), random.below(rows)];
      screen.mouse('press', ...at());
      if (random.below(2) === 0) screen.mouse('drag', ...at());
      screen.mouse('release', ...at());
      if (random.below(3) === 0) screen.mouse(random.pick(['wheel-up', 'wheel-down'] as const), ...at());
      break;
    }
    default:
      screen.press(random.pick(KEYS));
  }
}

/** Out of whatever it is in, on a screen of a usual size: nothing of before may be left on it. */
async function look({ screen }: TuiRig): Promise<void> {
  screen.resize(80, 24);
  const isWhole = (now: Screen): boolean => {
    const rows = now.text();
    if (rows.length !== 24 || !rows[0]?.startsWith(' shop ') || rows[23]?.includes('? help') !== true) return false;
    const isZoomed = !rows.some((row) => row.startsWith('All'));
    return isZoomed ? !rows.some((row) => row.startsWith('│')) : torn(now, 30).length === 0;
  };
  for (let tries = 0; tries < 10; tries++) {
    // A crash card may come at any time.
    screen.press('ctrl-a', 'escape', 'escape');
    const found = await screen.until(isWhole, 'a whole screen', 2_000).catch(() => undefined);
    if (found) return;
  }
  await screen.until(isWhole, 'a whole screen');
}

test(
  `${STEPS} random keys, clicks and sizes on a stack that changes (seed ${SEED})`,
  { timeout: 900_000 },
  async () => {
    const random = createRandom(SEED);
    const resources = ['one', 'two', 'fails', 'waits', 'shell'];
    await using rig = await createTuiRig({ names: ['api'], more: MORE, resources, until: 'ready' });
    let hasEnded = false;
    let ends = 0;
    const follow = (screen: Screen): void => {
      hasEnded = false;
      void screen.exit.then(() => (hasEnded = true));
    };
    const expectOrder = async ({ screen }: TuiRig): Promise<void> => {
      const { modes, signal } = await screen.exit;
      expect({ modes, screen: framed(screen.text()) }).toMatchObject({ modes: RESTORED });
      // A Ctrl-C that came once the terminal was given back is the shell's.
      expect([0, constants.signals.SIGINT]).toContain(signal);
      expect(screen.writtenSince(0)).not.toContain('This is a bug');
    };
    follow(rig.screen);
    for (let count = 1; count <= STEPS; count++) {
      step(rig, random);
      const mark = rig.screen.bytes();
      await rig.screen.until((now) => now.bytes() > mark, 'a frame', 20).catch(() => undefined);
      try {
        if (count % BETWEEN_LOOKS === 0) await look(rig);
      } catch (error) {
        if (!hasEnded) throw error;
      }
      if (!hasEnded) continue;
      // Keys asked it to.
      await expectOrder(rig);
      ends++;
      follow(await rig.again({ columns: 100, rows: 30 }));
    }
    await look(rig);
    // Right behind an Escape it is another key.
    for (let tries = 0; tries < 10; tries++) {
      rig.screen.press('ctrl-c');
      await rig.screen.until(() => hasEnded, 'its end', 2_000).catch(() => undefined);
      if (hasEnded) break;
    }
    await expectOrder(rig);
    expect(ends).toBeLessThan(STEPS / 10);
  },
);
