import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const peers = fileURLToPath(new URL('../node_modules/', import.meta.url));
/** The program itself: not every registry has it for every platform that the package `turbo` names. */
const turboPackage = `@turbo/${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`;
const ownBin = fileURLToPath(new URL('../../bin/devstack.js', import.meta.url));

export function versionOf(peer) {
  try {
    const folder = peer === 'turbo' ? turboPackage : peer;
    return JSON.parse(readFileSync(path.join(peers, folder, 'package.json'), 'utf8')).version;
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

/** On a terminal; it ends when all of them have. */
export function mprocs(folder, commands) {
  mkdirSync(folder, { recursive: true });
  const procs = Object.fromEntries(commands.map((shell, id) => [`w${id}`, { shell }]));
  writeFileSync(path.join(folder, 'mprocs.yaml'), JSON.stringify({ on_all_finished: { c: 'quit' }, procs }));
  const { arch, platform } = process;
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[arch];
  const system = { linux: `linux-${machine}-musl`, darwin: `darwin-${machine}` }[platform];
  const { version } = JSON.parse(readFileSync(path.join(peers, 'mprocs/package.json'), 'utf8'));
  // Past the Node program before it, which would only cost it time.
  return { argv: [path.join(peers, `mprocs/mprocs-${version}-${system}/mprocs`)], cwd: folder };
}

/** In the foreground, as in a container: its daemon is the process that is started. */
export function pm2(folder, commands) {
  mkdirSync(folder, { recursive: true });
  const apps = commands.map((command, id) => ({
    name: `w${id}`,
    script: 'sh',
    args: ['-c', command],
    interpreter: 'none',
  }));
  writeFileSync(path.join(folder, 'ecosystem.config.cjs'), `module.exports = ${JSON.stringify({ apps })};\n`);
  return {
    argv: [process.execPath, path.join(peers, 'pm2/bin/pm2-runtime'), 'start', 'ecosystem.config.cjs'],
    cwd: folder,
    env: { PM2_HOME: path.join(folder, 'pm2'), PM2_DISCRETE_MODE: 'true' },
  };
}

/** A workspace with a package for each command; on a terminal. */
export function turbo(folder, commands) {
  const write = (file, value) => writeFileSync(path.join(folder, file), JSON.stringify(value));
  const links = {};
  for (const [id, dev] of commands.entries()) {
    mkdirSync(path.join(folder, `p/w${id}`), { recursive: true });
    write(`p/w${id}/package.json`, { name: `w${id}`, version: '1.0.0', scripts: { dev } });
    links[`node_modules/w${id}`] = { resolved: `p/w${id}`, link: true };
    links[`p/w${id}`] = { version: '1.0.0' };
  }
  const root = { name: 'bench', private: true, packageManager: 'npm@11.0.0', workspaces: ['p/*'] };
  write('package.json', root);
  const packages = { '': { name: 'bench', workspaces: ['p/*'] }, ...links };
  write('package-lock.json', { name: 'bench', lockfileVersion: 3, requires: true, packages });
  write('turbo.json', { tasks: { dev: { cache: false, persistent: false } } });
  const program = path.join(peers, turboPackage, 'bin/turbo');
  const flags = ['--ui=tui', '--no-daemon', '--no-cache', '--output-logs=full', `--concurrency=${commands.length + 5}`];
  return {
    argv: [program, 'run', 'dev', ...flags],
    cwd: folder,
    env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  };
}
