import { expect, test } from 'vitest';
import { BuildProgress } from '../../../src/drivers/container/build/progress.ts';
import type { BuildStatus } from '../../../src/drivers/container/build/wire.ts';

type Vertex = Partial<BuildStatus['vertexes'][number]>;

function rig() {
  const printed: string[] = [];
  const progress = new BuildProgress((text) => printed.push(text));
  return {
    printed,
    progress,
    json: (event: unknown) => progress.note({ kind: 'json', event }),
    status: (vertexes: readonly Vertex[], more: Partial<BuildStatus> = {}) =>
      progress.note({
        kind: 'status',
        status: {
          statuses: [],
          logs: [],
          ...more,
          vertexes: vertexes.map((vertex) => ({
            digest: vertex.name ?? '',
            name: '',
            cached: false,
            started: null,
            completed: null,
            error: '',
            ...vertex,
          })),
        },
      }),
  };
}

const log = (vertex: string, text: string) => ({ vertex, msg: Buffer.from(text) });
const SEEN = { started: {} };
const DONE = { started: {}, completed: {} };
const [FROM, ONE, TWO] = ['[1/3] FROM node', '[a 2/3] RUN one', '[b 3/3] RUN two'];

test('BuildKit: steps are counted over all stages, and errands of its own are none', () => {
  const { progress, status, printed } = rig();
  status([{ name: '[internal] load build context', ...DONE }, { name: 'copy /context /' }]);
  expect([progress.words, progress.share]).toEqual(['', undefined]);
  status([{ name: FROM }, { name: ONE }, { name: TWO }]);
  expect([progress.words, progress.share]).toEqual([' (step 1 of 3)', 0]);
  status([{ name: FROM, ...SEEN }], { statuses: [{ ID: 'layer', vertex: FROM, current: 20, total: 40 }] });
  expect(progress.share).toBeCloseTo(0.125);
  status([{ name: FROM, ...DONE }]);
  status([{ name: ONE, ...DONE, cached: true }]);
  status([{ name: TWO, ...SEEN }]);
  expect([progress.words, progress.share]).toEqual([' (step 3 of 3)', 0.5]);
  status([
    { name: TWO, ...DONE },
    { name: 'exporting to image', ...SEEN },
  ]);
  expect([progress.words, progress.share]).toEqual([' (step 3 of 3)', 0.75]);
  expect(printed).toEqual(['FROM node\n', 'RUN two\n']);
});

test('BuildKit: steps beside each other keep their lines whole, and a last one without an end is printed', () => {
  const { status, printed, progress } = rig();
  status([
    { name: ONE, ...SEEN },
    { name: TWO, ...SEEN },
  ]);
  status([], { logs: [log(ONE, 'a'), log(TWO, 'x\ny'), log(ONE, 'b\nc'), log(TWO, 'z\n')] });
  // The end of its output may come after the end of a step.
  status([{ name: ONE, ...DONE }], { logs: [log(ONE, 'd\ne')] });
  progress.end();
  expect(printed).toEqual(['RUN one\n', 'RUN two\n', 'x\n', 'ab\n', 'yz\n', 'cd\n', 'e\n']);
});

test('BuildKit: the step that failed is told, not those that were given up for it', () => {
  const { progress, status, json } = rig();
  status([
    { name: ONE, ...DONE, error: 'context canceled' },
    { name: TWO, ...DONE, error: 'exit code: 1' },
  ]);
  json({ error: 'executor failed', errorDetail: { message: 'executor failed' } });
  expect(progress.error).toEqual({ step: 'RUN two', reason: 'executor failed' });
});

test('the classic builder: its steps, what they print, and nothing about itself', () => {
  const { progress, json, printed } = rig();
  json({ stream: 'Step 1/3 : FROM node' });
  json({ status: 'Downloading', id: 'layer', progressDetail: { current: 20, total: 40 } });
  expect([progress.words, progress.share]).toEqual([' (step 1 of 3)', 0.5 / 3]);
  for (const stream of ['\n', ' ---> 1234\n', 'Step 2/3 : RUN two', '\n', ' ---> Running in 12\n', 'two\n'])
    json({ stream });
  expect([progress.words, progress.share]).toEqual([' (step 2 of 3)', 1 / 3]);
  json({ stream: 'Step 3/3 : LABEL devstack.stack=shop' });
  json({ error: 'no space left' });
  expect(printed).toEqual(['FROM node\n', 'RUN two\n', 'two\n']);
  expect(progress.error).toEqual({ step: 'LABEL devstack.stack=shop', reason: 'no space left' });
});
