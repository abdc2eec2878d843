import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// The command line in few files: Node spends about half a millisecond on every module, and there are hundreds of them
// before the first process could start. Folders are as deep as in `dist/cli`, so relative paths mean the same.

const root = fileURLToPath(new URL('../', import.meta.url));
const outdir = path.join(root, 'dist', 'bundle');

removeOld();
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/cli/main.ts', cleanup: 'src/cli/cleanup.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // These are loaded late or never, or are bundles already.
  external: ['chokidar', 'dockerode', 'jiti', 'mysql2', 'pg', 'proper-lockfile', 'tar-stream'],
  // Some packages are CommonJS and ask for Node's own modules.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(path.join(outdir, 'LICENSES.txt'), licenses(Object.keys(metafile.inputs)));

/** A devstack that runs may still load the chunks of the last build. */
function removeOld(): void {
  mkdirSync(outdir, { recursive: true });
  for (const name of readdirSync(outdir)) {
    const file = path.join(outdir, name);
    if (Date.now() - statSync(file).mtimeMs > 3_600_000) rmSync(file);
  }
}

/** What the licences of the bundled packages ask for: their text goes where their code goes. */
function licenses(files: readonly string[]): string {
  const packages = new Set(files.flatMap((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...packages]
    .toSorted()
    .map((folder) => `${folder.slice('node_modules/'.length)}\n\n${licenseOf(path.join(root, folder))}`)
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file: it cannot be bundled`);
  return readFileSync(path.join(folder, file), 'utf8').trim();
}
