import { expect, test } from 'vitest';
import { createMatch } from '../../../src/watch/match.ts';
import type { WatchTarget } from '../../../src/watch/match.ts';

const nothing = () => false;
const target = (paths: readonly string[], ignore: readonly string[] = [], base = '/app'): WatchTarget => ({
  name: 'api',
  base,
  paths,
  ignore,
});
const matchOf = (...targets: readonly WatchTarget[]) => createMatch({ targets, files: [] }, nothing);

test.each([
  { paths: ['.'], file: '/app/src/a.js', wanted: true },
  { paths: ['.'], file: '/application/a.js', wanted: false },
  { paths: ['src'], file: '/app/src/deep/er/a.js', wanted: true },
  { paths: ['src'], file: '/app/other/a.js', wanted: false },
  { paths: ['src/'], file: '/app/src/a.js', wanted: true },
  { paths: ['server.js'], file: '/app/server.js', wanted: true },
  { paths: ['server.js'], file: '/app/server.json', wanted: false },
  { paths: ['**/*.go', 'go.mod'], file: '/app/cmd/main.go', wanted: true },
  { paths: ['**/*.go', 'go.mod'], file: '/app/main.go', wanted: true },
  { paths: ['**/*.go', 'go.mod'], file: '/app/go.mod', wanted: true },
  { paths: ['**/*.go', 'go.mod'], file: '/app/go.sum', wanted: false },
  { paths: ['src/**/*.{ts,tsx}'], file: '/app/src/a/b.tsx', wanted: true },
  { paths: ['*.mjs'], file: '/app/server.mjs', wanted: true },
  { paths: ['*.mjs'], file: '/app/lib/server.mjs', wanted: false },
  { paths: ['../shared/**'], file: '/shared/a/b.js', wanted: true },
  { paths: ['../shared'], file: '/shared/a.js', wanted: true },
  { paths: ['**'], file: '/app/.env', wanted: true },
  { paths: ['.'], file: '/app/node_modules/a/index.js', wanted: false },
  { paths: ['.'], file: '/app/.git/HEAD', wanted: false },
  { paths: ['.'], file: '/app/src/dist', wanted: true },
  { paths: ['dist'], file: '/app/dist/main.js', wanted: true },
  { paths: ['dist'], file: '/app/dist/node_modules/a.js', wanted: false },
  { paths: ['.', '!**/*.test.js'], file: '/app/src/a.test.js', wanted: false },
  { paths: ['.', '!**/*.test.js'], file: '/app/src/a.js', wanted: true },
  { paths: ['.'], file: '/app/src/.a.js.swp', wanted: false },
  { paths: ['.'], file: '/app/src/a.js~', wanted: false },
  { paths: ['my file [1].js'], file: '/app/my file [1].js', wanted: true },
  { paths: [String.raw`my file \[1\].js`], file: '/app/my file [1].js', wanted: true },
  { paths: ['päge ☕.js'], file: '/app/päge ☕.js', wanted: true },
])('watching $paths, $file is a match: $wanted', ({ paths, file, wanted }) => {
  expect(matchOf(target(paths)).namesOf(file)).toEqual(wanted ? ['api'] : []);
});

test.each([
  { ignore: ['fixtures'], file: '/app/a/fixtures/b/c.js', wanted: false },
  { ignore: ['fixtures/'], file: '/app/fixtures/c.js', wanted: false },
  { ignore: ['/fixtures'], file: '/app/a/fixtures/c.js', wanted: true },
  { ignore: ['/fixtures'], file: '/app/fixtures/c.js', wanted: false },
  { ignore: ['*.log'], file: '/app/a/b.log', wanted: false },
  { ignore: ['src/gen'], file: '/app/src/gen/a.js', wanted: false },
  { ignore: ['src/gen'], file: '/app/lib/src/gen/a.js', wanted: true },
  { ignore: ['./src/gen'], file: '/app/src/gen/a.js', wanted: false },
  { ignore: ['**/*.{test,spec}.ts'], file: '/app/src/a.spec.ts', wanted: false },
  { ignore: ['*.log', '!keep.log'], file: '/app/keep.log', wanted: true },
  { ignore: [''], file: '/app/a.js', wanted: true },
])('ignoring $ignore, $file is a match: $wanted', ({ ignore, file, wanted }) => {
  expect(matchOf(target(['.'], ignore)).namesOf(file)).toEqual(wanted ? ['api'] : []);
});

test('a folder is entered when one of the targets wants something below it', () => {
  const match = matchOf(target(['.'], ['data']), { ...target(['data/**/*.sql']), name: 'db' });
  const folders = ['/app', '/app/src', '/app/data', '/app/data/x', '/app/node_modules', '/app/.git', '/elsewhere'];
  expect(folders.filter((folder) => match.wantsDirectory(folder))).toEqual([
    '/app',
    '/app/src',
    '/app/data',
    '/app/data/x',
  ]);
});

test('a glob without ** is not followed deeper than it reaches', () => {
  const match = matchOf(target(['*/*.js']));
  expect(['/app', '/app/a', '/app/a/b'].filter((folder) => match.wantsDirectory(folder))).toEqual(['/app', '/app/a']);
});

test('the names of all targets of a file come back, each once', () => {
  const set = {
    targets: [target(['.', 'src']), { ...target(['src']), name: 'worker' }],
    files: [{ name: 'config', file: '/app/src/a.js' }],
  };
  expect(createMatch(set, nothing).namesOf('/app/src/a.js')).toEqual(['config', 'api', 'worker']);
});

test('what git ignores is left out, unless it is what is watched', () => {
  const ignoredByGit = (file: string) => /^\/app\/(build|.*\.log)/.test(file);
  const namesOf = (paths: readonly string[], file: string) =>
    createMatch({ targets: [target(paths)], files: [] }, ignoredByGit).namesOf(file);
  expect({
    folder: namesOf(['.'], '/app/build/a.js'),
    file: namesOf(['.'], '/app/x.log'),
    explicitFolder: namesOf(['build'], '/app/build/a.js'),
    explicitFile: namesOf(['x.log'], '/app/x.log'),
  }).toEqual({ folder: [], file: [], explicitFolder: ['api'], explicitFile: ['api'] });
});

test('a watched file is never ignored', () => {
  const match = createMatch({ targets: [], files: [{ name: 'api', file: '/app/dist/.env~' }] }, () => true);
  expect(match.namesOf('/app/dist/.env~')).toEqual(['api']);
});
