import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../../../src/daemon/decode.ts';
import { createFrameReader } from '../../../src/daemon/frames.ts';
import { encode, type Request } from '../../../src/daemon/protocol.ts';

const id = 7;
const GOOD: readonly Request[] = [
  { id, kind: 'watch' },
  { id, kind: 'tails' },
  { id, kind: 'cancel' },
  { id, kind: 'outline' },
  { id, kind: 'usage' },
  { id, kind: 'journal' },
  { id, kind: 'reload' },
  { id, kind: 'terminal', device: '/dev/pts/3' },
  { id, kind: 'terminal', device: '' },
  { id, kind: 'env', name: 'api' },
  { id, kind: 'card', name: 'api' },
  { id, kind: 'write', name: 'api', text: 'a line\n' },
  { id, kind: 'resize', name: 'api', columns: 80, rows: 24 },
  { id, kind: 'logs', query: { resources: ['api'], follow: true, tail: 5, since: 0, grep: 'x+' } },
  { id, kind: 'send', command: { kind: 'debug', name: 'api', port: 'auto' } },
];

test.each(GOOD.map((request) => [request.kind, request] as const))('%s is understood as it was meant', (_, request) => {
  expect(decodeRequest(encode(request).trimEnd())).toEqual(request);
});

describe('is refused, with what is wrong', () => {
  test.each([
    [{ id, kind: 'terminal', device: '/etc/passwd' }, 'device must be a terminal, or empty'],
    [{ id, kind: 'terminal', device: '/dev/pts/../sda' }, 'device must be a terminal, or empty'],
    [{ id, kind: 'env' }, 'name must be a name'],
    [{ id, kind: 'card', name: 3 }, 'name must be a name'],
    [{ id, kind: 'write', name: 'api', text: ['x'] }, 'text must be a text'],
    [
      { id, kind: 'resize', name: 'api', columns: 0, rows: 24 },
      'columns and rows must be whole numbers from 1 to 65535',
    ],
    [
      { id, kind: 'resize', name: 'api', columns: 80, rows: 1e9 },
      'columns and rows must be whole numbers from 1 to 65535',
    ],
    [{ id: -1, kind: 'usage' }, 'id must be a whole number'],
    [{ id, kind: 'hello' }, 'unknown request "hello"'],
    [[], 'not a JSON object'],
  ])('%j', (frame, reason) => {
    expect(decodeRequest(JSON.stringify(frame))).toMatchObject({ kind: 'bad-request', reason });
  });
});

test('what is refused has the id of what was asked, where it has one', () => {
  expect(decodeRequest('{"id":7,"kind":"hello"}')).toEqual({
    kind: 'bad-request',
    id: 7,
    reason: 'unknown request "hello"',
  });
  expect(decodeRequest('{"id":"7","kind":"hello"}')).toEqual({
    kind: 'bad-request',
    reason: 'id must be a whole number',
  });
});

test('whatever comes is a request with nothing beside its fields, or words', () => {
  const kinds = fc.constantFrom(...GOOD.map(({ kind }) => kind));
  const value = fc.oneof(fc.jsonValue(), fc.nat(), fc.string());
  const frames = fc.oneof(
    fc.string(),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    fc
      .record({
        id: value,
        kind: kinds,
        name: value,
        text: value,
        columns: value,
        rows: value,
        query: value,
        command: value,
      })
      .map((frame) => JSON.stringify(frame)),
  );
  fc.assert(
    fc.property(frames, (text) => {
      const request = decodeRequest(text);
      if (request.kind === 'bad-request') return request.reason.length > 0;
      return JSON.stringify(decodeRequest(JSON.stringify(request))) === JSON.stringify(request);
    }),
    { numRuns: 2_000 },
  );
});

test('frames are the same wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map((text) => text.replaceAll('\n', ' '))), fc.nat({ max: 40 }), (lines, size) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const read = createFrameReader(10_000);
      const seen: string[] = [];
      for (let at = 0; at < bytes.length; at += size + 1) seen.push(...(read(bytes.subarray(at, at + size + 1)) ?? []));
      expect(seen).toEqual(lines);
    }),
  );
});
