import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

// The command line in one file: Node spends about half a millisecond on every module, and there are hundreds of them
// before the first process could start. CommonJS, because only of that can Node 20 keep what it compiled; what is
// imported late is still evaluated late. The folder is as deep as `dist/cli`, so relative paths mean the same.

const root = fileURLToPath(new URL('../', import.meta.url));
const outdir = path.join(root, 'dist', 'bundle');

/**
 * Of the engine's client only what speaks HTTP: its ways over SSH and gRPC, which devstack does not go, are most of what
 * it loads, 80 ms of every start with containers.
 */
const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onLoad }) {
    // Without a licence; Node takes a file of several certificates as it is.
    onLoad({ filter: /node_modules\/split-ca\/index\.js$/ }, () => ({
      contents: "module.exports = (file) => [require('node:fs').readFileSync(file)];",
      loader: 'js',
    }));
    onLoad({ filter: /node_modules\/(?:docker-modem\/lib\/ssh|dockerode\/lib\/(?:session|buildkit))\.js$/ }, () => ({
      contents: "module.exports = () => { throw new Error('this is left out of the bundle'); };",
      loader: 'js',
    }));
  },
};

/** Ink loads them for its own developers only. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/ink\/build\/devtools\.js$/ }, () => ({ contents: 'export {};', loader: 'js' }));
  },
};

/**
 * String-width knows emoji by a regular expression that takes 100 ms to compile, and asks it about every box and arrow. All
 * that it can match have one of these characters; those of a single one are wide by their class already.
 */
const withoutEveryEmoji: Plugin = {
  name: 'without-every-emoji',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const asked = 'rgiEmojiRegex.test(segment)';
      if (!text.includes(asked)) throw new Error(`${file} asks about emoji in another way now`);
      const isPart = '/[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3]/u.test(segment)';
      const isOne = 'segment.length === (segment.codePointAt(0) > 0xffff ? 2 : 1)';
      return { contents: text.replace(asked, `!(${isOne}) && ${isPart} && ${asked}`), loader: 'js' };
    });
  },
};

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const REPLACED = /\/split-ca$/;
const main = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', cleanup: 'src/cli/cleanup.ts' },
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // A compiled script that Node did not load itself cannot `import()`; it can `require` modules of both kinds.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "'use strict'; const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  // These are loaded late or never, or are bundles already.
  external: ['@lydell/node-pty', 'chokidar', 'jiti', 'mysql2', 'pg', 'proper-lockfile', 'tar-stream'],
  // Latin-1 letters stay one byte each, in memory too.
  charset: 'ascii',
  plugins: [withoutUnused],
  metafile: true,
  logLevel: 'warning',
});
/** The terminal interface is a file of its own, an ES module (ink awaits at its top level) that `bin/devstack.js` imports. */
const tui = await build({
  absWorkingDir: root,
  entryPoints: { tui: 'src/tui/index.ts' },
  outdir,
  splitting: true,
  chunkNames: 'tui-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  // For want of `fetch` the layout's WebAssembly is taken from where it is, in this file; with it Node loads 100 ms of HTTP.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', fetch: 'undefined' },
  // Some of ink's packages are CommonJS.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // One of its packages brings an older one.
  alias: { 'string-width': path.join(root, 'node_modules/string-width/index.js') },
  plugins: [withoutDevtools, withoutEveryEmoji],
  metafile: true,
  logLevel: 'warning',
});
for (const { path: file, contents } of main.outputFiles) {
  // The compiled code that is kept is told apart by this line.
  const name = createHash('sha256').update(contents).digest('hex').slice(0, 32);
  writeFileSync(file, Buffer.concat([Buffer.from(`// ${name}\n`), contents]));
}
writeFileSync(
  path.join(outdir, 'LICENSES.txt'),
  licenses([main, tui].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** What the licences of the bundled packages ask for: their text goes where their code goes. */
function licenses(files: readonly string[]): string {
  const packages = new Set(files.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...packages]
    .filter((folder) => !REPLACED.test(folder))
    .toSorted()
    .map((folder) => `${folder.slice('node_modules/'.length)}\n\n${licenseOf(path.join(root, folder))}`)
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(path.join(folder, file), 'utf8').trim();
  // Some only name it.
  const { license, author, repository } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  if (typeof license !== 'string') throw new Error(`${folder} has no licence: it cannot be bundled`);
  return `${license}\n${JSON.stringify({ author, repository })}`;
}
