import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adopt, configOf } from '../../../src/adopt/index.ts';
import { FailureError } from '../../../src/core/failure.ts';

const cases = path.join(import.meta.dirname, 'compose');
const sources = readdirSync(cases).flatMap((name) =>
  readdirSync(path.join(cases, name))
    .filter((file) => /^(?:docker-)?compose\.ya?ml$/.test(file))
    .map((file) => readFileSync(path.join(cases, name, file), 'utf8')),
);

/** What comes of it; a failure is an answer, too. */
function outcome(file: string, text: string): 'config' | 'source-unreadable' {
  let config: string;
  try {
    config = configOf(adopt(file, (name) => (name === file ? text : undefined)));
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'source-unreadable') return 'source-unreadable';
    throw error;
  }
  // Only read, never run: two constants of one name and all that is no JavaScript are found.
  const body = config.replace(/^import [^;]*;/m, '').replace('export default ', '');
  expect(() => new Script(body)).not.toThrow();
  return 'config';
}

const ANSWERS = ['config', 'source-unreadable'];

test('a compose file with pieces lost, doubled or replaced is a config or is refused', () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    by: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('', '\n', ': ', '- ', '*a', '&a ', '${', '}', "'", '"', '`', '<<: ', '\\', '*/', '//', '\u2028'),
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...sources), fc.array(change, { minLength: 1, maxLength: 4 }), (source, changes) => {
      const text = changes.reduce((before, { at, length, by }) => {
        const start = Math.floor(at * before.length);
        return before.slice(0, start) + by + before.slice(start + length);
      }, source);
      expect(ANSWERS).toContain(outcome('compose.yaml', text));
    }),
    { numRuns: 300 },
  );
});

const KEYS = `image build command entrypoint ports volumes environment env_file depends_on profiles healthcheck deploy
  networks extends user labels hostname container_name working_dir test target published source file context args
  DATABASE_URL PASSWORD HOST postgres redis web 1 __proto__ constructor`.split(/\s+/);

test.each([
  ['compose.yaml', 'services'],
  ['process-compose.yaml', 'processes'],
  ['mprocs.yaml', 'procs'],
])('%s with anything at all in it is a config or is refused', (file, top) => {
  const { any } = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        'postgres',
        'redis:8',
        'node',
        'a:b:c',
        '80:80',
        '${A:-${B}}',
        '$',
        'sh -c "x"',
        '/x',
        '.',
        'a\nb:/c',
        'a b:\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS, 'a\nb'), tie('any'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), any, { maxKeys: 4 }), (services) => {
      expect(ANSWERS).toContain(outcome(file, JSON.stringify({ [top]: services })));
    }),
    { numRuns: 300 },
  );
});

test('a Procfile of any lines is a config or is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' }))), (lines) => {
      expect(ANSWERS).toContain(outcome('Procfile', lines.map((line) => line.join(': ')).join('\n')));
    }),
    { numRuns: 100 },
  );
});

test('sixty services that merge one block are read', () => {
  const services = Array.from({ length: 60 }, (_, index) => `  s${index}: { <<: *all, environment: { <<: *env } }`);
  const head = 'x-env: &env { A: 1 }\nx-all: &all { image: acme/all, environment: *env, depends_on: [] }\nservices:\n';
  expect(outcome('compose.yaml', `${head}${services.join('\n')}\n`)).toBe('config');
});
