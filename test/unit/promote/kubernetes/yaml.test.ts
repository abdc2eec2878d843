import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { libraryText, yamlText } from '../../../../src/promote/kubernetes/yaml.ts';

const SIGNS = ['a', 'Z', '7', '-', ':', ' ', ',', '#', '.', '/', '=', '"', "'", '\n', '%', '{', '[', '_', '('];
const ODD = ['yes', 'on', '1e3', '0x1f', '12:30', '2026-01-01', '=', '~', '', 'a: b', 'a #b', '- a', '|', ' a\nb'];
/** As a key the library reads `<<` as a merge, whatever it is told. */
const words = fc
  .oneof(fc.string(), fc.string({ unit: fc.constantFrom(...SIGNS) }), fc.constantFrom(...ODD))
  .filter((word) => word !== '<<');
/** At the beginning of a line these end documents: the library has them in quotes there, and we wherever they are. */
const isMark = (text: string): boolean => /^(?:---|\.\.\.)/m.test(text);

const dataOf = (word: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', maxDepth: 5 },
      word,
      fc.boolean(),
      fc.integer(),
      fc.constantFrom(null, 0.5, -1),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    ),
  })).value;

test('what is written quickly is what the library writes', () => {
  fc.assert(
    fc.property(dataOf(words.filter((word) => !isMark(word))), (value) => {
      expect(yamlText([], [value])).toBe(libraryText(value));
    }),
    { numRuns: 2_000 },
  );
});

test('what is written is read as what it was, by readers of either version', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ value: dataOf(words) }), { minLength: 1, maxLength: 3 }), (values) => {
      const text = yamlText(['made by a test'], values);
      for (const version of ['1.1', '1.2'] as const)
        expect([...parseAllDocuments(text, { version, merge: false })].map((one) => one.toJS())).toEqual(values);
    }),
    { numRuns: 1_000 },
  );
});

test('a field without a value is left out', () => {
  expect(yamlText([], [{ a: undefined, b: { c: undefined }, d: [] }])).toBe('b: {}\nd: []\n');
});
