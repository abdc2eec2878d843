import { printable } from '../../output/controls.ts';
import type { Cells } from './cells.ts';
import { isAscii, measureCells, widthOf } from './cells.ts';
import type { Style } from './sgr.ts';
import { applySgr, PLAIN } from './sgr.ts';

/** A piece of a line's text in one style. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** A line of a log as a terminal may show it. Long to make and short to draw: worth keeping while it is in view. */
export interface StyledLine {
  /** Without any control character; tabs are spaces. Searches, selections and `spans` count in it. */
  readonly text: string;
  /** In order, without gaps, from the beginning of the text to its end. */
  readonly spans: readonly Span[];
  /** In columns. */
  readonly width: number;
  /** Undefined where each character is one column: in a line of ASCII. */
  readonly cells: Cells | undefined;
}

const TAB_COLUMNS = 8;
const ESCAPE = '\u001b';

/** Of any text a service may write, without its line end. */
export function styleLine(raw: string): StyledLine {
  const clean = printable(raw, true);
  if (isAscii(clean)) return withSpans(clean, [{ start: 0, end: clean.length, style: PLAIN }]);
  const spans: Span[] = [];
  let text = '';
  let style = PLAIN;
  // Where the piece after the last tab begins.
  let piece = { index: 0, column: 0 };
  const add = (part: string): void => {
    const start = text.length;
    for (const [at, between] of part.split('\t').entries()) {
      if (at > 0) {
        const column = piece.column + widthOf(text.slice(piece.index));
        const next = column + TAB_COLUMNS - (column % TAB_COLUMNS);
        text += ' '.repeat(next - column);
        piece = { index: text.length, column: next };
      }
      if (between !== '') text += text === '' ? withBase(withoutControls(between)) : withoutControls(between);
    }
    if (text.length > start) spans.push({ start, end: text.length, style });
  };
  let at = 0;
  for (let escape = clean.indexOf(ESCAPE); escape >= 0; escape = clean.indexOf(ESCAPE, at)) {
    if (escape > at) add(clean.slice(at, escape));
    // What is left of sequences are colours: `ESC [ parameters m`.
    const end = clean.indexOf('m', escape);
    style = applySgr(style, clean.slice(escape + 2, end));
    at = end + 1;
  }
  if (at < clean.length) add(clean.slice(at));
  return withSpans(text, spans);
}

function withSpans(text: string, spans: readonly Span[]): StyledLine {
  if (isAscii(text)) return { text, spans, width: text.length, cells: undefined };
  const cells = measureCells(text);
  return { text, spans, width: cells.columns.at(-1) ?? 0, cells };
}

/** At the beginning of a line it would join whatever stands left of the pane. */
const withBase = (text: string): string =>
  /^[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(text) ? `\u25cc${text}` : text;

/** Control characters, line ends, halves of characters, and what turns the direction of the text around it. */
const CONTROLS = /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/gu;

function withoutControls(text: string): string {
  return isAscii(text) ? text : text.replaceAll(CONTROLS, substitute);
}

/** Of a cell of a screen: what has joined its character has no column of its own, and is left out. */
export function cellText(characters: string): string {
  if (isAscii(characters)) return characters;
  return characters.replaceAll(CONTROLS, (control, at: number) => (at === 0 ? substitute(control) : ''));
}

/** One column wide: the picture of a control character, or a dot. */
function substitute(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : '\u00b7';
}
