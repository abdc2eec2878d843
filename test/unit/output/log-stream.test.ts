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
    drop: () => undefined,
    text: () => text,
  };
}

/** Time stands until the test moves it. */
function handClock() {
  let time = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => time,
    timer(ms: number, callback: () => void) {
      const timer = { at: time + ms, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    /** How many timers are set. */
    armed: () => timers.length,
    advance(ms: number) {
      time += ms;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      for (const { callback } of due) callback();
    },
  };
}

function streamOf(texts: Record<string, string>, pieceBytes: number, colours = false) {
  const sink = memorySink();
  const clock = handClock();
  const stream = createLogStream({
    source: logsOf(texts, pieceBytes),
    sink,
    prefixOf: (name) => `${name} | `,
    accepts: () => true,
    colours,
    clock,
  });
  return { sink, stream, clock };
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

test('a prompt is shown when it has stood for a moment, and what follows goes on behind the prefix', () => {
  const texts: Record<string, string> = { api: '', web: '' };
  const { sink, stream, clock } = streamOf(texts, 64);
  expect(clock.armed()).toBe(0);
  texts['api'] = 'one\nContinue? ';
  stream.pump();
  expect([sink.text(), clock.armed()]).toEqual(['api | one\n', 1]);
  clock.advance(200);
  texts['web'] = 'Sure? ';
  stream.pump();
  expect(clock.armed()).toBe(1);
  clock.advance(50);
  expect([sink.text(), clock.armed()]).toEqual(['api | one\napi | Continue? \n', 1]);
  clock.advance(200);
  expect([sink.text(), clock.armed()]).toEqual(['api | one\napi | Continue? \nweb | Sure? \n', 0]);
  texts['api'] += 'yes\ntwo\n';
  texts['web'] += '\nthree\n';
  stream.pump();
  expect([sink.text(), clock.armed()]).toEqual([
    'api | one\napi | Continue? \nweb | Sure? \napi | yes\napi | two\nweb | three\n',
    0,
  ]);
});

test('a line that still grows is no prompt', async () => {
  const texts: Record<string, string> = { api: '' };
  const { sink, stream, clock } = streamOf(texts, 64);
  for (const more of ['half', ' a line', ' that grows']) {
    texts['api'] += more;
    stream.pump();
    clock.advance(240);
  }
  expect(sink.text()).toBe('');
  await stream.drain();
  expect([sink.text(), clock.armed()]).toEqual(['api | half a line that grows\n', 0]);
});

test('of what a service tells the terminal only colours pass, and those only where they are wanted', () => {
  const text = '\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m\n';
  const shown = [true, false].map((colours) => {
    const texts = { api: '' };
    const { sink, stream } = streamOf(texts, 1 << 20, colours);
    texts.api = text.repeat(500);
    stream.pump();
    return sink.text();
  });
  expect(shown).toEqual(['api | \u001b[31mred\u001b[0m\n'.repeat(500), 'api | red\n'.repeat(500)]);
});

test('a sequence that comes in two parts is one, also across a prompt and in a line too long to be held', async () => {
  const texts: Record<string, string> = { api: '' };
  const { sink, stream, clock } = streamOf(texts, 50_000);
  texts['api'] = 'Continue?\u001b[';
  stream.pump();
  clock.advance(250);
  expect(sink.text()).toBe('api | Continue?\n');
  texts['api'] += '2Jyes\n';
  stream.pump();
  expect(sink.text()).toBe('api | Continue?\napi | yes\n');
  const long = 'x'.repeat(1_100_000);
  texts['api'] += `${long}\u001b[?10`;
  stream.pump();
  texts['api'] += '49hend\n\u001b]0;begun';
  stream.pump();
  await stream.drain();
  expect(sink.text() === `api | Continue?\napi | yes\napi | ${long}end\n`).toBe(true);
});

test('control sequences alone are no prompt', () => {
  const texts: Record<string, string> = { api: '' };
  const { sink, stream, clock } = streamOf(texts, 64);
  texts['api'] = '\u001b[?25l';
  stream.pump();
  clock.advance(250);
  texts['api'] += 'busy\n';
  stream.pump();
  expect(sink.text()).toBe('api | busy\n');
});
