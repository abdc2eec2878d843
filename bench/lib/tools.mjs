import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const peers = fileURLToPath(new URL('../node_modules/', import.meta.url));
const ownBin = fileURLToPath(new URL('../../bin/devstack.js', import.meta.url));

export function versionOf(peer) {
  try {
    return JSON.parse(readFileSync(path.join(peers, peer, 'package.json'), 'utf8')).version;
  } catch {
    return undefined; // `npm install --prefix bench` was not run
  }
}

export const devstackBin = () => process.env.DEVSTACK_BENCH_BIN ?? ownBin;

/**
 * A project folder with a config of these resources: `{name: {kind, ...options}}`; every one knows five secrets. Made
 * once, so that what devstack keeps of a config is there from the second run on, as in daily use.
 */
export function makeStack(folder, resources) {
  mkdirSync(folder, { recursive: true });
  const secrets = Array.from(
    { length: 5 },
    (_, at) => `S${at}: secret('BENCH_SECRET_${at}', { generate: { length: 24 } })`,
  ).join(', ');
  const lines = Object.entries(resources).map(
    ([name, { kind, ...options }]) => `  '${name}': ${kind}({ env, ...${JSON.stringify(options)} }),`,
  );
  writeFileSync(
    path.join(folder, 'devstack.config.mjs'),
    `import { defineConfig, secret, service, task, worker } from 'devstack';\nconst env = { ${secrets} };\nexport default defineConfig({ name: 'bench', resources: {\n${lines.join('\n')}\n} });\n`,
  );
  return { argv: [process.execPath, devstackBin(), 'up'], cwd: folder };
}

export function concurrently(folder, commands) {
  mkdirSync(folder, { recursive: true });
  return {
    argv: [process.execPath, path.join(peers, 'concurrently/dist/bin/concurrently.js'), ...commands],
    cwd: folder,
  };
}

export function nodemon(folder, command) {
  return {
    argv: [
      process.execPath,
      path.join(peers, 'nodemon/bin/nodemon.js'),
      '-q',
      '-w',
      folder,
      '-e',
      'js',
      '--exec',
      command,
    ],
    cwd: folder,
  };
}
