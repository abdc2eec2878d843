import { stripVTControlCharacters } from 'node:util';
import type { Style } from './style.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** This one gives way when the whole is too wide. */
  readonly shrinks?: true;
}

/** Narrower than this a shrinking column is of no use. */
const NARROWEST = 16;

/** Rows under their titles; colours take no room. Without `columns` (a file, a pipe) nothing is cut. */
export function formatTable(
  columns: readonly Column[],
  content: readonly (readonly string[])[],
  style: Style,
  width = Infinity,
): readonly string[] {
  const rows = content.map((row) => row.map((cell) => cell.replace(/\s*\n\s*/g, ' ')));
  const natural = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => lengthOf(row[index] ?? ''))),
  );
  const surplus = natural.reduce((sum, one) => sum + one + 2, -2) - width;
  const widths = natural.map((one, index) =>
    columns[index]?.shrinks && surplus > 0 ? Math.max(NARROWEST, one - surplus) : one,
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align, shrinks }, index) => {
        const room = widths[index] ?? 0;
        const cell = shrinks ? cut(cells[index] ?? '', room) : (cells[index] ?? '');
        const padding = ' '.repeat(Math.max(0, room - lengthOf(cell)));
        return align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return [style.dim(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

function lengthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/** Cells that may be cut carry no colour. */
function cut(text: string, room: number): string {
  const letters = Array.from(text);
  return letters.length <= room ? letters.join('') : `${letters.slice(0, room - 1).join('')}…`;
}
