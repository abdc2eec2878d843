import { withoutControls, type Line, type Look } from './line.ts';

const COLOURED: Readonly<Record<Look, string>> = {
  plain: '',
  dim: '2',
  bold: '1',
  good: '32',
  busy: '33',
  bad: '31',
  title: '1;7',
  chosen: '7',
  key: '1',
};
/** Without colours: what must be told apart is bold. */
const PLAIN: Readonly<Record<Look, string>> = { ...COLOURED, good: '', busy: '', bad: '1' };

/** A line for the terminal. */
export function paint(line: Line, hasColours: boolean): string {
  const looks = hasColours ? COLOURED : PLAIN;
  return line
    .map(({ text: raw, look }) => {
      const text = withoutControls(raw);
      const code = look ? looks[look] : '';
      return code === '' ? text : `\u001b[${code}m${text}\u001b[0m`;
    })
    .join('');
}
