import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBuilder } from '../../src/drivers/container/build/build.ts';
import { recipeOf } from '../../src/promote/docker/detect.ts';
import type { ProjectFiles, Recipe } from '../../src/promote/docker/recipe.ts';
import { newInstance, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

/** A workspace in which nothing is to be fetched. */
const PACKAGES = {
  'package.json': { name: 'root', private: true, workspaces: ['apps/*', 'packages/*'], scripts: { prepare: 'false' } },
  'package-lock.json': {
    name: 'root',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'root', workspaces: ['apps/*', 'packages/*'] },
      'apps/api': { version: '1.0.0', dependencies: { shared: '1.0.0' } },
      'apps/other': { version: '1.0.0' },
      'packages/shared': { version: '1.0.0' },
      'node_modules/api': { resolved: 'apps/api', link: true },
      'node_modules/other': { resolved: 'apps/other', link: true },
      'node_modules/shared': { resolved: 'packages/shared', link: true },
    },
  },
  'apps/api/package.json': {
    name: 'api',
    version: '1.0.0',
    type: 'module',
    scripts: {
      dev: 'node --watch src/server.js',
      build: 'mkdir dist && cp src/server.js dist/',
      start: 'node dist/server.js',
    },
    dependencies: { shared: '1.0.0' },
  },
  'apps/api/src/server.js': `import { word } from 'shared';
console.log(word, process.getuid(), process.env.NODE_ENV);
process.on('SIGTERM', () => process.exit(7));
setInterval(() => {}, 1000);`,
  'apps/other/package.json': { name: 'other', version: '1.0.0' },
  'apps/other/secret.js': '',
  'packages/shared/package.json': {
    name: 'shared',
    version: '1.0.0',
    main: 'dist/index.js',
    scripts: { build: 'mkdir dist && cp index.js dist/', prepare: 'false', postinstall: 'false' },
  },
  'packages/shared/index.js': `exports.word = 'shared';`,
  'apps/api/.env': 'PASSWORD=x',
};

describeDocker('the image of a recipe', () => {
  cleanUp(usedInstances);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'devstack-recipe-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a workspace of npm is built, runs as nobody in particular and ends by a signal', async () => {
    for (const [name, of] of Object.entries(PACKAGES)) write(name, typeof of === 'string' ? of : JSON.stringify(of));
    const recipe = recipeOf(
      { name: 'api', cwd: 'apps/api', run: 'npm run dev', role: 'service' },
      filesOf(),
      (name) => name,
    );
    if (recipe.kind === 'unknown') throw new Error(recipe.reason);
    const image = await build(recipe);
    const container = await engine().docker.createContainer({
      Image: image,
      Cmd: [...recipe.command],
      WorkingDir: recipe.workdir,
      HostConfig: { ReadonlyRootfs: true, Init: true },
    });
    try {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      const [line = ''] = await firstChunk(stream);
      expect(line).toContain('shared 1000 production');
      await container.stop({ t: 60 });
      expect((await container.inspect()).State.ExitCode).toBe(7);
    } finally {
      await container.remove({ force: true });
    }
    const files =
      'const fs = require("fs"); console.log(fs.readdirSync("/app", { recursive: true }).sort().join("\\n"))';
    expect(
      (await printed(image, ['node', '-e', files])).split('\n').filter((name) => /^(?:apps|packages)\//.test(name)),
    ).toEqual([
      'apps/api',
      'apps/api/dist',
      'apps/api/dist/server.js',
      'apps/api/package.json',
      'apps/api/src',
      'apps/api/src/server.js',
      'apps/other',
      'apps/other/package.json',
      'packages/shared',
      'packages/shared/dist',
      'packages/shared/dist/index.js',
      'packages/shared/index.js',
      'packages/shared/package.json',
    ]);
  });

  function write(name: string, text: string): void {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }

  function filesOf(): ProjectFiles {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true });
    return {
      read: (path) => (PACKAGES.hasOwnProperty(path) ? readFileSync(join(folder, path), 'utf8') : undefined),
      list: (below) =>
        names
          .filter(({ parentPath }) => parentPath === join(folder, below))
          .map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`),
    };
  }

  async function build({ dockerfile, args, ignore }: Recipe): Promise<string> {
    const instance = newInstance();
    write('Dockerfile', dockerfile.replace(/^(FROM node.*)$/m, `$1\nENV OF=${instance}`));
    write('.dockerignore', ignore.join('\n'));
    let output = '';
    const ensured = await createBuilder({ instance, stackName: 'test', root: folder }).ensure(engine(), {
      resource: 'api',
      image: `${instance}-api`,
      build: { context: folder, args: {}, secrets: {} },
      args,
      secrets: {},
      env: process.env,
      signal: new AbortController().signal,
      progress() {},
      output: (chunk) => (output += Buffer.from(chunk).toString()),
    });
    if (ensured.kind === 'failure') throw new Error(`${JSON.stringify(ensured.failure)}\n${output}`);
    return `${instance}-api`;
  }
});

async function firstChunk(stream: NodeJS.ReadableStream): Promise<readonly string[]> {
  for await (const chunk of stream) return [String(chunk)];
  return [];
}

async function printed(image: string, command: readonly string[]): Promise<string> {
  const container = await engine().docker.createContainer({ Image: image, Cmd: [...command], Tty: true });
  try {
    const stream = await container.attach({ stream: true, stdout: true });
    await container.start();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text.replaceAll('\r', '');
  } finally {
    await container.remove({ force: true });
  }
}
