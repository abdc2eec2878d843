import { afterEach, expect, test } from 'vitest';
import { onSignals } from '../../../src/cli/signals.ts';

let off: () => void = () => undefined;
afterEach(() => off());

function heard(isEchoed: boolean, busyMs = 0): { readonly tell: (...signals: NodeJS.Signals[]) => readonly string[] } {
  const told: string[] = [];
  off = onSignals(
    {
      first(signal) {
        told.push(`first ${signal}`);
        for (const until = performance.now() + busyMs; performance.now() < until;);
      },
      second: () => void told.push('second'),
    },
    () => isEchoed,
  );
  return {
    tell(...signals) {
      // As they come from the system, to nobody but the listener above.
      for (const signal of signals) process.listeners(signal).at(-1)?.(signal);
      return told;
    },
  };
}

test('without a shell in between the second is the second', () => {
  expect(heard(false).tell('SIGINT', 'SIGINT')).toEqual(['first SIGINT', 'second']);
});

test('the echo of a key is none, however long its first one is dealt with', () => {
  expect(heard(true, 120).tell('SIGINT', 'SIGINT')).toEqual(['first SIGINT']);
});

test('each key brings one echo: who presses twice is heard twice', () => {
  expect(heard(true).tell('SIGINT', 'SIGINT', 'SIGINT', 'SIGINT')).toEqual(['first SIGINT', 'second']);
});

test('two of which the system made one are one, and what follows counts', () => {
  expect(heard(true).tell('SIGINT', 'SIGINT', 'SIGINT')).toEqual(['first SIGINT', 'second']);
});

test('another signal is no echo', () => {
  expect(heard(true).tell('SIGINT', 'SIGTERM')).toEqual(['first SIGINT', 'second']);
});
