import type { Adopted, AdoptedStack } from './adopted.ts';
import { kebabName } from '../config/names.ts';
import { object, type Entry, type Expression } from './expression.ts';
import { identifierOf, uniqueNames } from './names.ts';
import { inOrder } from './order.ts';

const WIDTH = 110;

interface Words {
  /** What each resource is called in the code, by the name its file gives it. */
  readonly identifiers: ReadonlyMap<string, string>;
}

/** The stack as a config that can be loaded. */
export function configOf(adopted: AdoptedStack): string {
  const stack = { ...adopted, resources: distinct(adopted.resources) };
  const names = uniqueNames(stack.resources.map(({ name }) => name));
  const imports = importsOf(stack.resources);
  const taken = new Set(imports);
  const identifiers = new Map<string, string>();
  for (const [index, { name, builder }] of stack.resources.entries()) {
    const identifier = identifierOf(names[index] ?? name, builder, taken);
    taken.add(identifier);
    identifiers.set(name, identifier);
  }
  const words: Words = { identifiers };
  const { resources, late } = inOrder(stack.resources);
  const keys = new Map(stack.resources.map(({ name }, index) => [name, names[index] ?? name]));
  const members = resources.map(({ name }) => entryText(keys.get(name) ?? name, identifiers.get(name) ?? name));
  const lines = [
    ...stack.notes.map(comment),
    ...(stack.notes.length > 0 ? [''] : []),
    block('import ', imports, " from 'devstack';"),
    '',
    ...resources.flatMap((resource) => [...declaration(resource, late.has(resource.name), words), '']),
    'export default defineConfig({',
    ...(stack.name === undefined ? [] : [`  name: ${quoted(stack.name)},`]),
    `  resources: ${block('', members, '', '  ')},`,
    ...groupLines(stack, words),
    '});',
  ];
  return `${lines.join('\n')}\n`;
}

/** A list may have a name twice; who refers to it means the first. */
function distinct(resources: readonly Adopted[]): readonly Adopted[] {
  const taken = new Set(resources.map(({ name }) => name));
  const seen = new Set<string>();
  return resources.map((resource) => {
    let { name } = resource;
    for (let count = 2; seen.has(name); count++) {
      const other = `${resource.name}-${count}`;
      if (!taken.has(other) || seen.has(other)) name = other;
    }
    seen.add(name);
    return name === resource.name ? resource : { ...resource, name };
  });
}

function importsOf(resources: readonly Adopted[]): readonly string[] {
  const used = resources.flatMap(({ builder, options }) => [builder, ...givenIn(object(options))]);
  return [...new Set(['defineConfig', ...used])].sort();
}

function givenIn(expression: Expression): readonly string[] {
  if (expression.kind === 'param' || expression.kind === 'secret') return [expression.kind];
  if (expression.kind === 'text') return expression.parts.flatMap(givenIn);
  if (expression.kind === 'list') return expression.items.flatMap(givenIn);
  return expression.kind === 'object' ? expression.entries.flatMap(([, entry]) => givenIn(entry)) : [];
}

function groupLines({ groups }: AdoptedStack, { identifiers }: Words): readonly string[] {
  if (groups.length === 0) return [];
  const lines = groups.map(
    ({ name, members }) =>
      `${keyText(name)}: [${members.map((member) => identifiers.get(member) ?? member).join(', ')}]`,
  );
  return [`  groups: ${block('', lines, '', '  ')},`];
}

/** `a, b` in braces, on one line where it fits. */
function block(before: string, items: readonly string[], after: string, indent = ''): string {
  const flat = `${before}{ ${items.join(', ')} }${after}`;
  if (indent.length + flat.length <= WIDTH - 12) return flat;
  return `${before}{\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}}${after}`;
}

function entryText(key: string, identifier: string): string {
  return kebabName(identifier) === key ? identifier : `${keyText(key)}: ${identifier}`;
}

function declaration({ name, builder, options, notes }: Adopted, isLate: boolean, words: Words): readonly string[] {
  const entries: readonly Entry[] = options;
  const text = entries.length === 0 ? '' : printed(object(entries), '', words, isLate);
  return [...notes.map(comment), `const ${words.identifiers.get(name) ?? name} = ${builder}(${text});`];
}

function printed(expression: Expression, indent: string, words: Words, isLate = false): string {
  const flat = flatText(expression, words, isLate);
  if (expression.kind !== 'object' && expression.kind !== 'list') return flat;
  // Room for what stands before it, and for the key of the next line.
  if (!flat.includes('\n') && indent.length + flat.length <= WIDTH - 30 && !isLate) return flat;
  const deeper = `${indent}  `;
  if (expression.kind === 'list')
    return `[\n${expression.items.map((item) => `${deeper}${printed(item, deeper, words)},\n`).join('')}${indent}]`;
  const lines = expression.entries.map(([key, entry]) => {
    const text = printed(entry, deeper, words);
    // A function is read when everything is there.
    return `${deeper}${keyText(key)}: ${isLate && key === 'env' ? `() => (${text})` : text},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function flatText(expression: Expression, words: Words, isLate = false): string {
  switch (expression.kind) {
    case 'value':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value);
    case 'member':
      return `${words.identifiers.get(expression.resource) ?? expression.resource}.${expression.member}`;
    case 'resource':
      return words.identifiers.get(expression.resource) ?? expression.resource;
    case 'param': {
      const fallback = expression.default === undefined ? '' : `, { default: ${quoted(expression.default)} }`;
      return `param(${quoted(expression.name)}${fallback})`;
    }
    case 'secret':
      return `secret(${quoted(expression.name)}${expression.isGenerated ? ', { generate: true }' : ''})`;
    case 'text':
      return `\`${expression.parts.map((part) => inTemplate(part, words)).join('')}\``;
    case 'list':
      return `[${expression.items.map((item) => flatText(item, words)).join(', ')}]`;
    case 'object': {
      const entries = expression.entries.map(([key, entry]) => {
        const text = flatText(entry, words);
        return `${keyText(key)}: ${isLate && key === 'env' ? `() => (${text})` : text}`;
      });
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    }
  }
}

function inTemplate(part: Expression, words: Words): string {
  if (part.kind !== 'value') return `\${${flatText(part, words)}}`;
  return String(part.value).replace(/[`\\]|\$\{/g, (found) => `\\${found}`);
}

/** What a file says may go on on the next line. */
const comment = (note: string): string => `// ${note.replace(/\s+/g, ' ')}`;

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));

export function quoted(text: string): string {
  return /['\\\n\r]/.test(text) ? JSON.stringify(text) : `'${text}'`;
}
