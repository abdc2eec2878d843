import { expect, test } from 'vitest';
import { createStyle } from '../../../src/output/style.ts';
import { formatTable, type Column } from '../../../src/output/table.ts';

const plain = createStyle(false);
const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'DETAIL', shrinks: true },
  { title: 'PID', align: 'right' },
];

test('columns are as wide as their widest cell, and no line ends in spaces', () => {
  expect(formatTable(columns, [['api', 'fine', '7'], ['worker', '', '12345'], ['db']], plain)).toEqual([
    'NAME    DETAIL    PID',
    'api     fine        7',
    'worker          12345',
    'db',
  ]);
});

test('without rows only the titles are there', () => {
  expect(formatTable(columns, [], plain)).toEqual(['NAME  DETAIL  PID']);
});

test('colours take no room', () => {
  const style = createStyle(true);
  expect(
    formatTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        [style.red('bad'), 'x'],
        ['fine', 'y'],
      ],
      plain,
    ),
  ).toEqual(['A     B', `${style.red('bad')}   x`, 'fine  y']);
});

test('a column that shrinks gives way to the width of the terminal, down to 16 letters', () => {
  const rows = [['api', 'exited with code 1 after 340 ms', '7']];
  expect(formatTable(columns, rows, plain, 32)).toEqual([
    'NAME  DETAIL                 PID',
    'api   exited with code 1 a…    7',
  ]);
  expect(formatTable(columns, rows, plain, 10)).toEqual(['NAME  DETAIL            PID', 'api   exited with cod…    7']);
});

test('a cell of several lines becomes one', () => {
  expect(formatTable(columns, [['api', 'one\n  two', '7']], plain)).toEqual([
    'NAME  DETAIL   PID',
    'api   one two    7',
  ]);
});
