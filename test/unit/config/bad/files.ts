import type { BadConfig } from './bad-config.ts';

/** Files, modules and what the config exports. */
export const badFiles: readonly BadConfig[] = [
  {
    rule: 'a folder exists',
    config: `const billing = service({ dev: 'a', cwd: './biling' });
const web = service({ dev: 'a', cwd: './nowhere' });
export default defineConfig({ resources: { billing, web } });`,
    files: { 'billing/': '' },
    problems: [
      'devstack.config.ts:2  billing.cwd ./biling does not exist. Did you mean ./billing?',
      'devstack.config.ts:3  web.cwd ./nowhere does not exist. Paths are relative to the config file.',
    ],
  },
  {
    rule: 'a folder is no file',
    config: `const a = service({ dev: 'a', cwd: './a.txt' });
export default defineConfig({ resources: { a } });`,
    files: { 'a.txt': `x` },
    problems: ['devstack.config.ts:2  a.cwd ./a.txt is a file, not a folder.'],
  },
  {
    rule: 'a folder to build exists',
    config: `const a = service({ dev: 'a', build: './servces/a' });
const b = service({ dev: 'a', build: { context: './servces/a' } });
export default defineConfig({ resources: { a, b } });`,
    files: { 'services/a/': '' },
    problems: [
      'devstack.config.ts:3  a.build.context ./servces/a does not exist. Did you mean ./services/a?',
      'devstack.config.ts:3  b.build.context ./servces/a does not exist. Did you mean ./services/a?',
    ],
  },
  {
    rule: 'an env file exists',
    config: `const a = service({ dev: 'a', envFile: ['.env', '.env.locl'] });
export default defineConfig({ resources: { a } });`,
    files: { '.env': `A=1`, '.env.local': `B=1` },
    problems: ['devstack.config.ts:2  a.envFile .env.locl does not exist. Did you mean .env.local?'],
  },
  {
    rule: 'an env file can be read',
    config: `const a = service({ dev: 'a', envFile: '.env' });
export default defineConfig({ resources: { a } });`,
    files: {
      '.env': `A=1
nonsense
B="open
`,
    },
    problems: [
      '.env:2  "nonsense" is no assignment. Write NAME=value, or # before a comment.',
      '.env:3  B has no closing ".',
    ],
  },
  {
    rule: 'an init file exists',
    config: `const db = postgres({ init: './schema.sq' });
export default defineConfig({ resources: { db } });`,
    files: { 'schema.sql': '' },
    problems: ['devstack.config.ts:2  db.init ./schema.sq does not exist. Did you mean ./schema.sql?'],
  },
  {
    rule: 'a mounted file exists',
    config: `const db = postgres({ files: { './my.conf': '/etc/my.conf' } });
export default defineConfig({ resources: { db } });`,
    problems: ['devstack.config.ts:2  db.files ./my.conf does not exist. Paths are relative to the config file.'],
  },
  {
    rule: 'a syntax error has its line',
    config: `const a = service({ dev: 'a' );
export default defineConfig({ resources: { a } });`,
    problems: [
      'devstack.config.ts:2  Syntax error: Unexpected token, expected "," near: const a = service({ dev: \'a\' );',
    ],
  },
  {
    rule: 'a syntax error in an imported file names that file',
    config: `import { a } from './lib/a.ts';
export default defineConfig({ resources: { a } });`,
    files: {
      'lib/a.ts': `export const x = 1;
export const a = = 2;
`,
    },
    problems: ['lib/a.ts:2  Syntax error: Unexpected token near: export const a = = 2;'],
  },
  {
    rule: 'a missing file is named with the line that wants it',
    config: `
import { a } from './lib/nope.ts';
export default defineConfig({ resources: { a } });`,
    problems: ['devstack.config.ts:3  Cannot find ./lib/nope.ts. Check the path and its ending.'],
  },
  {
    rule: 'a missing package is named with the way to add it',
    config: `import { z } from '@acme/missing/sub';
export default defineConfig({ resources: { a: z } });`,
    problems: [
      'devstack.config.ts:2  Cannot find the package "@acme/missing/sub". Install it: npm install --save-dev @acme/missing',
    ],
  },
  {
    rule: 'a name that devstack does not export is named',
    config: `import { postgress } from 'devstack';
export default defineConfig({ resources: { db: postgress() } });`,
    problems: ['devstack.config.ts:3  "postgress" is not exported by devstack. Check its spelling in the import.'],
  },
  {
    rule: 'a config that throws is named with its line',
    config: `const a = service({ dev: 'a' });
throw new Error('vault is sealed');
export default defineConfig({ resources: { a } });`,
    problems: ['devstack.config.ts:3  The config threw: vault is sealed'],
  },
  {
    rule: 'an imported file that throws is named with its line',
    config: `import { a } from './lib/a.ts';
export default defineConfig({ resources: { a } });`,
    files: {
      'lib/a.ts': `
export const a = null.x;
`,
    },
    problems: ["lib/a.ts:2  The config threw: TypeError: Cannot read properties of null (reading 'x')"],
  },
  {
    rule: 'a thrown text is shown',
    config: `throw 'nope';`,
    problems: ['devstack.config.ts  The config threw: nope'],
  },
  {
    rule: 'a rejected promise is shown',
    config: `const a = await Promise.reject(new TypeError('late'));
export default defineConfig({ resources: { a } });`,
    problems: ['devstack.config.ts:2  The config threw: TypeError: late'],
  },
  {
    rule: 'each() is given every name once',
    config: `const fleet = each(['a', 'b', 'a'], (name) => service({ dev: name }));
export default defineConfig({ resources: fleet });`,
    problems: ['devstack.config.ts:2  each() was given "a" twice.'],
  },
  {
    rule: 'a config exports something',
    config: `defineConfig({ resources: { a: service({ dev: 'a' }) } });`,
    problems: [
      'devstack.config.ts  The config exports nothing. End it with: export default defineConfig({ resources: { … } })',
    ],
  },
  {
    rule: 'a config exports its stack as default',
    config: `export const stack = defineConfig({ resources: { a: service({ dev: 'a' }) } });`,
    problems: [
      'devstack.config.ts  The config exports stack, but nothing as default. End it with: export default defineConfig({ resources: { … } })',
    ],
  },
  {
    rule: 'a config exports no function',
    config: `export default () => defineConfig({ resources: { a: service({ dev: 'a' }) } });`,
    problems: [
      'devstack.config.ts  The config exports a function. It is evaluated once for all targets: export default defineConfig({ resources: { … } }). What differs per target is perTarget({ dev, compose, kind }).',
    ],
  },
  {
    rule: 'a config exports no promise',
    config: `export default Promise.resolve(defineConfig({ resources: { a: service({ dev: 'a' }) } }));`,
    problems: [
      'devstack.config.ts  The config exports a Promise. Write await inside the file and export the stack itself: export default defineConfig({ resources: { … } })',
    ],
  },
  {
    rule: 'a config exports what defineConfig returned',
    config: `export default { resources: { a: service({ dev: 'a' }) } };`,
    problems: [
      'devstack.config.ts  The default export is not a stack. Write: export default defineConfig({ resources: { … } })',
    ],
  },
  {
    rule: 'a second copy of another version is named',
    config: `import { db } from 'preset';
export default defineConfig({ resources: { db } });`,
    files: {
      'node_modules/preset/package.json': `{"name":"preset","main":"index.js"}`,
      'node_modules/preset/index.js': `const key = Symbol.for('devstack.resource');
exports.db = { [key]: { kind: 'postgres', options: {}, databases: [], place: undefined, copy: { version: '0.0.9', folder: '/opt/preset/node_modules/devstack' } } };`,
    },
    problems: [
      'devstack.config.ts:3  db was made by devstack 0.0.9 (/opt/preset/node_modules/devstack), but this is devstack 0.1.0. Keep one: npm dedupe, or npm ls devstack to see who brings the other.',
    ],
  },
];
