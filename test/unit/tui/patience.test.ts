import { describe, expect, test } from 'vitest';
import { copiedInWords } from '../../../src/tui/panes/copied.ts';
import { createPaneRig, type PaneRig } from '../../rig/panes.ts';

const HAY = 'x'.repeat(100);

/** A filter that lets through a few lines of very many, and time that is up after that many chunks. */
function rig(lines: readonly string[], chunks: number): PaneRig {
  const pane = createPaneRig(['web'], { columns: 60, rows: 4, within: () => countdown(chunks) });
  pane.writeRaw('web', `${lines.join('\n')}\n`);
  return pane;
}

function countdown(count: number): () => boolean {
  let left = count;
  return () => left-- <= 0;
}

const many = (count: number): readonly string[] => Array.from({ length: count }, () => HAY);
const notYet = (): boolean => true;

describe('a key that needs what is far away', () => {
  const lines = ['hit 1 requestId=abc-1', ...many(20_000), 'hit 2'];

  test.each([40_000, 100_000, 1_000_000])('copies the page around a line of %i bytes', (length) => {
    using pane = rig(['hit 1', 'x'.repeat(length), 'hit 2'], 10_000);
    pane.pane({ filter: 'hit' });
    pane.rows();
    pane.do({ kind: 'copy', pane: 0, what: 'page' });
    expect(pane.copied).toEqual(['hit 1\nhit 2']);
    expect(pane.told()).toBe('copied 2 lines');
  });

  test('copies the page beside a line that is not ended', () => {
    using pane = rig(['hit 1', 'progress\r'.repeat(120_000)], 10_000);
    pane.pane({ filter: 'hit' });
    pane.rows();
    pane.do({ kind: 'copy', pane: 0, what: 'page' });
    expect(pane.copied).toEqual(['hit 1']);
  });

  test('copies what was found in time, says so, and goes on from there when it is pressed again', () => {
    using pane = rig(lines, 5);
    pane.pane({ filter: 'hit' });
    pane.rows(notYet);
    pane.do({ kind: 'copy', pane: 0, what: 'page' });
    expect(pane.copied).toEqual(['hit 2']);
    expect(pane.told()).toBe('copied 5 characters, not all: the rest was not found in time');
    for (let presses = 0; pane.copied.length < 20; presses++) pane.do({ kind: 'copy', pane: 0, what: 'page' });
    expect(pane.copied.at(-1)).toBe('hit 1 requestId=abc-1\nhit 2');
    expect(pane.told()).toBe('copied 2 lines');
  });

  test('copies nothing when nothing was found in time', () => {
    using pane = rig(['hit', ...many(20_000)], 2);
    pane.pane({ filter: 'hit' });
    pane.rows(notYet);
    pane.do({ kind: 'copy', pane: 0, what: 'page' });
    expect([pane.copied, pane.told()]).toEqual([[], 'no line was found in time: once more looks further']);
  });

  test('copies a selection as far as it gets', () => {
    using pane = rig(lines, 5);
    pane.pane({ filter: 'hit' });
    pane.rows();
    for (const rows of [0, -1]) pane.do({ kind: 'select-lines', pane: 0, rows });
    // Of the filter anew, so that nothing is known yet.
    pane.pane({ filter: 'hit ' });
    pane.rows(notYet);
    pane.do({ kind: 'copy', pane: 0, what: 'selection' });
    expect(pane.copied).toEqual(['hit 1 requestId=abc-1']);
    expect(pane.told()).toBe('copied 21 characters, not all: the rest was not found in time');
  });

  test('copies one line without a look at what is below it', () => {
    using pane = rig(['hit', ...many(20_000)], 0);
    pane.pane({ filter: 'hit' });
    pane.rows();
    pane.do({ kind: 'copy', pane: 0, what: 'selection' });
    expect([pane.copied, pane.told()]).toEqual([['hit'], 'copied 3 characters']);
  });

  test('follows the request of a line that was found in time, or says that none was', () => {
    using pane = rig(lines, 5);
    pane.pane({ filter: 'hit' });
    pane.rows(notYet);
    pane.do({ kind: 'trace', pane: 0 });
    expect(pane.told()).toBe('no line found in time has a request or trace id');
    pane.rows();
    pane.do({ kind: 'trace', pane: 0 });
    expect(pane.model().panes[0]?.trace).toBe('abc-1');
  });
});

test('in a pane that was never shown nothing is done', () => {
  using pane = rig(['hit 1 requestId=abc-1'], 5);
  pane.do({ kind: 'trace', pane: 0 });
  pane.do({ kind: 'copy', pane: 0, what: 'page' });
  expect([pane.model().panes[0]?.trace, pane.copied]).toEqual([undefined, []]);
});

test('what was copied is said in words', () => {
  expect(copiedInWords({ text: 'a\nb' })).toBe('copied 2 lines');
  expect(copiedInWords({ text: 'a\nb', cut: 'long' })).toBe(
    'copied 2 lines, not all: more is too long for a clipboard',
  );
  expect(copiedInWords({ text: '' })).toBe('there is nothing to copy');
});
