import { expect, test } from 'vitest';
import { PullProgress } from '../../../src/drivers/container/pull-progress.ts';

const event = (id: string, status: string, current?: number, total?: number) => ({
  id,
  status,
  ...(total !== undefined && { progressDetail: { current, total } }),
});

test('the share of a pull grows to 1, though sizes become known one after the other', () => {
  const progress = new PullProgress();
  const shares = [
    event('17', 'Pulling from library/postgres'),
    event('a', 'Already exists'),
    event('b', 'Pulling fs layer'),
    event('c', 'Waiting'),
    event('b', 'Downloading', 10, 40),
    event('b', 'Downloading', 30, 40),
    // Larger than was to be expected.
    event('c', 'Downloading', 0, 120),
    event('b', 'Download complete'),
    event('c', 'Downloading', 80, 120),
    event('c', 'Download complete'),
    event('b', 'Pull complete'),
    event('c', 'Pull complete'),
  ].map((one) => {
    progress.note(one);
    return progress.share;
  });
  expect(shares).toEqual([undefined, undefined, undefined, undefined, 0.125, 0.375, 0.375, 0.375, 0.75, 1, 1, 1]);
});
