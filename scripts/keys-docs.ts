// Writes docs/keys.md from the key table of the terminal interface. `--check` fails when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import { ACTIONS, type Action } from '../src/keys/actions.ts';
import { createKeyMap, PRESETS, showKey } from '../src/keys/map.ts';

const target = path.resolve(import.meta.dirname, '..', 'docs', 'keys.md');
const maps = PRESETS.map((preset) => createKeyMap(preset));
const groups = [...new Set(ACTIONS.map(({ group }) => group))];
const code = (key: string): string => `\`${showKey(key).replace('|', '\\|')}\``;

const where = ({ in: place }: Action): string =>
  place === undefined ? '' : place === 'list' ? ' (in the list)' : ' (in a log)';

const row = (action: Action): string => {
  const keys = maps.map((map) => map.keysOf(action.id).map(code).join(' '));
  return `| \`${action.id}\` | ${keys.join(' | ')} | ${action.title}${action.attached ? `. In \`attach\`: ${action.attached.title}` : ''}${where(action)} |`;
};

const page = await prettier.format(
  [
    '# Keys',
    '',
    'Written from the key table by `npm run docs`; `?` shows the same in the terminal interface ([tui.md](tui.md)).',
    '',
    'The letters are those of mprocs where it has them. `keys` in the config changes them:',
    '',
    '```ts',
    "import { defineConfig, service } from 'devstack';",
    '',
    'export default defineConfig({',
    "  resources: { api: service({ dev: 'npm run dev' }) },",
    "  // or keys: 'process-compose'",
    "  keys: { restart: 'F2', stop: 'F3, x', 'kill-all': 'none' },",
    '});',
    '```',
    '',
    "A key is written as it is shown here, or as `C-x` and `M-1`. `'none'` leaves an action to the palette (`:`).",
    '`Alt-1` to `Alt-9` select the first nine resources.',
    ...groups.flatMap((group) => [
      '',
      `## ${group}`,
      '',
      '| action | keys | `process-compose` preset | what it does |',
      '| --- | --- | --- | --- |',
      ...(ACTIONS as readonly Action[]).filter((action) => action.group === group).map(row),
    ]),
    '',
  ].join('\n'),
  { ...(await prettier.resolveConfig(target)), parser: 'markdown' },
);

if (process.argv.includes('--check')) {
  if (readIfThere() !== page) {
    process.stderr.write('docs/keys.md is stale. Write it again: npm run docs\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, page);
}

function readIfThere(): string | undefined {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return undefined;
  }
}
