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

/** Commands that are programs of their own, which devstack has none of, are all that a parser starts processes for. */
const withoutPrograms: Plugin = {
  name: 'without-programs',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/commander\/lib\/command\.js$/ }, ({ path: file }) => ({
      contents: replaceAll(file, { "const childProcess = require('node:child_process');": 'const childProcess = {};' }),
      loader: 'js',
    }));
  },
};

/**
 * Ink and its layout wait while they are loaded, which CommonJS cannot: for tools of ink's own developers, and for
 * WebAssembly that is in the file anyway (for which Node would load 100 ms of `fetch`).
 */
const withoutWaiting: Plugin = {
  name: 'without-waiting',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/ink\/build\/reconciler\.js$/ }, ({ path: file }) => ({
      contents: replaceAll(file, { "await import('./devtools.js')": 'undefined', 'await loadPackageJson()': '{}' }),
      loader: 'js',
    }));
    onLoad({ filter: /node_modules\/yoga-layout\/dist\/src\/index\.js$/ }, ({ path: file }) => ({
      contents: replaceAll(file, {
        'import loadYoga from': 'import loadYoga, { base64 } from',
        'const Yoga = wrapAssembly(await loadYoga());': `
          const assembly = {
            instantiateWasm(imports, done) {
              const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(base64, 'base64')), imports);
              done(instance);
              return instance.exports;
            },
          };
          void loadYoga(assembly);
          const Yoga = wrapAssembly(assembly);`,
      }),
      loader: 'js',
    }));
    onLoad({ filter: /node_modules\/yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, ({ path: file }) => {
      const base64 = /(?<=data:application\/octet-stream;base64,)[\w+/=]{1000,}/.exec(readFileSync(file, 'utf8'))?.[0];
      if (base64 === undefined) throw new Error(`${file} has its WebAssembly elsewhere now`);
      const contents = `${replaceAll(file, { [base64]: '' })}\nexport const base64 = '${base64}';`;
      return { contents, loader: 'js' };
    });
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
      const asked = 'rgiEmojiRegex.test(segment)';
      const isPart = '/[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3]/u.test(segment)';
      const isOne = 'segment.length === (segment.codePointAt(0) > 0xffff ? 2 : 1)';
      return { contents: replaceAll(file, { [asked]: `!(${isOne}) && ${isPart} && ${asked}` }), loader: 'js' };
    });
  },
};

/**
 * The server of the protocol can check answers of a client to questions, with a library that is half of what it loads.
 * It asks none here.
 */
const withoutValidator: Plugin = {
  name: 'without-validator',
  setup({ onLoad }) {
    onLoad({ filter: /@modelcontextprotocol\/sdk\/dist\/esm\/validation\/ajv-provider\.js$/ }, () => ({
      contents: 'export class AjvJsonSchemaValidator {}',
      loader: 'js',
    }));
  },
};

/** The text of a file with other text in some places; another version of it may not have them. */
function replaceAll(file: string, changes: Readonly<Record<string, string>>): string {
  let text = readFileSync(file, 'utf8');
  for (const [before, after] of Object.entries(changes)) {
    if (!text.includes(before)) throw new Error(`${file} has no ${before.slice(0, 80)} any more`);
    text = text.replace(before, () => after);
  }
  return text;
}

/** Node shows the line where something was thrown that nobody caught. */
const LINE = 200;

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
  // Every start reads it whole.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: LINE,
  // A compiled script that Node did not load itself cannot `import()`; it can `require` modules of both kinds.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "'use strict'; const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  // These are loaded late or never, or are bundles already.
  external: [
    '@balena/dockerignore',
    '@grpc/grpc-js',
    '@lydell/node-pty',
    'chokidar',
    'jiti',
    'js-yaml',
    'mysql2',
    'pg',
    'proper-lockfile',
    'protobufjs',
    'tar-stream',
    'yaml',
  ],
  // Latin-1 letters stay one byte each, in memory too.
  charset: 'ascii',
  plugins: [withoutUnused, withoutPrograms],
  metafile: true,
  logLevel: 'warning',
});
/** The terminal interface is a file of its own, which `bin/devstack.js` loads when everything runs. */
const tui = await build({
  absWorkingDir: root,
  entryPoints: { tui: 'src/tui/index.ts' },
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: LINE,
  supported: { 'dynamic-import': false },
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    'import.meta.url': 'bundleUrl',
  },
  banner: { js: "'use strict'; const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  charset: 'ascii',
  // One of its packages brings an older one.
  alias: { 'string-width': path.join(root, 'node_modules/string-width/index.js') },
  plugins: [withoutWaiting, withoutEveryEmoji],
  metafile: true,
  logLevel: 'warning',
});
/** What speaks to agents is another, for `devstack mcp` alone. */
const mcp = await build({
  absWorkingDir: root,
  entryPoints: { mcp: 'src/mcp/index.ts' },
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: LINE,
  charset: 'ascii',
  plugins: [withoutValidator],
  metafile: true,
  logLevel: 'warning',
});
for (const { path: file, contents } of [...main.outputFiles, ...tui.outputFiles, ...mcp.outputFiles]) {
  // It is read as Latin-1, which is faster; patterns are not escaped as texts are.
  const other = contents.findIndex((byte) => byte > 127);
  if (other >= 0) {
    const near = Buffer.from(contents.subarray(Math.max(0, other - 60), other + 20)).toString();
    throw new Error(`${path.basename(file)} has a character that is not ASCII: ${near}`);
  }
  // The compiled code that is kept is told apart by this line.
  const name = createHash('sha256').update(contents).digest('hex').slice(0, 32);
  writeFileSync(file, Buffer.concat([Buffer.from(`// ${name}\n`), contents]));
}
writeFileSync(
  path.join(outdir, 'LICENSES.txt'),
  licenses([main, tui, mcp].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
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
