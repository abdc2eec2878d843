import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEnvFile } from '../../../src/config/env-file.ts';

function valuesOf(text: string, outer: { [name: string]: string } = {}): Record<string, string> {
  const { values, problems } = parseEnvFile(text, '.env', outer);
  expect(problems).toEqual([]);
  return values;
}

function problemsOf(text: string): readonly string[] {
  return parseEnvFile(text, '.env', {}).problems.map(({ at, message }) => `${at}  ${message}`);
}

test.each([
  ['a plain value', 'A=1', '1'],
  ['an empty value', 'A=', ''],
  ['spaces around', '  A =  b c  ', 'b c'],
  ['export', 'export A=1', '1'],
  ['a comment behind a value', 'A=1 # one', '1'],
  ['a value that is only a comment', 'A=# none', ''],
  ['a # inside a value', 'A=pa#ss', 'pa#ss'],
  ['an = inside a value', 'A=a=b==', 'a=b=='],
  ['a # in quotes', 'A="a # b" # c', 'a # b'],
  ['single quotes keep everything', "A='a $B ${C} \\n \"'", 'a $B ${C} \\n "'],
  ['backticks keep everything', 'A=`it\'s "$B"`', 'it\'s "$B"'],
  ['escapes in double quotes', 'A="a\\nb\\t\\"c\\" \\\\ \\$B \\d"', 'a\nb\t"c" \\ $B \\d'],
  ['no escapes without quotes', 'A=C:\\new\\table', 'C:\\new\\table'],
  ['several lines in double quotes', 'A="-----BEGIN\nx\n-----END"', '-----BEGIN\nx\n-----END'],
  ['several lines in single quotes', "A='a\n#b\nc'", 'a\n#b\nc'],
  ['Windows line ends', 'Z=1\r\nA=b\r\n', 'b'],
  ['a byte order mark', '\uFEFFA=1', '1'],
  ['JSON without quotes', 'A={"a": "b"}', '{"a": "b"}'],
  ['quotes inside a value', 'A=a"b"c', 'a"b"c'],
  ['the last one counts', 'A=1\nA=2', '2'],
  ['emoji', 'A=🚀 é', '🚀 é'],
  ['no new line at the end', 'B=1\nA=x', 'x'],
])('%s', (_rule, text, value) => {
  expect(valuesOf(text)['A']).toBe(value);
});

test.each([
  ['a variable of the file', 'B=1\nA=x$B-y', 'x1-y'],
  ['a variable in braces', 'B=1\nA=x${B}y', 'x1y'],
  ['a variable defined later', 'A=${B}\nB=1', '1'],
  ['a variable from outside', 'A=${HOME}/x', '/root/x'],
  ['the file before the outside', 'HOME=/me\nA=$HOME', '/me'],
  ['itself means the one before', 'A=1\nA=${A}2\nA=${A}3', '123'],
  ['itself means the outside', 'HOME=$HOME/sub\nA=$HOME', '/root/sub'],
  ['a default', 'A=${NOPE:-d e}', 'd e'],
  ['a default for an empty one', 'B=\nA=${B:-d}', 'd'],
  ['an empty default', 'A=x${NOPE:-}y', 'xy'],
  ['a default with a variable', 'B=1\nA=${NOPE:-${B}/${NO2:-z}}', '1/z'],
  ['unset braces are empty', 'A=x${NOPE}y', 'xy'],
  ['an unset bare variable stays', 'A=pa$word', 'pa$word'],
  ['two dollar signs stay', 'A=pa$$HOME', 'pa$$HOME'],
  ['a dollar sign before anything else stays', 'A=5$ $1 $-', '5$ $1 $-'],
  ['an escaped dollar sign', 'A=\\$HOME "\\${HOME}', '$HOME "${HOME}'],
  ['double quotes fill in', 'A="$HOME ${HOME}"', '/root /root'],
  ['a command is text', 'A=$(date) `date`', '$(date) `date`'],
  ['a command in double quotes is text', 'A="$(rm -rf /)"', '$(rm -rf /)'],
  ['a value is filled in once', "B='$HOME'\nA=$B", '$HOME'],
])('filled in: %s', (_rule, text, value) => {
  expect(valuesOf(text, { HOME: '/root' })['A']).toBe(value);
});

test('what is wrong is named with its line, and the rest is read', () => {
  const text = 'A=1\nnot an assignment\n=x\n1A=2\nB="a\nb"\nC=\'x\' y\nD=${\nE=${F\nG="open\n';
  expect(problemsOf(text)).toEqual([
    '.env:2  "not an assignment" is no assignment. Write NAME=value, or # before a comment.',
    '.env:3  "=x" is no assignment. Write NAME=value, or # before a comment.',
    '.env:4  "1A" is no name. It has letters, digits and _, and does not begin with a digit.',
    '.env:7  C has "y" after its closing \'.',
    '.env:8  D has ${ without a name or a closing }. Write \\$ for a dollar sign.',
    '.env:9  E has ${ without a name or a closing }. Write \\$ for a dollar sign.',
    '.env:10  G has no closing ".',
  ]);
  expect(parseEnvFile(text, '.env', {}).values).toMatchObject({ A: '1', B: 'a\nb' });
});

test('a circle is named once', () => {
  expect(problemsOf('A=${B}\nB=${C}\nC=${A}')).toEqual(['.env:1  These values form a circle: A → B → C → A.']);
});

test('names of every object are names like any other', () => {
  const { values } = parseEnvFile('__proto__=1\nconstructor=2\nA=${toString}${__proto__}', '.env', {});
  expect(Object.entries(values)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['A', '1'],
  ]);
});

test('any text in single quotes comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      fc.pre(!value.includes("'") && !value.includes('\r'));
      expect(valuesOf(`B=1\nA='${value}'\nC=2`)).toEqual({ B: '1', A: value, C: '2' });
    }),
  );
});

test('any text in double quotes comes back when its quotes, backslashes and dollar signs are escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      fc.pre(!value.includes('\r'));
      expect(valuesOf(`A="${value.replace(/["\\$]/g, '\\$&')}"`)).toEqual({ A: value });
    }),
  );
});

test('any file is read without an exception', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('A', 'B', '=', '$', '{', '}', '"', "'", '\\', '\n', ':-', ' ', '#', '`')),
      (parts) => {
        const { problems } = parseEnvFile(parts.join(''), '.env', { A: '1' });
        expect(problems.every(({ at }) => /^\.env:\d+$/.test(at ?? ''))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
