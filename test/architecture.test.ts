import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Each folder of src/ may import only itself and the folders listed for it: imports go downwards. */
const layers: Record<string, readonly string[]> = {
  core: [],
  keys: ['core'],
  kinds: ['core'],
  // load.ts hands the public entry to the file it loads.
  config: ['core', 'keys', 'kinds', 'index.ts'],
  logs: ['core'],
  watch: ['core'],
  system: ['core'],
  crash: ['core'],
  drivers: ['core', 'logs', 'kinds'],
  project: ['core', 'config'],
  promote: ['core', 'kinds', 'config'],
  cluster: ['core', 'promote'],
  adopt: ['core', 'kinds', 'config'],
  engine: ['core', 'logs', 'watch'],
  daemon: ['core'],
  tether: ['core', 'daemon'],
  output: ['core', 'logs'],
  tui: ['core', 'keys', 'logs', 'output'],
  mcp: ['core'],
  cli: [
    'core',
    'kinds',
    'config',
    'logs',
    'watch',
    'system',
    'crash',
    'drivers',
    'project',
    'promote',
    'cluster',
    'adopt',
    'engine',
    'daemon',
    'output',
    'tui',
    'mcp',
    'tether',
  ],
  'index.ts': ['config', 'core'],
  'testing.ts': ['core', 'daemon', 'tether'],
};

/** Every package has one door. */
const doors: Record<string, readonly string[]> = {
  execa: ['drivers/process'],
  '@lydell/node-pty': ['drivers/process/pty.ts'],
  dockerode: ['drivers/container'],
  chokidar: ['watch'],
  picomatch: ['watch'],
  ignore: ['watch'],
  'tar-stream': ['drivers/container'],
  '@balena/dockerignore': ['drivers/container/build'],
  '@grpc/grpc-js': ['drivers/container/build'],
  protobufjs: ['drivers/container/build'],
  pg: ['drivers/postgres'],
  'mysql2/promise': ['drivers/mysql'],
  jiti: ['config/load.ts'],
  'get-port': ['system/ports'],
  'proper-lockfile': ['system/'],
  commander: ['cli'],
  ink: ['tui'],
  '@xterm/headless': ['tui/panes/live.ts'],
  react: ['tui'],
  'string-width': ['tui'],
  '@modelcontextprotocol/sdk/server/index.js': ['mcp/index.ts'],
  '@modelcontextprotocol/sdk/server/stdio.js': ['mcp/index.ts'],
  '@modelcontextprotocol/sdk/types.js': ['mcp/index.ts'],
  yaml: ['promote', 'adopt/compose/yaml.ts'],
  'js-yaml': ['promote/kubernetes/documents.ts'],
  'strip-json-comments': ['adopt/turbo.ts'],
};

const src = path.resolve(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const importsOf = (file: string): string[] =>
  [
    ...readFileSync(path.join(src, file), 'utf8').matchAll(
      /^(?:import|export)[^;]*?from '([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? '');
const layerOf = (file: string): string => file.split(path.sep)[0] ?? '';

test.each(files)('%s imports only what its layer may', (file) => {
  const layer = layerOf(file);
  const allowed = [layer, ...(layers[layer] ?? [])];
  const wrong = importsOf(file).filter((target) => {
    if (target.startsWith('.'))
      return !allowed.includes(layerOf(path.relative(src, path.resolve(src, path.dirname(file), target))));
    if (layer === 'core') return true;
    if (target.startsWith('node:')) return false;
    const door = doors[target];
    return !door?.some((place) => file.startsWith(place));
  });
  expect(wrong).toEqual([]);
});

test.each(files.filter((file) => file.startsWith('core')))('%s is pure', (file) => {
  const text = readFileSync(path.join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(text.match(/\bDate\.now|\bprocess\.|\bconsole\.|\bsetTimeout|\bawait\b/g)).toBeNull();
});

test('drivers do not import each other, but those that are built on others', () => {
  const allowed: Record<string, readonly string[]> = {
    infra: ['container', 'embedded', 'native', 'postgres', 'mysql', 'sql', 'server', 'data', 'probe'],
    container: ['server'],
    embedded: ['server', 'data'],
    // Postgres of this machine and of npm are the same to it.
    native: ['server', 'data', 'embedded'],
    postgres: ['sql', 'server'],
    mysql: ['sql', 'server'],
    sql: ['server'],
  };
  const wrong = files
    .filter((file) => file.startsWith('drivers'))
    .flatMap((file) => {
      const own = file.split(path.sep)[1] ?? '';
      return importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => path.relative(src, path.resolve(src, path.dirname(file), target)).split(path.sep))
        .filter(([layer, driver = '']) => layer === 'drivers' && driver !== own && !allowed[own]?.includes(driver))
        .map((target) => `${file} → ${target.join('/')}`);
    });
  expect(wrong).toEqual([]);
});

test.each(files)('%s stays under 250 lines', (file) => {
  expect(readFileSync(path.join(src, file), 'utf8').split('\n').length).toBeLessThanOrEqual(251);
});
