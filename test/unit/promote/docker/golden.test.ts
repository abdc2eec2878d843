import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Recipe } from '../../../../src/promote/docker/recipe.ts';
import { recipe } from './project.ts';

const folder = path.join(import.meta.dirname, 'golden');
const node = (lock: string, json: object, more: object = {}) => ({ [lock]: '', 'package.json': json, ...more });
const BUILT = { scripts: { build: 'tsc', start: 'node dist/x.js' } };
const SPRING = '<artifactId>spring-boot-starter-parent</artifactId><version>3.4.1</version>';

/** One project of each shape that differs from the others by more than a version. */
const recipes: readonly Recipe[] = [
  recipe(node('package-lock.json', {}), 'node x.js'),
  recipe({ 'package.json': {} }, 'node x.js'),
  recipe(node('package-lock.json', BUILT), 'npm start'),
  recipe(node('package-lock.json', { scripts: { build: 'vite build' } }), 'vite'),
  recipe(node('pnpm-lock.yaml', BUILT), 'pnpm start'),
  recipe(node('yarn.lock', BUILT), 'yarn start'),
  recipe(node('yarn.lock', { ...BUILT, packageManager: 'yarn@4.5.0' }), 'yarn start'),
  recipe({ 'go.mod': 'go 1.23\n', 'main.go': '' }, 'go run .'),
  recipe({ 'requirements.txt': '' }, 'python x.py'),
  recipe({ 'pyproject.toml': '', 'poetry.lock': '' }, 'python x.py'),
  recipe({ 'pyproject.toml': '', 'uv.lock': '' }, 'python x.py'),
  recipe({ 'pyproject.toml': '[project]\n' }, 'python x.py'),
  recipe({ 'Cargo.toml': '[package]\nname = "x"\n', 'Cargo.lock': '' }, 'cargo run'),
  recipe({ 'pom.xml': SPRING }, 'mvn spring-boot:run'),
  recipe({ 'pom.xml': '' }, 'java -jar target/x.jar'),
  recipe({ 'build.gradle': '', gradlew: '' }, './gradlew run'),
  recipe({ 'index.html': '' }, 'serve'),
];

test.each(recipes.map((one) => [one.shape, one] as const))('the Dockerfile of %s', (shape, { dockerfile }) => {
  const file = path.join(folder, `Dockerfile.${shape}`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, dockerfile);
  }
  expect(dockerfile).toBe(existsSync(file) ? readFileSync(file, 'utf8') : 'nothing: UPDATE_GOLDEN=1 writes it');
});

test('each golden file is of a shape', () => {
  expect(readdirSync(folder).toSorted()).toEqual(recipes.map(({ shape }) => `Dockerfile.${shape}`).toSorted());
});

test.each(recipes.map((one) => [one.shape, one] as const))('the rules of all are kept by %s', (_, one) => {
  const { dockerfile, baseImages, user, args, command, ignore, secrets } = one;
  const stages = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\w+))?/gm)];
  const named = new Set(stages.map(([, , name]) => name));
  const pulled = new Set(stages.map(([, image = '']) => image).filter((image) => !named.has(image)));
  expect(pulled).toEqual(new Set(baseImages));
  expect(dockerfile).not.toMatch(/^# *syntax/m);
  // The last user of the last stage, by number: Kubernetes cannot tell of a name that it is not root.
  expect(dockerfile.slice(stages.at(-1)?.index).match(/^USER .*$/gm)).toEqual([`USER ${user}:${user}`]);
  expect(dockerfile).toMatch(/^CMD \["/m);
  expect(command.length).toBeGreaterThan(0);
  const declared = new Set([...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name));
  expect(Object.keys(args).filter((name) => !declared.has(name))).toEqual([]);
  const mounted = new Set([...dockerfile.matchAll(/type=secret,id=([\w-]+)/g)].map(([, id]) => id));
  expect(new Set(secrets.map(({ id }) => id))).toEqual(mounted);
  expect(dockerfile).not.toMatch(/required/);
  expect(dockerfile.match(/^(?:ARG|ENV) .*(?:PASSWORD|SECRET|TOKEN).*$/gm)).toBeNull();
  expect(ignore).toEqual(expect.arrayContaining(['.git', '**/.env', '**/.env.*', '**/.npmrc', '**/*.pem']));
});
