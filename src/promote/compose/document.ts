import { Document, isMap, isScalar, visit, YAMLMap, YAMLSeq } from 'yaml';

/** The text of a file: one style, the same every time. */
export function documentText(
  head: readonly string[],
  content: Record<string, unknown>,
  shared: readonly Group[],
): string {
  const anchors = Object.fromEntries(shared.map(({ name, fields }) => [`x-${name}`, fields]));
  const document = new Document(
    { name: content['name'], ...anchors, ...withoutName(content) },
    { version: '1.1', merge: true },
  );
  document.commentBefore = head.map((line) => ` ${line}`).join('\n');
  for (const group of shared) share(document, group);
  compact(document);
  space(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Fields of several services, below `at` of each; the first of them says it all. */
export interface Group {
  readonly name: string;
  /** Below the service: `environment`, or nothing for fields of the service itself. */
  readonly at: string | undefined;
  readonly fields: Record<string, unknown>;
  readonly services: readonly string[];
}

function withoutName({ name: _name, ...content }: Record<string, unknown>): Record<string, unknown> {
  return content;
}

/** Puts a reference in the place of fields that are said at the top. */
function share(document: Document, { name, at, fields, services }: Group): void {
  const source = document.get(`x-${name}`);
  if (!isMap(source)) return;
  source.anchor = name;
  for (const service of services) {
    const map = document.getIn(['services', service, ...(at === undefined ? [] : [at])]);
    if (!isMap(map)) continue;
    for (const key of Object.keys(fields)) map.delete(key);
    const merge = map.items.find(({ key }) => isScalar(key) && key.value === '<<');
    const alias = document.createAlias(source, name);
    if (merge) merge.value = list([merge.value, alias]);
    else map.items.unshift(document.createPair('<<', alias));
  }
}

function list(values: readonly unknown[]): unknown {
  const flat = values.flatMap((value) =>
    typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
      ? value.items
      : [value],
  );
  const sequence = new YAMLSeq();
  sequence.items = flat;
  sequence.flow = true;
  return sequence;
}

/** To readers of one version of YAML or another: compose's own knows the numbers of both. */
const LIKE_A_NUMBER = /^[-+]?(?:0[box][\da-f_]+|[\d._][\d._e:+-]*|\.inf|\.nan)$/i;

/** A list of words that fits stands on one line. */
function compact(document: Document): void {
  visit(document, {
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && LIKE_A_NUMBER.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
    Seq(_key, sequence) {
      const words = sequence.items.map((item) =>
        isScalar(item) && (typeof item.value === 'string' || typeof item.value === 'number')
          ? String(item.value)
          : undefined,
      );
      if (words.every((word) => word !== undefined) && words.join('').length + words.length * 2 < 50)
        sequence.flow = true;
    },
  });
}

/** An empty line before each part, and before each service. */
function space({ contents }: Document): void {
  if (!isMap(contents)) return;
  for (const [index, { key, value }] of contents.items.entries()) {
    if (index > 0 && isScalar(key)) key.spaceBefore = true;
    if (isScalar(key) && key.value === 'services' && value instanceof YAMLMap)
      for (const [at, service] of value.items.entries())
        if (at > 0 && isScalar(service.key)) service.key.spaceBefore = true;
  }
}
