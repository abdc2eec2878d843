import stringWidth from 'string-width';

/**
 * Where each cell of a text begins, as what a terminal shows in one place: a character with all that combines with it.
 * One entry more than there are cells: the end of the text and its width.
 */
export interface Cells {
  readonly indexes: readonly number[];
  readonly columns: readonly number[];
}

export const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/** In columns of a terminal. */
export const widthOf = (text: string): number => (isAscii(text) ? text.length : stringWidth(text));

/**
 * The width of a character that combines with nothing on either side unless it is combined with; 0 for all others, which
 * are looked at with their neighbours. Only a shortcut: it agrees with the segmenter and string-width.
 */
function lonelyWidth(unit: number): 0 | 1 | 2 {
  if (unit < 0x7f) return unit >= 0x20 ? 1 : 0;
  // Latin, Greek and Cyrillic without soft hyphen and combining marks.
  if (unit < 0x300) return unit >= 0xa0 && unit !== 0xad ? 1 : 0;
  if (unit < 0x530) return (unit >= 0x370 && unit <= 0x482) || unit >= 0x48a ? 1 : 0;
  // Dashes and quotes, signs, arrows, control pictures, boxes, ticks and crosses, braille.
  if (unit < 0x2900)
    return (unit >= 0x2010 && unit <= 0x2027) ||
      (unit >= 0x2100 && unit <= 0x21ff) ||
      (unit >= 0x2400 && unit <= 0x2426) ||
      (unit >= 0x2500 && unit <= 0x25fc) ||
      (unit >= 0x270c && unit <= 0x2727) ||
      (unit >= 0x2798 && unit <= 0x27af) ||
      unit >= 0x2800
      ? 1
      : 0;
  // Kana, Chinese characters, Korean syllables.
  return (unit >= 0x3041 && unit <= 0x3096) ||
    (unit >= 0x30a1 && unit <= 0x30fa) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7a3)
    ? 2
    : 0;
}

/** What has no width of its own belongs to the cell before it. */
export function measureCells(text: string): Cells {
  const indexes: number[] = [];
  const columns: number[] = [];
  let column = 0;
  const add = (index: number, width: number): void => {
    if (width === 0) return;
    indexes.push(column === 0 ? 0 : index);
    columns.push(column);
    column += width;
  };
  const segmenter = new Intl.Segmenter();
  for (let at = 0; at < text.length;) {
    const width = lonelyWidth(text.charCodeAt(at));
    if (width > 0 && (at + 1 === text.length || lonelyWidth(text.charCodeAt(at + 1)) > 0)) {
      add(at, width);
      at += 1;
      continue;
    }
    const end = endOfCompany(text, at);
    for (const { segment, index } of segmenter.segment(text.slice(at, end))) add(at + index, clusterWidth(segment));
    at = end;
  }
  indexes.push(text.length);
  columns.push(column);
  return { indexes, columns };
}

function clusterWidth(segment: string): number {
  const known = segment.length === 1 ? lonelyWidth(segment.charCodeAt(0)) : 0;
  return known || stringWidth(segment);
}

/** Two lonely characters in a row never share a cell, so a text may be taken apart between them. */
function endOfCompany(text: string, start: number): number {
  let wasLonely = false;
  for (let at = start + 1; at < text.length; at++) {
    const isLonely = lonelyWidth(text.charCodeAt(at)) > 0;
    if (wasLonely && isLonely) return at;
    wasLonely = isLonely;
  }
  return text.length;
}
