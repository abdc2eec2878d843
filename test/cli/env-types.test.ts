import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';

const modules = path.resolve(import.meta.dirname, '../../node_modules');
let folder: string;

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const run = (...args: readonly string[]) => devstack(args, { cwd: folder }).finished;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-env-')));
  symlinkSync(modules, path.join(folder, 'node_modules'));
  write('api/package.json', '{}');
  write('api/.env', 'FROM_FILE=x\n');
  mkdirSync(path.join(folder, 'other'));
  write(
    'devstack.config.ts',
    `import { defineConfig, perTarget, postgres, secret, service, task, worker } from 'devstack';
const db = postgres();
const env = { DATABASE_URL: db.url, KEY: secret('KEY'), NODE_ENV: 'development' };
const migrate = task({ cwd: './api', run: 'true', env });
const api = service({
  cwd: './api', dev: 'true', envFile: './api/.env',
  env: { ...env, HERE: perTarget({ dev: 'x' }), THERE: perTarget({ kind: 'y' }), 'with.dot': '1' },
});
const other = worker({ cwd: './other', dev: 'true', env: { OTHER: 'x' } });
export default defineConfig({ name: 'typed', resources: { db, migrate, api, other } });
`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the variables of all who run in a folder are declared, those of some as such', async () => {
  expect(await run('env', '--write')).toEqual({
    code: 0,
    stdout: 'api/env.d.ts: written (migrate, api)\n',
    stderr: '',
  });
  expect(read('api/env.d.ts')).toBe(`// written by devstack env --write: what the config gives migrate, api
declare namespace NodeJS {
  interface ProcessEnv {
    DATABASE_URL: string;
    FROM_FILE?: string;
    HERE?: string;
    KEY: string;
    PORT?: string;
    "with.dot"?: string;
  }
}
`);
});

test('TypeScript takes it, and finds a name that is written wrong', async () => {
  await run('env', '--write', 'api');
  const config = { compilerOptions: { strict: true, noEmit: true, types: ['node'], module: 'nodenext' } };
  write('api/tsconfig.json', JSON.stringify(config));
  write('api/right.ts', 'export const url: string = process.env.DATABASE_URL;\n');
  expect(compiled()).toBe('');
  write('api/wrong.ts', 'export const url: string = process.env.DATABSE_URL;\n');
  expect(compiled()).toMatch(/^wrong\.ts\(1,14\): error TS2322:/);
});

function compiled(): string {
  try {
    return execFileSync(path.join(modules, '.bin/tsc'), { cwd: path.join(folder, 'api'), encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return String(error.stdout);
    throw error;
  }
}

test('a file that says so already is not touched, and who is named is written wherever it is', async () => {
  await run('env', '--write');
  const before = statSync(path.join(folder, 'api/env.d.ts')).mtimeMs;
  expect((await run('env', '--write', 'migrate', 'api', 'other')).stdout).toBe(
    'api/env.d.ts: unchanged (migrate, api)\nother/env.d.ts: written (other)\n',
  );
  expect(statSync(path.join(folder, 'api/env.d.ts')).mtimeMs).toBe(before);
});

test('a folder of several has one file for all of them, whoever is named', async () => {
  await run('env', '--write');
  expect((await run('env', '--write', 'api')).stdout).toBe('api/env.d.ts: unchanged (migrate, api)\n');
});

test('a file of somebody else stays, and nothing is written beside it', async () => {
  write('api/env.d.ts', 'declare const mine: string;\n');
  const { code, stderr } = await run('env', '--write', 'other', 'api');
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${folder}/api/env.d.ts exists; it is left as it is.\n` });
  expect(read('api/env.d.ts')).toBe('declare const mine: string;\n');
  expect(() => read('other/env.d.ts')).toThrow(/ENOENT/);
});

test('a server has no folder for it', async () => {
  expect(await run('env', '--write', 'db')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'env --write: db is a container; it has no program of this project\n',
  });
});
