import { describe, expect, test } from 'vitest';
import { reason, recipe } from './project.ts';

const LOCK = { 'package-lock.json': '{}' };
const app = (json: object, more: { readonly [path: string]: string | object } = {}) => ({
  ...LOCK,
  'package.json': { name: 'app', ...json },
  ...more,
});

describe('the command of production', () => {
  const start = { scripts: { dev: 'nodemon src/x.js', start: 'node src/server.js' } };
  const ts = { scripts: { dev: 'tsx watch src/server.ts', build: 'tsc' } };
  test.each<[what: string, run: string, json: object, command: readonly string[]]>([
    ['a plain program', 'node server.mjs', {}, ['node', '/app/server.mjs']],
    [
      'its options and arguments',
      'node --max-old-space-size=99 x.js a',
      {},
      ['node', '--max-old-space-size=99', '/app/x.js', 'a'],
    ],
    ['a watched program', 'node --watch --watch-path=./src x.js', {}, ['node', '/app/x.js']],
    ['a debugged program', 'node --inspect=0.0.0.0:9229 x.js', {}, ['node', '/app/x.js']],
    ['variables before it', 'LOG=1 npx cross-env A=b node x.js', {}, ['node', '/app/x.js']],
    ['nodemon', 'nodemon --ext js,json -w src src/x.js', {}, ['node', '/app/src/x.js']],
    ['nodemon of a command', 'nodemon --exec "node src/x.js"', {}, ['node', '/app/src/x.js']],
    ['npm run dev with start', 'npm run dev', start, ['node', '/app/src/server.js']],
    ['npm start', 'npm start', start, ['node', '/app/src/server.js']],
    ['npm run dev without start', 'npm run dev', { scripts: { dev: 'nodemon src/x.js' } }, ['node', '/app/src/x.js']],
    ['no file, and main', 'nodemon', { main: 'lib/main.js' }, ['node', '/app/lib/main.js']],
    [
      'a start for production',
      'yarn start:dev',
      { scripts: { 'start:dev': 'nest start --watch', start: 'nest start', 'start:prod': 'node dist/main' } },
      ['node', '/app/dist/main'],
    ],
    [
      'the start of a worker',
      'npm run dev:worker',
      { scripts: { 'dev:worker': 'nodemon w.js', start: 'node s.js', 'start:worker': 'node worker.js' } },
      ['node', '/app/worker.js'],
    ],
    [
      'a script with arguments',
      'npm run migrate -- --to 5',
      { scripts: { migrate: 'node migrate.js' } },
      ['node', '/app/migrate.js', '--to', '5'],
    ],
    ['TypeScript that is built', 'npm run dev', ts, ['node', '/app/dist/server.js']],
    [
      'TypeScript by tsx',
      'tsx watch src/x.ts',
      { dependencies: { tsx: '4' } },
      ['node', '--import', 'tsx', '/app/src/x.ts'],
    ],
    ['Next', 'next dev -p 4000', { scripts: { build: 'next build' } }, ['next', 'start', '-p', '4000']],
    ['Nuxt', 'nuxt dev', { scripts: { build: 'nuxt build' } }, ['node', '/app/.output/server/index.mjs']],
    [
      'a program of a package',
      'prisma migrate deploy',
      { dependencies: { prisma: '6' } },
      ['prisma', 'migrate', 'deploy'],
    ],
    [
      'a start that needs a shell',
      'npm start',
      { scripts: { start: 'node a.js && node b.js' } },
      ['npm', 'run', 'start'],
    ],
    ['what needs a shell', 'node a.js | tee log', {}, ['sh', '-c', 'node a.js | tee log']],
  ])('%s', (_, run, json, command) => {
    expect(recipe(app(json), run).command).toEqual(command);
  });

  test('the file of a compiler that puts it elsewhere', () => {
    const files = app(
      { scripts: { build: 'tsc' } },
      { 'tsconfig.json': '{ "compilerOptions": { "outDir": "./out", "rootDir": "." } }' },
    );
    expect(recipe(files, 'tsx watch src/jobs/x.mts', { role: 'worker' }).command).toEqual([
      'node',
      '/app/out/src/jobs/x.mjs',
    ]);
  });

  test.each([
    ['a command that needs a shell', 'npm start', { scripts: { start: 'a && b' } }, /needs a shell/],
    [
      'a tool that is not there in production',
      'knex migrate',
      { devDependencies: { knex: '3' } },
      /knex is in devDependencies/,
    ],
    ['a script of installation', 'node x.js', { scripts: { postinstall: 'prisma generate' } }, /postinstall/],
    ['a file of variables', 'node --env-file=.env x.js', {}, /--env-file is not in the image/],
  ])('%s is a note', (_, run, json, note) => {
    expect(recipe(app(json), run).notes.join('\n')).toMatch(note);
  });

  test.each([
    ['TypeScript without a build', 'tsx watch src/x.ts', {}, /src\/x\.ts is TypeScript.*add one of them/],
    ['one of several programs', 'turbo dev', {}, /turbo starts several programs/],
    ['a script that is not there', 'npm run nothing', {}, /no script nothing/],
    ['a page without a build', 'vite', {}, /no build script: add one/],
  ])('%s is not known', (_, run, json, text) => {
    expect(reason(app(json), run)).toMatch(text);
  });
});

describe('what it is installed with', () => {
  const repository = (lock: string, root: object, more: object = {}) => ({
    [lock]: lock === 'yarn.lock' ? '# yarn lockfile v1\n' : "lockfileVersion: '9.0'\n",
    'package.json': { name: 'root', private: true, ...root },
    'apps/api/package.json': {
      name: '@a/api',
      scripts: { build: 'tsc', start: 'node dist/x.js' },
      dependencies: { '@a/db': '*' },
      devDependencies: { '@a/config': '*' },
    },
    'apps/web/package.json': { name: '@a/web', scripts: { dev: 'vite', build: 'vite build' } },
    'packages/db/package.json': { name: '@a/db', scripts: { build: 'tsc' }, dependencies: { '@a/core': '*' } },
    'packages/core/package.json': { name: '@a/core', scripts: { build: 'tsc' } },
    'packages/config/package.json': { name: '@a/config' },
    ...more,
  });
  const WORKSPACES = { workspaces: ['apps/*', 'packages/**', '!packages/old'] };

  test('a workspace of npm has what it uses, each after what it needs', () => {
    const { shape, context, args, command, workdir } = recipe(
      repository('package-lock.json', WORKSPACES),
      'npm start',
      {
        cwd: 'apps/api',
      },
    );
    expect({ shape, context, args, command, workdir }).toEqual({
      shape: 'node-npm-build',
      context: '.',
      args: {
        TITLE: '@a/api',
        WORKSPACE: 'apps/api',
        FOLDERS: 'packages/config packages/core packages/db apps/api',
        BUILD: 'packages/core packages/db apps/api',
      },
      command: ['node', '/app/apps/api/dist/x.js'],
      workdir: '/app/apps/api',
    });
  });

  test.each([
    [
      'pnpm-lock.yaml',
      {},
      { 'pnpm-workspace.yaml': "packages:\n  - 'apps/*'\n  # all\n  - packages/*\n" },
      'node-pnpm-build',
      { PNPM: '10', PACKAGE: '@a/api' },
    ],
    [
      'pnpm-lock.yaml',
      { ...WORKSPACES, packageManager: 'pnpm@9.1.0+sha512.abc' },
      {},
      'node-pnpm-build',
      { PNPM: '9.1.0', PACKAGE: '@a/api' },
    ],
    ['yarn.lock', WORKSPACES, {}, 'node-yarn-build', { YARN: '1.22.22' }],
    [
      'yarn.lock',
      { workspaces: { packages: ['apps/*', 'packages/*'] }, packageManager: 'yarn@4.5.0' },
      {},
      'node-yarn-berry-build',
      { YARN: '4.5.0', PACKAGE: '@a/api' },
    ],
  ])('%s %j', (lock, root, more, shape, args) => {
    const found = recipe(repository(lock, root, more), 'npm start', { cwd: 'apps/api' });
    expect(found.shape).toBe(shape);
    expect(found.args).toEqual({
      TITLE: '@a/api',
      WORKSPACE: 'apps/api',
      FOLDERS: 'packages/config packages/core packages/db apps/api',
      BUILD: 'packages/core packages/db apps/api',
      ...args,
    });
  });

  test.each(['npm run dev -w @a/web', 'npm --workspace=apps/web run dev', 'npm --prefix apps/web run dev'])(
    'a command at the root is of the package it names: %s',
    (run) => {
      const { shape, args, port } = recipe(repository('package-lock.json', WORKSPACES), run);
      expect({ shape, args, port }).toEqual({
        shape: 'node-npm-static',
        args: {
          TITLE: '@a/web',
          WORKSPACE: 'apps/web',
          FOLDERS: 'apps/web',
          BUILD: 'apps/web',
          OUTPUT: 'apps/web/dist',
        },
        port: 8080,
      });
    },
  );

  test.each(['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock'])(
    'with %s, a Dockerfile declares what its workspaces are given',
    (lock) => {
      for (const root of [WORKSPACES, { ...WORKSPACES, packageManager: 'yarn@4.5.0' }])
        for (const cwd of ['apps/api', 'apps/web', 'packages/config', '.']) {
          const { args, dockerfile } = recipe(repository(lock, root), cwd === 'apps/web' ? 'vite' : 'node x.js', {
            cwd,
          });
          const declared = new Set([...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name));
          expect(Object.keys(args).filter((name) => !declared.has(name))).toEqual([]);
        }
    },
  );

  test('a package below that is no workspace is on its own', () => {
    const files = app({}, { 'tools/x/package.json': { name: 'x' } });
    const { shape, context, notes } = recipe(files, 'node x.js', { cwd: 'tools/x' });
    expect({ shape, context, notes }).toEqual({
      shape: 'node-npm-unlocked',
      context: 'tools/x',
      notes: ['There is no lock file, so two builds may get two versions of a package: commit one.'],
    });
  });

  test.each([
    ['>=18', 'node-npm'],
    ['^18 || ^22.1', 'node22-npm'],
    ['18.x', 'node18-npm'],
    ['>=22 <23', 'node22-npm'],
    ['>=16 <20', 'node16-npm'],
  ])('node for engines %s is of shape %s', (node, shape) => {
    expect(recipe(app({ engines: { node } }), 'node x.js').shape).toBe(shape);
  });

  test('a version file says it before engines', () => {
    expect(recipe(app({ engines: { node: '>=20' } }, { '.nvmrc': 'v24.1.0\n' }), 'node x.js').baseImages).toEqual([
      'node:24-alpine@sha256:00000000',
    ]);
  });
});

test('programs of one package are one image, of which each has its command', () => {
  const files = {
    ...LOCK,
    'package.json': { name: 'root', workspaces: ['examples/shop'], scripts: { build: 'tsc', start: 'x' } },
    'examples/shop/package.json': { name: 'shop', dependencies: { pg: '8' } },
  };
  const parts = ['api/server.mjs', 'web/server.mjs', 'worker/worker.mjs', 'migrate/migrate.mjs'].map((part) => {
    const [folder = '', file = ''] = part.split('/');
    return recipe(files, `node ${file}`, { name: folder, cwd: `examples/shop/${folder}` });
  });
  expect(new Set(parts.map(({ dockerfile }) => dockerfile)).size).toBe(1);
  expect(new Set(parts.map(({ args, context }) => JSON.stringify({ args, context })))).toEqual(
    new Set([
      JSON.stringify({ args: { TITLE: 'shop', FOLDERS: 'examples/shop', WORKSPACE: 'examples/shop' }, context: '.' }),
    ]),
  );
  expect(parts.map(({ command, workdir }) => [workdir, ...command].join(' '))).toEqual([
    '/app/examples/shop/api node /app/examples/shop/api/server.mjs',
    '/app/examples/shop/web node /app/examples/shop/web/server.mjs',
    '/app/examples/shop/worker node /app/examples/shop/worker/worker.mjs',
    '/app/examples/shop/migrate node /app/examples/shop/migrate/migrate.mjs',
  ]);
});

test('a sixteenth service changes no byte of the Dockerfile', () => {
  const services = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `service-${at + 1}`);
    const files = Object.fromEntries(
      names.map((name) => [
        `services/${name}/package.json`,
        { name, scripts: { build: 'tsc', start: 'node dist/x.js' } },
      ]),
    );
    const all = { ...LOCK, 'package.json': { name: 'root', workspaces: ['services/*'] }, ...files };
    return names.map((name) => recipe(all, 'npm start', { name, cwd: `services/${name}` }));
  };
  const dockerfiles = new Set([...services(15), ...services(16)].map(({ dockerfile }) => dockerfile));
  expect(dockerfiles.size).toBe(1);
  expect(new Set(services(16).map(({ args }) => JSON.stringify(args))).size).toBe(16);
});
