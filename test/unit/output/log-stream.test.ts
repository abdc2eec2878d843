import { expect, test } from 'vitest';
import { createLogStream, type LogBytes } from '../../../src/output/log-stream.ts';
import type { ByteSink } from '../../../src/output/stream.ts';

/** Logs in memory, handed out in pieces as a ring does. */
function logsOf(texts: Record<string, string>, pieceBytes: number): LogBytes {
  return {
    names: () => Object.keys(texts),
    bounds: (name) => ({ start: 0, end: texts[name]?.length ?? 0 }),
    read: (name, from, limit) =>
      Buffer.from(texts[name] ?? '', 'latin1').subarray(from, from + Math.min(limit, pieceBytes - (from % pieceBytes))),
  };
}

function memorySink(): ByteSink & { text(): string } {
  let text = '';
  return {
    isReady: () => true,
    isClosed: () => false,
    onReady: () => undefined,
    push: (latin1) => void (text += latin1),
    pushBytes: (bytes) => void (text += Buffer.from(bytes).toString('latin1')),
    flush: () => Promise.resolve(),
    text: () => text,
  };
}

function streamOf(texts: Record<string, string>, pieceBytes: number) {
  const sink = memorySink();
  const stream = createLogStream({
    source: logsOf(texts, pieceBytes),
    sink,
    prefixOf: (name) => `${name} | `,
    accepts: () => true,
  });
  return { sink, stream };
}

test('a line that is not yet complete waits, and what is left of it comes at the end', async () => {
  const texts: Record<string, string> = { api: '', web: '' };
  const { sink, stream } = streamOf(texts, 64);
  texts['api'] = 'one\ntw';
  texts['web'] = 'three\n';
  stream.pump();
  expect(sink.text()).toBe('api | one\nweb | three\n');
  texts['api'] += 'o';
  await stream.drain();
  expect(sink.text()).toBe('api | one\nweb | three\napi | two\n');
});

test('a long line is shown when it is complete, whole', () => {
  const texts: Record<string, string> = { api: '' };
  const { sink, stream } = streamOf(texts, 50_000);
  const long = 'x'.repeat(300_000);
  texts['api'] = long;
  stream.pump();
  expect(sink.text()).toBe('');
  texts['api'] += '\n';
  stream.pump();
  expect(sink.text() === `api | ${long}\n`).toBe(true);
});

test('much at once reads the same as little by little', () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => `line ${at} ${'.'.repeat(at % 90)}\n`).join('');
  const all = { api: '' };
  const slow = { api: '' };
  const [large, small] = [streamOf(all, 1 << 20), streamOf(slow, 1 << 20)];
  all.api = lines;
  large.stream.pump();
  for (let at = 0; at < lines.length; at += 1_000) {
    slow.api = lines.slice(0, at + 1_000);
    small.stream.pump();
  }
  expect(large.sink.text()).toBe(small.sink.text());
  expect(small.sink.text()).toBe(lines.replaceAll(/^(?=.)/gm, 'api | '));
});

test('a progress bar that rewrites its line keeps its prefix, also in a flood', () => {
  const texts = { build: '' };
  const { sink, stream } = streamOf(texts, 1 << 20);
  texts.build = `${'.'.repeat(5_000)}\n10 %\r20 %\n`;
  stream.pump();
  expect(sink.text()).toBe(`build | ${'.'.repeat(5_000)}\nbuild | 10 %\rbuild | 20 %\n`);
});
