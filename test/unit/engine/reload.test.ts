import { expect, test } from 'vitest';
import type { Command } from '../../../src/core/command.ts';
import { createReloader } from '../../../src/engine/reload.ts';
import { processResource, stackOf } from '../../rig/stack.ts';

interface Wait {
  readonly ms: number;
  readonly over: () => void;
  cancelled: boolean;
}

function reloader(debounceMs = 0, isWatching = true) {
  const watch = { base: '/src', paths: ['.'], ignore: [], debounceMs };
  const stack = stackOf([processResource('api', { watch })]);
  const sent: Command['kind'][] = [];
  const waits: Wait[] = [];
  const { onChanges } = createReloader({
    stack: () => stack,
    show: (file) => file,
    now: () => 0,
    isUp: () => true,
    isWatching: () => isWatching,
    send: ({ kind }) => sent.push(kind),
    build: () => Promise.resolve(undefined),
    trouble: () => undefined,
    progress: () => undefined,
    reloadConfig: () => undefined,
    timer(ms, over) {
      const wait: Wait = { ms, over, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    },
  });
  let saved = 0;
  return {
    sent,
    waits,
    save(count: number) {
      onChanges(Array.from({ length: count }, () => ({ names: ['api'], file: `/src/${(saved += 1)}.js` })));
    },
  };
}

test('a save of what is not watched now is nothing', () => {
  const { save, sent, waits } = reloader(0, false);
  save(20);
  expect([sent, waits]).toEqual([[], []]);
});

test('a save waits for 10 ms of quiet, and each further one anew', () => {
  const { save, sent, waits } = reloader();
  save(1);
  save(2);
  waits[1]?.over();
  expect(sent).toEqual(['restart', 'release']);
  expect(waits.map(({ ms, cancelled }) => ({ ms, cancelled }))).toEqual([
    { ms: 10, cancelled: true },
    { ms: 10, cancelled: false },
  ]);
});

test('ten files and more wait for 100 ms of quiet, also when they come one by one; the next save does not', () => {
  const { save, sent, waits } = reloader();
  save(4);
  save(5);
  save(1);
  save(1);
  waits.at(-1)?.over();
  save(1);
  expect(waits.map(({ ms }) => ms)).toEqual([10, 10, 100, 100, 10]);
  expect(sent).toEqual(['restart', 'release', 'restart']);
});

test('debounce only lengthens the wait', () => {
  const { save, waits } = reloader(50);
  save(1);
  save(10);
  expect(waits.map(({ ms }) => ms)).toEqual([50, 100]);
});
