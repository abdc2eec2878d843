import { Document, isScalar, visit } from 'yaml';
import { isData, type Data } from './rules/data.ts';

/** To readers of one version of YAML or another: what might be a number, a time, a truth or nothing is in quotes. */
const AMBIGUOUS =
  /^(?:[-+]?(?:0[box][\da-f_]+|[\d._][\d._e:+-]*|\.inf|\.nan)|y|n|yes|no|on|off|true|false|null|~|\s+)$/i;
/** Words that mean themselves wherever they stand. */
const SIMPLE = /^(?![Ee][-+]?\d+$)[A-Za-z/](?:[\w./@=+()-]| (?=[\w./(])|,(?=[\w ])|:(?=[\w/.]))*$/;
/** In brackets kubectl reads a colon at the beginning or the end of a word as one of YAML. */
const IN_BRACKETS = /^[\w./-](?:[\w./:-]*[\w./-])?$/;
const WIDTH = 50;

/** Objects as one file: one style, the same every time. */
export function yamlText(head: readonly string[], objects: readonly unknown[]): string {
  const comment = head.map((line) => `# ${line}\n`).join('');
  return `${comment}${objects.map(documentText).join('---\n')}`;
}

// The library makes a tree of nodes of every word. Most of what is written needs no thought; what does, it is asked for.

function documentText(content: unknown): string {
  return isBlock(content) ? blockOf(content, '') : libraryText(content);
}

type Block = Data | readonly unknown[];

/** It takes lines of its own. */
function isBlock(value: unknown): value is Block {
  return Array.isArray(value) ? value.length > 0 && !isShort(value) : isData(value) && entriesOf(value).length > 0;
}

const entriesOf = (value: Data): readonly (readonly [string, unknown])[] =>
  Object.entries(value).filter(([, one]) => one !== undefined);

function blockOf(value: Block, indent: string): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value))
    return value
      .map((item: unknown) =>
        isBlock(item)
          ? `${indent}- ${blockOf(item, deeper).slice(deeper.length)}`
          : `${indent}- ${lineOf(item, indent)}\n`,
      )
      .join('');
  return entriesOf(value as Data)
    .map(([name, one]) => {
      const word = wordOf(name);
      if (word === undefined) return `${indent}${indented(libraryText({ [name]: one }), indent)}`;
      return isBlock(one) ? `${indent}${word}:\n${blockOf(one, deeper)}` : `${indent}${word}: ${lineOf(one, indent)}\n`;
    })
    .join('');
}

function lineOf(value: unknown, indent: string): string {
  if (typeof value === 'string') return wordOf(value) ?? textOf(value, indent);
  if (Array.isArray(value)) return `[${value.map((word: string) => wordOf(word) ?? flagOf(word)).join(', ')}]`;
  return libraryText(value).trimEnd();
}

/** A word, in quotes where it might be something else; undefined for what is more than a word. */
function wordOf(text: string): string | undefined {
  if (AMBIGUOUS.test(text)) return text.trim() === '' ? undefined : `"${text}"`;
  return SIMPLE.test(text) ? text : undefined;
}

/** One of a list that stands in brackets. */
function flagOf(word: string): string {
  return /^--[A-Za-z]/.test(word) ? word : libraryText([word]).slice(1, -2);
}

const LEAD = 'x: ';

/** As a value, because it may have lines of its own. */
function textOf(text: string, indent: string): string {
  return indented(libraryText({ x: text }).slice(LEAD.length, -1), indent);
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/\n(?!\n|$)/g, `\n${indent}`);
}

function isShort(list: readonly unknown[]): boolean {
  let width = list.length * 2;
  for (const word of list) {
    if (typeof word !== 'string' || !IN_BRACKETS.test(word)) return false;
    width += word.length;
  }
  return width < WIDTH;
}

/** Slower: everything as the library writes it. */
export function libraryText(content: unknown): string {
  // Two that are equal are written twice: kubectl knows anchors, people need not.
  const document = new Document(content, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && AMBIGUOUS.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
    Seq(_key, sequence) {
      if (isShort(sequence.items.map((item) => (isScalar(item) ? item.value : undefined)))) sequence.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
