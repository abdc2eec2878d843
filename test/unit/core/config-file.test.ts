import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillFile, holes, jsonFile, templatesIn, yamlFile } from '../../../src/core/config-file.ts';
import type { FileData } from '../../../src/core/config-file.ts';
import type { Template } from '../../../src/core/ref.ts';

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

const texts = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !/[\uD800-\uDFFF]/.test(text)),
  fc.constantFrom(
    'yes',
    'on',
    '~',
    '22:22',
    '- a',
    '# b',
    'a: b',
    '"',
    "'",
    '\\',
    '\n',
    '${X}',
    '12',
    '1e3',
    ' ',
    '\u2028',
  ),
);
const data = fc.letrec<{ node: Plain }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    texts,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(texts, tie('node'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).node;

/** Each text is half written in the config, and half a value of somebody's. */
function withHoles(value: Plain): FileData {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') {
    const points = Array.from(value);
    const half = points.length >> 1;
    return { leaf: [points.slice(0, half).join(''), { kind: 'secret', name: points.slice(half).join('') }] };
  }
  if (Array.isArray(value)) return { list: value.map(withHoles) };
  return { fields: Object.entries(value).map(([key, item]) => [key, withHoles(item)]) };
}

const fill = (template: Template): string =>
  template.map((part) => (typeof part === 'string' ? part : part.kind === 'secret' ? part.name : '')).join('');

test.each([
  ['JSON', jsonFile, (text: string): unknown => JSON.parse(text)],
  ['YAML', yamlFile, (text: string): unknown => parse(text, { uniqueKeys: true })],
  ['the YAML of before', yamlFile, (text: string): unknown => parse(text, { version: '1.1' })],
])('data comes out of %s as it went in, whatever is filled in', (_name, write, read) => {
  fc.assert(
    fc.property(data, (value) => {
      expect(read(fillFile(write(withHoles(value)), fill))).toEqual(value);
    }),
    { numRuns: 300 },
  );
});

test('a port is a number where data is written, and text stays as it is', () => {
  const port: Template = [{ kind: 'resource', resource: 'db', part: 'port' }];
  const written = (text: string) => fillFile(yamlFile({ fields: [['port', { leaf: port }]] }), () => text);
  expect(written('5432')).toBe('port: 5432\n');
  expect(written('"x')).toBe('port: "\\"x"\n');
  const parts = holes(['port = "', ...port, '"\n'], 'text');
  expect(fillFile(parts, () => '5432')).toBe('port = "5432"\n');
  expect(templatesIn([{ path: 'a', parts }])).toEqual([port]);
});
