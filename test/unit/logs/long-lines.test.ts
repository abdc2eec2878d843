import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHistory, createReaders } from '../../../src/logs/history/history.ts';
import { createPieceReader, PIECE_BYTES } from '../../../src/logs/history/piece.ts';
import { createFilter, type Accepts } from '../../../src/logs/history/scanner.ts';
import { walk, type Direction, type Scanner } from '../../../src/logs/history/walk.ts';
import type { LogSource } from '../../../src/logs/source.ts';
import { accepting, atLevel } from '../../../src/tui/panes/accepts.ts';

/** A log in memory that can grow. */
function sourceOf(text: string) {
  let bytes = Buffer.from(text);
  const source: LogSource = {
    names: () => ['web'],
    bounds: () => ({ start: 0, end: bytes.length, dropped: 0 }),
    read: (_, from, limit) => bytes.subarray(from, from + limit),
    marks: (_, from) => ({ marks: [{ offset: 0, time: 1 }], until: Math.max(from, bytes.length) }),
  };
  return {
    source,
    write(more: string) {
      bytes = Buffer.concat([bytes, Buffer.from(more)]);
    },
  };
}

/** Beyond this many looks it does not get on. */
const ENOUGH = 10_000;

function found(text: string, accepts: Accepts, direction: Direction): readonly string[] {
  const { source } = sourceOf(text);
  const history = createHistory(source, createReaders(source), ['web'], () => accepts);
  let looks = 0;
  const texts: string[] = [];
  for (let position = direction === 'before' ? history.end() : history.start(); ;) {
    const next = history.next(position, direction, () => ++looks > ENOUGH);
    if (next.kind === 'paused') throw new Error('it does not get on');
    if (next.kind === 'end') return direction === 'before' ? texts.toReversed() : texts;
    texts.push(next.piece.text);
    ({ position } = next);
  }
}

describe.each<Direction>(['before', 'after'])('lines that are looked for %s a place', (direction) => {
  test.each([40_000, 100_000, 1_000_000])('are found on both sides of one of %i bytes', (length) => {
    const log = `hit 1\nERROR: a\n${'x'.repeat(length)}\nhit 2\nERROR: b\nplain\n`;
    expect(found(log, accepting('hit', false), direction)).toEqual(['hit 1', 'hit 2']);
    expect(found(log, { line: (text) => text.includes('hit') }, direction)).toEqual(['hit 1', 'hit 2']);
    const level = atLevel('error');
    expect(level && found(log, level, direction)).toEqual(['ERROR: a', 'ERROR: b']);
  });

  test('are found above a line that is still written, however long it is', () => {
    const log = `hit 1\nERROR: a\n${'progress 50%\r'.repeat(80_000)}`;
    expect(found(log, accepting('hit', false), direction)).toEqual(['hit 1']);
    const level = atLevel('error');
    expect(level && found(log, level, direction)).toEqual(['ERROR: a']);
  });

  test('are found in the middle and at the end of a long line', () => {
    const log = `${'x'.repeat(50_000)} hit ${'x'.repeat(50_000)}\n${'y'.repeat(70_000)} hit`;
    const parts = found(log, accepting('hit', false), direction);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part).toContain('hit');
  });
});

/** What `found` is to give: lines cut by the rule, put in plain words. */
function naive(text: string, isWanted: (text: string) => boolean, pieceBytes: number): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    let at = from;
    let cut = (Math.ceil(from / pieceBytes) + 1) * pieceBytes;
    for (from += line.length; cut < from; cut += pieceBytes) {
      pieces.push(text.slice(at, cut));
      at = cut;
    }
    pieces.push(text.slice(at, from).replace(/\n$/, ''));
  }
  return pieces.filter(isWanted);
}

const HIT = /hit/;
const byLine: Accepts = { line: (text) => HIT.test(text) };
const byChunk: Accepts = { ...byLine, chunk: (text) => HIT.test(text) };

const lineOf = (...lengths: readonly fc.Arbitrary<number>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.oneof(...lengths), fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([length, isHit, share]) => {
      const at = Math.floor(length * share);
      return isHit ? `${'x'.repeat(at)}hit${'x'.repeat(length - at)}` : 'x'.repeat(length);
    });

test('with lines of lengths around that of a piece, the same is found as by looking at each', () => {
  const line = lineOf(
    fc.integer({ min: 0, max: 100 }),
    fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -9, max: 9 }))
      .map(([times, more]) => times * PIECE_BYTES + more),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), fc.boolean(), (lines, isEnded, hasChunk) => {
      const log = lines.join('\n') + (isEnded ? '\n' : '');
      const expected = naive(log, (text) => HIT.test(text), PIECE_BYTES);
      for (const direction of ['before', 'after'] as const)
        expect(found(log, hasChunk ? byChunk : byLine, direction)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

function texts(scanner: Scanner, from: number, direction: Direction): readonly string[] {
  const seen: string[] = [];
  let looks = 0;
  for (let position: readonly number[] = [from]; ;) {
    const next = walk([scanner], position, direction, () => ++looks > ENOUGH);
    if (next.kind === 'paused') throw new Error('it does not get on');
    if (next.kind === 'end') return direction === 'before' ? seen.toReversed() : seen;
    seen.push(next.piece.text);
    ({ position } = next);
  }
}

test('what was looked at while it was written hides nothing later, from wherever it was looked', () => {
  fc.assert(
    fc.property(
      fc.array(lineOf(fc.integer({ min: 0, max: 90 })), { maxLength: 20 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat()), { minLength: 60, maxLength: 60 }),
      fc.boolean(),
      (lines, steps, hasChunk) => {
        const log = lines.join('\n');
        const { source, write } = sourceOf('');
        const filter = createFilter(createPieceReader(source, 'web', 16, 64), hasChunk ? byChunk : byLine, 64);
        /** Ends it had while it grew: a pane that stays keeps them as its place. */
        const noted = [0];
        let at = 0;
        for (const [length, pick] of steps) {
          write(log.slice(at, at + length));
          at = Math.min(log.length, at + length);
          noted.push(at);
          const place = noted[pick % noted.length] ?? 0;
          texts(filter, place, 'before');
          texts(filter, place, 'after');
          const expected = naive(log.slice(0, at), (text) => HIT.test(text), 16);
          expect(texts(filter, 0, 'after')).toEqual(expected);
          expect(texts(filter, at, 'before')).toEqual(expected);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('a line that is never ended is gone through without end of the stack', () => {
  const { source } = sourceOf(`hit\n${'x'.repeat(600_000)}`);
  const filter = createFilter(createPieceReader(source, 'web', 16, 64), byChunk, 64);
  let isDone = false;
  let from = [source.bounds('web').end];
  for (let turns = 0; !isDone && turns < 2; turns++) {
    const next = walk([filter], from, 'before', () => false);
    isDone = next.kind === 'end';
    if (next.kind !== 'step') continue;
    expect(next.piece.text).toBe('hit');
    from = [...next.position];
  }
  expect(isDone).toBe(true);
});
