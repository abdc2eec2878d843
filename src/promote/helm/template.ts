import { isData } from '../kubernetes/rules/data.ts';
import { yamlText } from '../kubernetes/yaml.ts';
import { isHole } from './hole.ts';
import type { Hole } from './hole.ts';

/** An object, and what has to hold for it to be there. */
export interface TemplateObject {
  readonly object: unknown;
  readonly condition?: string;
}

/** Objects as one file of a chart. `values` is the expression for those of its service. */
export function templateText(head: readonly string[], values: string, objects: readonly TemplateObject[]): string {
  const documents = objects.map(({ object, condition }) => {
    const lines = linesOf(object).map((line) => `${line}\n`);
    return condition === undefined ? lines.join('') : `{{- if ${condition} }}\n${lines.join('')}{{- end }}\n`;
  });
  const comment = head.map((line) => `# ${literal(line)}\n`).join('');
  const body = documents.join('---\n');
  return `${comment}${body.includes('$values') ? `{{- $values := ${values} }}\n` : ''}${body}`;
}

/** A text a template leaves as it is. */
export function literal(words: string): string {
  return words.replaceAll('{{', '{{ "{{" }}');
}

function linesOf(value: unknown): readonly string[] {
  const mark = freeMark(value);
  const holes: Hole[] = [];
  const plain = withMarks(value, (hole) => `${mark}${holes.push(hole) - 1}x`);
  const field = new RegExp(`^( *(?:- )?)([^ ].*): ${mark}(\\d+)x$`);
  const inline = new RegExp(`${mark}(\\d+)x`, 'g');
  const lines = literal(yamlText([], [plain]))
    .trimEnd()
    .split('\n');
  return lines.flatMap((line) => {
    const [, indent = '', key = '', number] = field.exec(line) ?? [];
    const hole = number === undefined ? undefined : holes[Number(number)];
    if (hole && hole.kind !== 'text') return fieldLines(key, hole, indent);
    return [line.replace(inline, (_found, at: string) => `{{ ${codeOf(holes[Number(at)])} }}`)];
  });
}

function codeOf(hole: Hole | undefined): string {
  const [part] = hole?.kind === 'text' ? hole.parts : [];
  if (part === undefined || typeof part === 'string') throw new Error('a hole that is not a text stands within one');
  return part.code;
}

function fieldLines(key: string, hole: Exclude<Hole, { kind: 'text' }>, first: string): readonly string[] {
  const indent = ' '.repeat(first.length);
  const below = `${indent}  `;
  const values = (code: string) => `${below}{{- toYaml ${code} | nindent ${below.length} }}`;
  const own = (value: unknown) =>
    linesOf({ [key]: value }).map((line, index) => `${index === 0 ? first : indent}${line}`);
  const end = `${indent}{{- end }}`;
  switch (hole.kind) {
    case 'yaml':
      return [`${first}${key}:`, values(hole.code)];
    case 'with': {
      const { code, otherwise } = hole;
      const rest = otherwise === undefined ? [] : [`${indent}{{- else }}`, ...own(otherwise)];
      return [`${indent}{{- with ${code} }}`, `${first}${key}:`, values('.'), ...rest, end];
    }
    case 'if':
      return [`${indent}{{- if ${hole.code} }}`, ...own(hole.value), end];
    case 'fields': {
      const more = [`${indent}{{- with ${hole.code} }}`, values('.'), end];
      if (Object.keys(hole.own).length > 0) return [...own(hole.own), ...more];
      return [`${indent}{{- with ${hole.code} }}`, `${first}${key}:`, values('.'), end];
    }
    case 'env': {
      const each = [
        `${below}{{- range $name, $value := ${hole.own.length > 0 ? hole.code : '.'} }}`,
        `${below}- name: {{ $name | quote }}`,
        `${below}  value: {{ $value | quote }}`,
        `${below}{{- end }}`,
      ];
      if (hole.own.length > 0) return [...own(hole.own), ...each];
      return [`${indent}{{- with ${hole.code} }}`, `${first}${key}:`, ...each, end];
    }
  }
}

/** Something that is nowhere in the texts themselves. */
function freeMark(value: unknown): string {
  const texts = JSON.stringify(value);
  let mark = 'hole';
  while (texts.includes(mark)) mark = `${mark}y`;
  return mark;
}

function withMarks(value: unknown, markOf: (hole: Hole) => string): unknown {
  if (isHole(value)) {
    if (value.kind !== 'text') return markOf(value);
    return value.parts.map((part) => (typeof part === 'string' ? part : markOf({ ...value, parts: [part] }))).join('');
  }
  if (Array.isArray(value)) return value.map((one) => withMarks(one, markOf));
  if (!isData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withMarks(one, markOf)]));
}
