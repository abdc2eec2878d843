import type { Mouse } from './event.ts';

// The button code is the same in both forms: two bits for the button, then shift, alt, ctrl, motion and wheel.
const SHIFT = 4;
const ALT = 8;
const CTRL = 16;
const MOTION = 32;
const WHEEL = 64;
/** Buttons of the thumb, which devstack has no use for. */
const EXTRA = 128;

const BUTTONS = ['left', 'middle', 'right', 'none'] as const;

/** `CSI < code ; column ; row M`, with `m` at the release. */
export function readMouse(code: number, column: number, row: number, final: 'M' | 'm'): Mouse | undefined {
  // Some terminals report a drag beyond the window, with places below 1.
  if (code >= EXTRA || !(column >= 1 && row >= 1)) return undefined;
  const action = actionOf(code, final);
  if (action === undefined) return undefined;
  return {
    kind: 'mouse',
    action,
    button: code & WHEEL ? 'none' : (BUTTONS[code & 3] ?? 'none'),
    column: column - 1,
    row: row - 1,
    shift: (code & SHIFT) !== 0,
    alt: (code & ALT) !== 0,
    ctrl: (code & CTRL) !== 0,
  };
}

/** `CSI M` and three bytes, each 32 too high: of terminals without the form above. It does not tell what was released. */
export function readOldMouse(bytes: string): Mouse | undefined {
  const [code = 0, column = 0, row = 0] = [0, 1, 2].map((at) => bytes.charCodeAt(at) - 32);
  const released = (code & (3 | MOTION | WHEEL)) === 3;
  return code < 0 ? undefined : readMouse(code, column, row, released ? 'm' : 'M');
}

function actionOf(code: number, final: 'M' | 'm'): Mouse['action'] | undefined {
  if (code & WHEEL) {
    const way = code & 3;
    // 2 and 3 are a wheel to the sides.
    return way === 0 ? 'wheel-up' : way === 1 ? 'wheel-down' : undefined;
  }
  if (final === 'm') return 'release';
  if (code & MOTION) return (code & 3) === 3 ? 'move' : 'drag';
  return 'press';
}
