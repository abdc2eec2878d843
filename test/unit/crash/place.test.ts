import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { framesIn } from '../../../src/crash/frames.ts';
import { findCrashPlace } from '../../../src/crash/place.ts';
import { createSources } from '../../../src/crash/sources.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack crash-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

/** What a real program says when it crashes. */
function crash(command: string, ...args: readonly string[]): readonly string[] {
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], FORCE_COLOR: '1' };
  const { stderr, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8', env });
  return `${stdout}${stderr}`.split('\n');
}

const mask = (text: string) => text.replaceAll('hunter2', '***');
const placeOf = (lines: readonly string[]) => findCrashPlace({ lines, root, cwd: root, mask });
const node = (file: string) => placeOf(crash(process.execPath, file));

test('of a crash of Node it is the innermost call outside of packages', () => {
  write('node_modules/lib/index.js', 'module.exports = (callback) => callback();');
  write('node_modules/lib/fail.js', "module.exports = () => { throw new Error('no'); };");
  write(
    'src/main.mjs',
    `import call from 'lib';
import fail from 'lib/fail.js';
function pay() {
  fail();
}
call(pay);`,
  );
  expect(node('src/main.mjs')).toEqual({ file: 'src/main.mjs', line: 4, column: 3, text: 'fail();' });
});

test('the last trace counts, and in it what caused the others', () => {
  write(
    'main.js',
    `try { throw new Error('first') } catch (error) { console.error(error) }
function inner() {
  throw new Error('cause');
}
try {
  inner();
} catch (cause) {
  throw new Error('outer', { cause });
}`,
  );
  expect(node('main.js')).toMatchObject({ file: 'main.js', line: 3 });
});

test('a rejection of an async function is found', () => {
  write('main.mjs', `const wait = async () => {\n  await null;\n  null.x;\n};\nawait wait();`);
  expect(node('main.mjs')).toMatchObject({ file: 'main.mjs', line: 3, text: 'null.x;' });
});

test('a line that cannot be parsed is found by what stands before it', () => {
  write('src/broken.mjs', 'const a = 1;\nconst = 2;\n');
  write('main.mjs', "import './src/broken.mjs';");
  expect(node('main.mjs')).toEqual({ file: 'src/broken.mjs', line: 2, text: 'const = 2;' });
});

const SOURCE = `interface Order { readonly id: number }

export function pay(order: Order | undefined): number {
  if (!order) throw new Error('no order');
  return order.id;
}
`;

const common: BuildOptions = { platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' } };

test.each(['linked', 'inline'] as const)(
  'a source map that is %s leads from a bundle to the source',
  async (sourcemap) => {
    write('src/pay.ts', SOURCE);
    const entry = write('src/main.ts', "import { pay } from './pay.ts';\nconsole.log(pay(undefined));\n");
    const outdir = path.join(root, 'dist');
    await build({ ...common, entryPoints: [entry], bundle: true, minify: true, outdir, sourcemap });
    expect(node('dist/main.mjs')).toEqual({
      file: 'src/pay.ts',
      line: 4,
      column: 21,
      text: "if (!order) throw new Error('no order');",
    });
  },
);

test('a map may name the root of its sources', async () => {
  const entry = write('src/main.ts', `${SOURCE}pay(undefined);\n`);
  const outdir = path.join(root, 'dist');
  const sourceRoot = path.join(root, 'elsewhere');
  await build({ ...common, entryPoints: [entry], outdir, sourcemap: 'linked', sourceRoot, sourcesContent: false });
  expect(node('dist/main.mjs')).toMatchObject({ file: 'src/main.ts', line: 4 });
});

test('what a bundle took from a package is not of the project', async () => {
  write('node_modules/lib/index.js', "export const fail = () => { throw new Error('no'); };");
  const entry = write('src/main.ts', "import { fail } from 'lib';\n\nfail();\n");
  const outdir = path.join(root, 'dist');
  await build({ ...common, entryPoints: [entry], bundle: true, minify: true, outdir, sourcemap: 'linked' });
  expect(node('dist/main.mjs')).toMatchObject({ file: 'src/main.ts', line: 3, text: 'fail();' });
});

test('a map that is missing or broken leaves the place as it was', () => {
  write('a.js', "throw new Error('a');\n//# sourceMappingURL=a.js.map\n");
  expect(node('a.js')).toEqual({ file: 'a.js', line: 1, column: 7, text: "throw new Error('a');" });
  write('a.js.map', '{ not json');
  expect(node('a.js')).toMatchObject({ file: 'a.js', line: 1 });
  write('a.js.map', '{"version":3,"sources":["x.ts"],"mappings":""}');
  expect(node('a.js')).toMatchObject({ file: 'a.js', line: 1 });
});

test('the text of a source that is not here comes from the map', async () => {
  const source = write('src/pay.ts', `${SOURCE}pay(undefined);`);
  await build({ entryPoints: [source], sourcemap: 'inline', outdir: path.join(root, 'dist'), platform: 'node' });
  rmSync(source);
  expect(node('dist/pay.js')).toMatchObject({ file: 'src/pay.ts', line: 4, text: expect.stringContaining('no order') });
});

test.runIf(spawnSync('python3', ['--version']).status === 0)('of Python it is the last call of the trace', () => {
  write('app/pay.py', 'def pay(order):\n    return order["id"]\n');
  write('main.py', 'from app.pay import pay\n\ndef main():\n    pay({})\n\nmain()\n');
  expect(placeOf(crash('python3', 'main.py'))).toEqual({ file: 'app/pay.py', line: 2, text: 'return order["id"]' });
});

test('of Go it is the innermost call of the goroutine that panicked', () => {
  const file = write('cmd/shop/main.go', 'package main\n\nfunc main() {\n\tpay(nil)\n}\n');
  const lines = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47b2c6]

goroutine 1 [running]:
runtime.panicmem()
	/usr/local/go/src/runtime/panic.go:262 +0x18
main.main()
	${file}:4 +0x1d

goroutine 6 [chan receive]:
main.other()
	${file}:3 +0x25
created by main.main in goroutine 1
	${file}:1 +0x4b
exit status 2`.split('\n');
  expect(placeOf(lines)).toEqual({ file: 'cmd/shop/main.go', line: 4, text: 'pay(nil)' });
});

test('of Java the file is looked for where sources are', () => {
  write('src/main/java/com/acme/Shop.java', 'package com.acme;\n\nclass Shop {\n  void pay() { throw null; }\n}\n');
  const lines = `Exception in thread "main" java.lang.IllegalStateException: outer
	at com.acme.Main.main(Main.java:3)
Caused by: java.lang.NullPointerException
	at java.base/java.util.Objects.requireNonNull(Objects.java:233)
	at com.acme.Shop$Inner.pay(Shop.java:4)
	... 1 more`.split('\n');
  expect(placeOf(lines)).toEqual({
    file: 'src/main/java/com/acme/Shop.java',
    line: 4,
    text: 'void pay() { throw null; }',
  });
});

test('Ruby and Rust name the file first', () => {
  write('app.rb', 'def pay\n  raise "no"\nend\npay\n');
  write('src/main.rs', 'fn main() {\n    panic!("no");\n}\n');
  const ruby = ["app.rb:2:in `pay': no (RuntimeError)", "\tfrom app.rb:4:in `<main>'"];
  expect(placeOf(ruby)).toEqual({ file: 'app.rb', line: 2, text: 'raise "no"' });
  expect(placeOf(["thread 'main' panicked at src/main.rs:2:5:", 'no'])).toMatchObject({ file: 'src/main.rs', line: 2 });
});

test('output without a place of the project has none', () => {
  write('node_modules/lib/index.js', "throw new Error('no');");
  const outside = path.join(path.dirname(root), 'other.js');
  expect(placeOf([])).toBeUndefined();
  expect(placeOf(['GET /health 200', 'gone.js:3', `    at x (${outside}:1:2)`, 'a'.repeat(1 << 20)])).toBeUndefined();
  expect(node('node_modules/lib/index.js')).toBeUndefined();
});

test('secrets that stand in the code are not shown, not even half of one', () => {
  write('a.js', `  connect('hunter2', '${'x'.repeat(267)}', 'hunter2');`);
  expect(placeOf(['a.js:1'])?.text).toBe(`connect('***', '${'x'.repeat(267)}', '***');`);
});

test.each(['.env', 'prod.env', '.env.local', 'config/.ENV'])('of %s no line is shown', (file) => {
  write(file, 'A=1\nDB_PASSWORD=not known\n');
  const line = `    at load (${path.join(root, file)}:2:1)`;
  expect(placeOf([line])).toEqual({ file, line: 2, column: 1 });
});

test('nor where a source map leads to one', () => {
  write('a.js', 'x();\n//# sourceMappingURL=a.js.map\n');
  write('a.js.map', '{"version":3,"sources":[".env"],"sourcesContent":["DB_PASSWORD=1"],"mappings":"AAAA"}');
  expect(placeOf([`    at x (${root}/a.js:1:1)`])).toEqual({ file: '.env', line: 1, column: 1 });
});

test('a file is read and its map taken apart once, however many frames are in it', () => {
  const taken = vi.spyOn(JSON, 'parse');
  const lines = 300_000;
  const mappings = `AAAA${';AACA'.repeat(lines)}`;
  write('b.js', `${'x;\n'.repeat(lines)}//# sourceMappingURL=b.js.map\n`);
  write('b.js.map', JSON.stringify({ version: 3, sources: ['node_modules/x/i.js'], names: [], mappings }));
  const frames = Array.from({ length: 50 }, (_, at) => `    at f (${root}/b.js:${at + 100}:1)`);
  expect(placeOf(frames)).toBeUndefined();
  expect(taken).toHaveBeenCalledOnce();
  taken.mockRestore();
});

test('no more is read than one may wait for', () => {
  const files = [1, 2, 3].map((index) => write(`${index}.js`, 'x'.repeat(10)));
  const sources = createSources(25);
  expect(files.map((file) => sources.text(file)?.length)).toEqual([10, 10, undefined]);
  expect(sources.text(files[0] ?? '')).toHaveLength(10);
});

test('colours and a path with spaces do not hide a frame', () => {
  expect(framesIn(['\u001B[90m    at run (/a b/c (1).js:3:4)\u001B[39m', '    at async file:///d.js:5:6'])).toEqual([
    { file: '/a b/c (1).js', line: 3, column: 4 },
    { file: 'file:///d.js', line: 5, column: 6 },
  ]);
});
