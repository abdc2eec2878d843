import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as devstack from '../../../src/index.ts';
import type { InfraEngine } from '../../../src/kinds/kind.ts';
import { infraEngines } from '../../../src/kinds/index.ts';
import { specOf } from './spec.ts';

const page = readFileSync(new URL('../../../docs/infra.md', import.meta.url), 'utf8');

function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const table =
    section
      .trim()
      .split('\n\n')
      .find((part) => part.startsWith('| kind')) ?? '';
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

const quoted = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

test('the table of kinds has a row for each, as the registry has it', () => {
  const native = ({ native: how }: InfraEngine) => {
    if (how.kind === 'none') return [];
    if (how.kind === 'postgres') return ['postgres', 'postgresql'];
    return [how.program, ...new Set([how.packages.debian, how.packages.brew])];
  };
  const expected = Object.entries(infraEngines).map(([kind, engine]) => ({
    kind: [kind],
    image: [engine.image(engine.version)],
    native: native(engine),
    values: Object.keys(engine.values).toSorted(),
  }));
  const written = rowsBelow('What there is').map(([kind = '', image = '', , installed = '', , values = '']) => ({
    kind: quoted(kind),
    image: quoted(image),
    native: quoted(installed),
    values: quoted(values).toSorted(),
  }));
  expect(written).toEqual(expected);
});

test('what a kind is ready by is what the table says', () => {
  const said = Object.fromEntries(
    rowsBelow('What there is').map(([kind = '', , ready = '']) => [quoted(kind)[0], ready]),
  );
  for (const kind of Object.keys(infraEngines) as (keyof typeof infraEngines)[]) {
    const check = infraEngines[kind].ready(specOf(kind));
    if (check.kind === 'http') expect(said[kind]).toContain(`\`${check.path}\``);
    if (check.kind === 'sql') expect(said[kind]).toContain('`select 1`');
  }
});

test('what a hardened image needs is what the table says', () => {
  const expected = Object.entries(infraEngines).map(([kind, { hardened }]) => {
    const { user, group, writable, health } = hardened;
    const shown = health.kind === 'http' ? [health.path, health.port] : [wordsOf(health.argv)];
    return [[kind], `${user}:${group}`, [...writable], shown];
  });
  const written = rowsBelow('Hardened').map(([kind = '', user = '', writable = '', health = '']) => [
    quoted(kind),
    user,
    quoted(writable),
    quoted(health),
  ]);
  expect(written).toEqual(expected);
});

/** Without the shell that runs it. */
function wordsOf(argv: readonly string[]): string {
  return (argv[0] === 'sh' ? argv.slice(2) : argv).join(' ');
}

test('each kind is mentioned in what was run where, and has a function of its name', () => {
  const mentioned = rowsBelow('What was run where').flatMap(([kinds = '']) => quoted(kinds));
  expect(mentioned.toSorted()).toEqual(Object.keys(infraEngines).toSorted());
  for (const kind of Object.keys(infraEngines)) expect(devstack).toHaveProperty(kind);
});
