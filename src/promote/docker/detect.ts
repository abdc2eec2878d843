import { posix } from 'node:path';
import { goRecipe } from './go.ts';
import { javaRecipe } from './java.ts';
import { nodeRecipe } from './node/recipe.ts';
import { foldersUp, has } from './places.ts';
import { pythonRecipe } from './python/recipe.ts';
import { unknown } from './recipe.ts';
import type { BaseImage, Program, ProjectFiles, Recipe, Unknown } from './recipe.ts';
import { rustRecipe } from './rust.ts';
import { staticRecipe } from './static/recipe.ts';

interface Kind {
  /** Files of a folder that say it is of this kind. */
  readonly manifests: readonly string[];
  /** Commands that say so before any file does. */
  readonly programs: RegExp;
  recipe(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown | undefined;
}

const KINDS: readonly Kind[] = [
  {
    manifests: ['go.mod'],
    programs: /^(?:go|air|reflex|gow)$/,
    recipe: goRecipe,
  },
  {
    manifests: ['Cargo.toml'],
    programs: /^(?:cargo|bacon|trunk)$/,
    recipe: rustRecipe,
  },
  {
    manifests: ['pom.xml', 'build.gradle', 'build.gradle.kts'],
    programs: /^(?:java|mvnd?|(?:.*\/)?mvnw|gradle|(?:.*\/)?gradlew)$/,
    recipe: javaRecipe,
  },
  {
    manifests: ['package.json'],
    programs: /^(?:node|npm|npx|pnpm|yarn|tsx|ts-node|nodemon|vite|next|nuxt|nest|ng|astro)$/,
    recipe: nodeRecipe,
  },
  {
    manifests: ['pyproject.toml', 'requirements.txt', 'setup.py', 'Pipfile'],
    programs: /^(?:python[\d.]*|uv|poetry|pipenv|uvicorn|gunicorn|hypercorn|granian|flask|fastapi|celery|watchfiles)$/,
    recipe: pythonRecipe,
  },
  {
    manifests: ['index.html'],
    programs: /^(?:serve|http-server|live-server|caddy)$/,
    recipe: staticRecipe,
  },
];

/**
 * How to make the image of a program that has no Dockerfile. What its command starts with counts before what is in its
 * folder, and that before what is above: a repository has manifests of several kinds at its root.
 */
export function recipeOf(program: Program, files: ProjectFiles, baseImage: BaseImage): Recipe | Unknown {
  const cwd = posix.normalize(program.cwd).replace(/(.)\/$/, '$1');
  const at = { ...program, cwd };
  const looked = KINDS.flatMap(({ manifests }) => manifests).join(', ');
  if (cwd.startsWith('..') || cwd.startsWith('/'))
    return unknown(`${cwd} is outside of the project, so it cannot be in an image of it: add build or image`);
  for (const { recipe } of inOrder(at, files)) {
    const found = recipe(at, files, baseImage);
    if (found) return found.kind === 'unknown' ? advised(found) : found;
  }
  return unknown(`neither ${cwd} nor a folder above has one of ${looked}: add build: './x' or image: 'x'`);
}

function inOrder({ cwd, run }: Program, files: ProjectFiles): readonly Kind[] {
  const program = run
    .trim()
    .split(/\s+/)
    .find((word) => !/^\w+=/.test(word));
  const named = KINDS.filter(({ programs }) => programs.test(program ?? ''));
  const near = foldersUp(cwd).flatMap((folder) =>
    KINDS.filter(({ manifests }) => manifests.some((name) => has(files, folder, name))),
  );
  return [...new Set([...named, ...near])];
}

function advised({ reason }: Unknown): Unknown {
  return unknown(/\badd build\b/.test(reason) ? reason : `${reason}. Or add build: './x' or image: 'x'`);
}
