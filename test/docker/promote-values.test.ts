import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentText } from '../../src/promote/compose/document.ts';
import { envFileText } from '../../src/promote/env-text.ts';
import { composeHere } from '../rig/compose.ts';
import { EXAMPLES, loadExample, promoteToCompose } from '../rig/promote.ts';

const here = composeHere();
const why = 'reason' in here ? ` (skipped: ${here.reason})` : '';
const program = 'program' in here ? here.program : '';

/** What YAML, compose and people have surprised others with. */
const AWKWARD = [
  'yes',
  'on',
  'NO',
  'null',
  '~',
  '22:22',
  '1e3',
  '0x1f',
  '0o17',
  '1_000',
  '1.0',
  ' ',
  '',
  '- a',
  'a: b',
  '#',
  'a #b',
];
const MORE = [
  '$',
  '$$',
  '${A}',
  '${A:-b}',
  "it's",
  '"',
  '\\',
  'a\nb\n',
  '\n',
  'tab\t',
  '{',
  '[',
  '&a',
  '*a',
  '!t',
  '%',
  '@',
  '`',
  'ü 😀',
  '=',
  '<<',
];

const text = fc
  .oneof(
    fc.constantFrom(...AWKWARD, ...MORE),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ maxLength: 200 }),
  )
  .filter((value) => !/[\u0000-\u0008\u000b\u000c\r\u000e-\u001f\u007f-\u009f\ufffe\uffff]/.test(value));

/** As compose reads a folder with these files. */
function read(files: Readonly<Record<string, string>>): { readonly services: Readonly<Record<string, Service>> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'devstack-values-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
    const json = execFileSync(program, ['config', '--format', 'json', '--no-path-resolution'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    // It writes `$` twice, so that its output can be read again.
    return JSON.parse(json.replaceAll('$$', () => '$')) as ReturnType<typeof read>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

describe.skipIf(why !== '')(`what compose reads${why}`, () => {
  test('every value comes through the file as it is, and every name', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 40, maxLength: 40 }), (values) => {
        const environment = Object.fromEntries(
          values.map((value, index) => [`V${index}`, value.replaceAll('$', '$$$$')]),
        );
        const content = { name: 'x', services: { yes: { image: 'x', environment, command: ['on', '22:22'] } } };
        const service = read({ 'compose.yaml': documentText(['# head'], content, []) }).services['yes'];
        expect(Object.values(service?.environment ?? {}).length).toBe(values.length);
        expect(service?.environment).toEqual(Object.fromEntries(values.map((value, index) => [`V${index}`, value])));
        expect(service?.command).toEqual(['on', '22:22']);
      }),
      { numRuns: 40 },
    );
  });

  test('every secret comes through the file .env as it is', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 40, maxLength: 40 }), (values) => {
        const names = values.map((_value, index) => `V${index}`);
        const environment = Object.fromEntries(names.map((name) => [name, `\${${name}?}`]));
        const service = read({
          'compose.yaml': documentText([], { name: 'x', services: { a: { image: 'x', environment } } }, []),
          '.env': envFileText(['head'], new Map(names.map((name, index) => [name, values[index] ?? '']))),
        }).services['a'];
        expect(service?.environment).toEqual(Object.fromEntries(names.map((name, index) => [name, values[index]])));
      }),
      { numRuns: 40 },
    );
  });

  test.each(EXAMPLES)('%s is valid', async (folder) => {
    const { text: yaml, variables, plan } = promoteToCompose(await loadExample(folder));
    const values = new Map([...variables].map(([name, { kind }]) => [name, kind === 'port' ? '8080' : '/dev/null']));
    const { services } = read({ 'compose.yaml': yaml, '.env': envFileText([], values) });
    expect(Object.keys(services).toSorted()).toEqual(
      plan.workloads
        .filter(({ isManual }) => !isManual)
        .map(({ name }) => name)
        .toSorted(),
    );
  });
});
