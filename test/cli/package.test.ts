import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { devstack, nothingLeft } from '../rig/devstack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let bin: string;

// What `npm install devstack` gives a stranger, in an empty folder.
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-package-')));
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: repository });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(path.join(folder, 'package.json'), '{"name":"stranger","private":true,"type":"module"}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '--prefer-offline', `./${tarball}`], {
    cwd: folder,
    stdio: 'pipe',
  });
  bin = path.join(folder, 'node_modules', '.bin', 'devstack');
});

afterAll(async () => {
  await nothingLeft(folder);
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => devstack(args, { cwd: folder, bin });

test('the package holds what it needs and nothing of the workshop', () => {
  const files = readdirSync(path.join(folder, 'node_modules/devstack')).toSorted();
  expect(files).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schema']);
});

test('it says its version, helps, and scaffolds a config that is valid', async () => {
  expect((await run('--version').finished).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run('--help').finished).stdout).toMatch(/^Usage: devstack/);
  expect((await run('init').finished).code).toBe(0);
  expect((await run('check').finished).code).toBe(0);
});

test('a stack of it comes up, answers every command and goes down', async () => {
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, service, task } from 'devstack';
    const prepare = task({ run: 'echo prepared' });
    const web = service({ dev: \`node -e "require('http').createServer((_, r) => r.end('hi')).listen(process.env.PORT)"\`, dependsOn: prepare, healthcheck: '/' });
    export default defineConfig({ name: 'stranger', resources: { prepare, web } });`,
  );
  const stack = run('up');
  await stack.seen(/all 2 ready in/);
  const commands = [
    ['ps'],
    ['ps', '--json'],
    ['why', 'web'],
    ['logs', '-n', '5'],
    ['env', 'web'],
    ['graph'],
    ['graph', '--format', 'mermaid'],
    ['check'],
    ['render', '--json'],
    ['doctor'],
    ['run', 'prepare'],
    ['exec', 'web', '--', 'node', '-e', 'process.exit(process.env.PORT ? 0 : 1)'],
    ['restart', 'web', '--wait'],
    ['stop', 'web', '--wait'],
    ['start', 'web', '--wait'],
    ['down'],
  ];
  for (const command of commands) {
    const { code, stdout, stderr } = await run(...command).finished;
    expect([command.join(' '), code, code === 0 ? '' : stdout + stderr]).toEqual([command.join(' '), 0, '']);
  }
  expect((await stack.finished).code).toBe(0);
  expect((await run('logs', 'prepare').finished).stdout).toMatch(/prepare +\| prepared/);
});

test.runIf(process.versions.node.startsWith('20.'))('kept compiled code that is damaged is made anew', async () => {
  const kept = path.join(folder, 'node_modules/devstack/.cache');
  const files = () => readdirSync(kept).map((name) => path.join(kept, name));
  /** Some are of one command, the rest share one. */
  const whole = () => files().flatMap((file) => (statSync(file).size > 5_000 ? path.basename(file).split('-')[0] : []));
  expect(whole()).toEqual(expect.arrayContaining(['other', 'ps', 'up']));
  for (const file of files()) writeFileSync(file, readFileSync(file).subarray(0, 5_000));
  expect((await run('check').finished).code).toBe(0);
  expect(whole()).toEqual(['other']);
  for (const file of files()) writeFileSync(file, 'something else');
  expect((await run('check').finished).code).toBe(0);
  expect(whole()).toEqual(['other']);
});

test('it serves agents, with nothing installed for them', async () => {
  expect(await run('mcp').finished).toEqual({ code: 0, stdout: '', stderr: '' });
});

// npm's `node` package carries the binaries of other versions.
test.each(['20.19.0', '22', '24'])('it runs on Node %s', async (version) => {
  const place = path.join(folder, `node-${version}`);
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--silent', '--prefer-offline', '--prefix', place, `node@${version}`],
    { cwd: folder, stdio: 'pipe' },
  );
  const node = path.join(place, 'node_modules/node/bin/node');
  expect(existsSync(node)).toBe(true);
  const on = (...args: readonly string[]) =>
    devstack(args, { cwd: folder, bin: path.join(folder, 'node_modules/devstack/bin/devstack.js'), node });
  expect((await on('--version').finished).code).toBe(0);
  expect((await on('check').finished).code).toBe(0);
  const stack = on('up');
  await stack.seen(/all 2 ready in/);
  stack.process.kill('SIGINT');
  expect((await stack.finished).code).toBe(130);
});
