// Writes docs/config.md from the doc comments of what src/index.ts exports. `--check` fails when it is stale.
// TypeScript 7 has no JavaScript API, so comments and declarations are read as text.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Doc {
  readonly text: string;
  readonly example: string | undefined;
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
}

interface Entry {
  readonly name: string;
  readonly kind: 'function' | 'interface' | 'class' | 'type';
  readonly doc: Doc;
  readonly heading: string;
  readonly body: string;
}

const root = path.resolve(import.meta.dirname, '..');
const titles: { readonly [file: string]: string } = {
  define: 'The stack',
  local: 'Overrides of one checkout',
  'process-builders': 'Processes, tasks and containers',
  'infra-builders': 'Servers',
  parameters: 'Secrets, parameters and differences between targets',
  resolve: 'Testing a config',
  'process-options': 'Options of processes, tasks and containers',
  'infra-options': 'Options of servers',
  'deploy-options': 'Options for promotion',
  'health-options': 'Health checks',
  'infra-resources': 'What servers offer',
  'process-resources': 'What processes, tasks and containers offer',
  resource: 'Resources',
  ref: 'References',
  values: 'Values',
};

const page = render();
const target = path.join(root, 'docs', 'config.md');
if (process.argv.includes('--check')) {
  if (readIfThere(target) !== page) {
    process.stderr.write('docs/config.md is stale. Write it again: npm run docs\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, page);
}

function render(): string {
  const exported = exportsOf(readFileSync(path.join(root, 'src', 'index.ts'), 'utf8'));
  const missing: string[] = [];
  const sections = Object.entries(titles).map(([file, title]) => {
    const names = exported.get(file) ?? [];
    const source = readFileSync(path.join(root, 'src', 'config', `${file}.ts`), 'utf8');
    const entries = names.map((name) => entryOf(name, source));
    missing.push(...entries.flatMap((entry) => (entry.doc.text === '' || !entry.doc.example ? [entry.name] : [])));
    return `## ${title}\n\n${entries.map(renderEntry).join('\n\n')}`;
  });
  const unplaced = [...exported.keys()].filter((file) => !Object.hasOwn(titles, file));
  if (missing.length > 0) throw new Error(`without a doc comment and an example: ${missing.join(', ')}`);
  if (unplaced.length > 0) throw new Error(`files without a title in scripts/docs.ts: ${unplaced.join(', ')}`);
  const intro =
    "# Config reference\n\nEverything a `devstack.config.ts` may import from `'devstack'`. Written by `npm run docs` from the doc comments of the source.";
  return `${intro}\n\n${sections.join('\n\n')}\n`;
}

/** File name to the names that the entry exports from it. */
function exportsOf(entry: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, names = '', file = ''] of entry.matchAll(
    /export (?:type )?\{([^}]*)\} from '\.\/config\/([\w-]+)\.ts'/g,
  )) {
    const list = names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
    found.set(file, [...(found.get(file) ?? []), ...list]);
  }
  return found;
}

function entryOf(name: string, source: string): Entry {
  const declaration = new RegExp(`^export (?:abstract )?(function|interface|class|type) ${name}\\b`, 'm').exec(source);
  if (!declaration) throw new Error(`no declaration of ${name}`);
  const kind = kindOf(declaration[1] ?? '');
  const rest = source.slice(declaration.index);
  const end = kind === 'type' ? rest.indexOf(';\n') + 1 : rest.indexOf('{\n');
  const heading = kind === 'function' ? signatureOf(rest) : rest.slice(0, end).replace(/^export /, '');
  return { name, kind, doc: docBefore(source, declaration.index), heading, body: bodyOf(rest) };
}

function kindOf(word: string): Entry['kind'] {
  if (word === 'function' || word === 'interface' || word === 'class') return word;
  return 'type';
}

/** `service(options: ServiceOptions): Service` */
function signatureOf(rest: string): string {
  const end = /\)(?:: [^\n]*?)?(?: \{|;)\n/.exec(rest);
  const text = rest.slice('export function '.length, end ? end.index + end[0].length : undefined);
  return text
    .replace(/(?: \{|;)\n$/, '')
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/,? \)/g, ')')
    .replace(/\binfra\.|\boptions\.(?=[A-Z])/g, '');
}

/** The text between the braces of a declaration. */
function bodyOf(rest: string): string {
  const open = rest.indexOf('{\n');
  const close = rest.indexOf('\n}', open);
  return open < 0 ? '' : rest.slice(open + 2, close + 1);
}

/** The comment that ends right before `index`. */
function docBefore(source: string, index: number): Doc {
  const before = source.slice(0, index).trimEnd();
  if (!before.endsWith('*/')) return { text: '', example: undefined };
  const start = before.lastIndexOf('/**');
  return readDoc(before.slice(start));
}

function readDoc(comment: string): Doc {
  const text = comment
    .replace(/^\/\*\*[ \n]?|\s*\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n');
  const [words = '', example] = text.split('@example');
  return { text: words.trim(), example: example?.trim() };
}

function renderEntry(entry: Entry): string {
  const members = entry.kind === 'interface' || entry.kind === 'class' ? membersOf(entry.body) : [];
  const rows = members.map(
    ({ name, type, optional, doc }) =>
      `| \`${name}\`${optional ? '' : ' (needed)'} | ${cell(`\`${type}\``)} | ${cell(doc)} |`,
  );
  const isClass = entry.kind === 'class';
  const table = isClass
    ? members.map(({ name, doc }) => `- \`${name}\`${doc === '' ? '' : `: ${doc.replace(/\s+/g, ' ')}`}`).join('\n')
    : rows.length === 0
      ? ''
      : `| option | type | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`;
  const base = /^(?:abstract )?(?:interface|class) \w+ extends (?:Omit<\s*)?(\w+)/.exec(entry.heading)?.[1];
  const more =
    base !== undefined && base !== 'Resource'
      ? `\n\nAlso everything of \`${base}\`${entry.heading.includes('Omit<') ? ' that fits' : ''}.`
      : '';
  const code = entry.kind === 'function' || entry.kind === 'type' ? `\n\n\`\`\`ts\n${entry.heading}\n\`\`\`` : '';
  const example = entry.doc.example === undefined ? '' : `\n\n\`\`\`ts\n${entry.doc.example}\n\`\`\``;
  const title = entry.kind === 'function' ? `${entry.name}()` : entry.name;
  return `### ${title}\n\n${entry.doc.text}${code}${more}${table === '' ? '' : `\n\n${table}`}${example}`;
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

/** Fields and methods with their comments; what is internal is left out. */
function membersOf(body: string): readonly Member[] {
  const members: Member[] = [];
  const pattern = /((?:^ {2}\/\*\*[^]*?\*\/\n)?)^ {2}(?:readonly )?([a-z]\w*)(\??)(\([^)]*\))?:? ([^]*?)(?:;| \{)\n/gm;
  for (const [, comment = '', name = '', optional = '', parameters, type = ''] of body.matchAll(pattern)) {
    if (comment.includes('@internal') || name === 'constructor' || name === 'declare' || name === 'return') continue;
    const shown = parameters === undefined ? name : `${name}${parameters}`;
    members.push({
      name: shown,
      type: type.replace(/ = .*$/s, '').replace(/^:\s*/, ''),
      optional: optional !== '' || parameters !== undefined,
      doc: comment === '' ? '' : readDoc(comment.trim()).text,
    });
  }
  return members;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // not written yet, which is stale too
  }
}
