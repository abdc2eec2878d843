import { Document, isScalar, visit } from 'yaml';

/** To readers of one version of YAML or another: what might be a number, a time or a truth is in quotes. */
const AMBIGUOUS = /^(?:[-+]?(?:0[box][\da-f_]+|[\d._][\d._e:+-]*|\.inf|\.nan)|y|n|yes|no|on|off|true|false|null|~)$/i;

/** Objects as one file: one style, the same every time. */
export function yamlText(head: readonly string[], objects: readonly unknown[]): string {
  const comment = head.map((line) => `# ${line}\n`).join('');
  return `${comment}${objects.map(documentText).join('---\n')}`;
}

function documentText(content: unknown): string {
  // Two that are equal are written twice: kubectl knows anchors, people need not.
  const document = new Document(content, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && AMBIGUOUS.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
    Seq(_key, sequence) {
      const words = sequence.items.map((item) => (isScalar(item) ? item.value : undefined));
      // In brackets kubectl reads a colon at the beginning or the end of a word as one of YAML.
      const isShort = words.every((word) => typeof word === 'string' && /^[\w./-](?:[\w./:-]*[\w./-])?$/.test(word));
      if (isShort && words.join('').length + words.length * 2 < 50) sequence.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
