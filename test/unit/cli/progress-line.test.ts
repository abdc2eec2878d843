import { expect, test } from 'vitest';
import { inParallel } from '../../../src/cli/promote/parallel.ts';
import { createProgressLine } from '../../../src/cli/promote/progress-line.ts';

function written(isTTY: boolean, columns: number, act: (line: ReturnType<typeof createProgressLine>) => void): string {
  let text = '';
  const write = (more: string) => (text += more);
  act(createProgressLine({ isTTY, columns, write }, (more) => write(`${more}\n`)));
  return text;
}

test('on a terminal what goes on is the last line, and is gone at the end', () => {
  const text = written(true, 40, (line) => {
    line.say('api', 'building');
    line.show('api', 'step 1 of 4');
    line.show('web', 'a long text about a step of it');
    line.say('api', 'built');
    line.done('api');
    line.done('web');
  });
  const lines = text.split('\n').map((one) => one.split('\r\u001b[K').filter((part) => part !== ''));
  expect(lines).toEqual([
    ['api: building'],
    ['step 1 of 4', 'step 1 of 4 · a long text about a step ', 'api: built'],
    ['step 1 of 4 · a long text about a step ', 'a long text about a step of it'],
  ]);
  expect(text.endsWith('\r\u001b[K')).toBe(true);
});

test('elsewhere there are lines only', () => {
  const text = written(false, 0, (line) => {
    line.show('api', 'step 1 of 4');
    line.say('api', 'one\ntwo');
    line.done('api');
  });
  expect(text).toBe('api: one\napi: two\n');
});

test('so much is done at a time, and results are in the order of what they are of', async () => {
  const release = new Map<string, () => void>();
  const begun: string[] = [];
  const all = inParallel(['a', 'b', 'c'], 2, async (item) => {
    begun.push(item);
    await new Promise<void>((resolve) => release.set(item, resolve));
    return item.toUpperCase();
  });
  expect(begun).toEqual(['a', 'b']);
  release.get('b')?.();
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  release.get('c')?.();
  release.get('a')?.();
  expect(await all).toEqual(['A', 'B', 'C']);
});
