import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack, nothingLeft, program, type Running } from '../rig/devstack.ts';
import { blocksOf } from '../rig/docs.ts';
import { createAgent } from '../rig/mcp.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let stack: Running | undefined;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-docs-')));
  stack = undefined;
});

afterEach(async () => {
  stack?.process.kill('SIGTERM');
  await stack?.finished;
  await nothingLeft(folder);
  rmSync(folder, { recursive: true, force: true });
});

test('every command of the getting-started page does what the page says', async () => {
  for (const { language, text, file } of blocksOf('docs/getting-started.md')) {
    if (file !== undefined) writeFileSync(path.join(folder, file), text);
    if (language !== 'sh') continue;
    for (const line of text.trim().split('\n')) {
      const [, ...args] = line.split(' ');
      const running = devstack(args, { cwd: folder });
      if (args[0] === 'up') {
        stack = running;
        await stack.seen(/all 3 ready in/);
      } else expect([line, (await running.finished).code]).toEqual([line, 0]);
    }
  }
  expect((await stack?.finished)?.code).toBe(0);
});

test('a stack is left and come back to as the page about the interface says', async () => {
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, worker } from 'devstack';
export default defineConfig({ name: 'left', onHangup: 'keep', resources: { api: worker({ dev: 'sleep 1000' }) } });`,
  );
  const said: Record<string, string> = {};
  for (const { text } of blocksOf('docs/tui.md').filter(({ language }) => language === 'sh')) {
    for (const line of text.trim().split('\n')) {
      const [, ...args] = line.split(' ');
      const running = devstack(args, { cwd: folder });
      if (args[0] === 'attach') {
        await running.seen(/all 1 ready in/);
        running.process.kill('SIGINT');
      }
      said[line] = `${(await running.finished).code} ${running.output().split('\n', 1)[0]}`;
    }
  }
  expect(said).toEqual({
    'devstack up -d': expect.stringMatching(/^0 left-[0-9a-f]{6}: starting, in the background/),
    'devstack attach': expect.stringMatching(/^130 api +· ready/),
    'devstack down': expect.stringMatching(/^0 left-[0-9a-f]{6}: stopping api$/),
  });
});

test('what the page about other tools shows is what init writes', async () => {
  const blocks = blocksOf('docs/adopt.md');
  const compose = blocks.find(({ file }) => file === 'compose.yaml')?.text ?? '';
  writeFileSync(path.join(folder, 'compose.yaml'), compose);
  for (const { text } of blocks.filter(({ language }) => language === 'sh')) {
    const [, ...args] = text.trim().split(' ');
    expect((await devstack(args, { cwd: folder }).finished).code).toBe(0);
  }
  const config = blocks.find(({ language }) => language === 'ts')?.text;
  expect(readFileSync(path.join(folder, 'devstack.config.mts'), 'utf8')).toBe(config);
});

/** What a page has one type, of a stack that needs no engine. */
async function runPage(page: string, count: number): Promise<void> {
  writeFileSync(path.join(folder, 'package.json'), '{}');
  writeFileSync(path.join(folder, 'server.mjs'), 'setInterval(() => {}, 1e6);');
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, service } from 'devstack';
    export default defineConfig({ name: 'page', resources: { web: service({ dev: 'node server.mjs' }) } });`,
  );
  const lines = blocksOf(page).flatMap(({ language, text }) => (language === 'sh' ? text.trim().split('\n') : []));
  expect(lines).toHaveLength(count);
  // These are in test/docker, with an engine: in promote.test.ts and promoted-build.test.ts.
  for (const line of lines.filter((line) => !/--(?:up|down)$|^devstack build$/.test(line))) {
    const [, ...args] = line.split(' ');
    expect([line, (await devstack(args, { cwd: folder }).finished).code]).toEqual([line, 0]);
  }
}

test('every command of the compose page that needs no engine does what the page says', async () => {
  await runPage('docs/compose.md', 5);
  expect(readFileSync(path.join(folder, 'deploy/compose/compose.yaml'), 'utf8')).toContain('name: page');
});

test('every command of the page about commands does what the page says', async () => {
  for (const { language, text, file } of blocksOf('docs/commands.md')) {
    if (file !== undefined) writeFileSync(path.join(folder, file), text);
    if (language !== 'sh') continue;
    for (const line of text.trim().split('\n')) {
      // As a person types it: with a pipe, and `devstack` where a shell finds it.
      const env = { PATH: `${path.dirname(program)}:${process.env['PATH'] ?? ''}` };
      const { code, stdout, stderr } = await devstack([line], { cwd: folder, node: 'sh', bin: '-ec', env }).finished;
      expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
      expect([line, stdout + stderr]).toEqual([line, expect.not.stringContaining('s3cret')]);
    }
  }
});

test('every command there is is in a block of some page', async () => {
  const { stdout } = await devstack(['--help'], { cwd: folder }).finished;
  const there = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const shown = documents.flatMap((document) =>
    blocksOf(document).flatMap(({ language, text }) =>
      // Agents and editors start theirs by a file of JSON.
      [...text.matchAll(language === 'json' ? /"devstack", "([a-z]+)"/g : /devstack ([a-z]+)/g)].map(
        ([, name = '']) => name,
      ),
    ),
  );
  expect(there.filter((name) => name !== 'help' && !shown.includes(name))).toEqual([]);
});

test('every command of the page about instances does what the page says', async () => {
  await runPage('docs/instances.md', 6);
  expect(readdirSync(path.join(folder, '.devstack'))).not.toContain('instances');
});

test('every command of the page about tests does what the page says', async () => {
  writeFileSync(path.join(folder, 'package.json'), '{"scripts":{"test":"node check.mjs"}}');
  writeFileSync(
    path.join(folder, 'check.mjs'),
    'if ((await fetch(process.env.API_URL)).status !== 200) process.exit(1);',
  );
  writeFileSync(
    path.join(folder, 'server.mjs'),
    "import http from 'node:http'; http.createServer((_, answer) => answer.end('hi')).listen(process.env.PORT);",
  );
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, service } from 'devstack';
    const api = service({ dev: 'node server.mjs', healthcheck: '/' });
    export default defineConfig({ name: 'page', resources: { api } });`,
  );
  const lines = blocksOf('docs/testing.md').flatMap(({ language, text }) =>
    language === 'sh' ? text.trim().split('\n') : [],
  );
  expect(lines).toEqual(['devstack test -- npm test']);
  for (const line of lines) {
    const [, ...args] = line.split(' ');
    expect([line, (await devstack(args, { cwd: folder }).finished).code]).toEqual([line, 0]);
  }
  for (const { text, file } of blocksOf('docs/testing.md'))
    if (file !== undefined) writeFileSync(path.join(folder, file), text);
  const packages = path.join(folder, 'node_modules');
  mkdirSync(packages);
  symlinkSync(repository, path.join(packages, 'devstack'));
  symlinkSync(path.join(repository, 'node_modules/vitest'), path.join(packages, 'vitest'));
  const vitest = { cwd: folder, bin: path.join(packages, 'vitest/vitest.mjs') };
  const { code, stdout, stderr } = await devstack(['run', 'api.test.ts'], vitest).finished;
  expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/Tests +1 passed/), expect.any(String)]);
  expect(readdirSync(path.join(folder, '.devstack'))).not.toContain('instances');
});

test('every command of the Kubernetes page does what the page says', async () => {
  await runPage('docs/kubernetes.md', 5);
  expect(readFileSync(path.join(folder, 'deploy/k8s/base/web/deployment.yaml'), 'utf8')).toContain('name: web');
});

test('every set-up of a client starts the server', async () => {
  writeFileSync(
    path.join(folder, 'devstack.config.ts'),
    `import { defineConfig, worker } from 'devstack';
    export default defineConfig({ name: 'page', resources: { job: worker({ dev: 'sleep 1000' }) } });`,
  );
  const blocks = blocksOf('docs/agents.md');
  const commands = blocks.flatMap(({ language, text }) => {
    if (language === 'toml') return [tomlCommand(text)];
    if (language !== 'json') return [];
    const { mcpServers, servers } = JSON.parse(text);
    return [(mcpServers ?? servers).devstack];
  });
  expect(commands).toHaveLength(4);
  for (const { command, args } of commands) {
    expect([command, args[0]]).toEqual(['npx', 'devstack']);
    await using agent = await createAgent(folder, {}, args.slice(1));
    expect((await agent.call('status')).text).toMatch(/^page-[0-9a-f]{6} is not running\./);
  }
});

function tomlCommand(text: string): { readonly command: string; readonly args: readonly string[] } {
  const value = (key: string): string => new RegExp(`^${key} = (.*)$`, 'm').exec(text)?.[1] ?? '';
  return { command: JSON.parse(value('command')), args: JSON.parse(value('args')) };
}

test('the page about agents names the tools there are', async () => {
  const text = readFileSync(path.join(repository, 'docs/agents.md'), 'utf8');
  const named = [...text.matchAll(/^\| `(.*?) +\|/gm)].flatMap(([, cell = '']) =>
    [...`\`${cell}`.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  await using agent = await createAgent(folder);
  expect(named).toEqual((await agent.client.listTools()).tools.map(({ name }) => name));
});

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(documents)('every config shown in %s is a valid one', async (document) => {
  writeFileSync(path.join(folder, 'schema.sql'), '');
  for (const { language, text } of blocksOf(document)) {
    if (language !== 'ts' || !text.includes('defineConfig({') || !text.includes('import ')) continue;
    writeFileSync(path.join(folder, 'devstack.config.ts'), text);
    const { code, stdout, stderr } = await devstack(['check'], { cwd: folder }).finished;
    expect([text, code, stdout + stderr]).toEqual([text, 0, expect.stringMatching(/^devstack\.config\.ts/)]);
  }
});

test.each(documents)('every piece of TypeScript shown in %s is TypeScript', async (document) => {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url);
  for (const { language, text } of blocksOf(document)) {
    if (language !== 'ts' && language !== 'js') continue;
    expect(jiti.transform({ source: text, ts: true, filename: 'block.ts' }).length).toBeGreaterThan(0);
  }
});

test.each(documents)('every command shown in %s exists', async (document) => {
  const text = readFileSync(path.join(repository, document), 'utf8');
  const commands = new Set([...text.matchAll(/`devstack ([a-z]+)[^`]*`/g)].map(([, name = '']) => name));
  const { stdout } = await devstack(['--help'], { cwd: folder }).finished;
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
});

test.each(documents)('links to files in %s lead somewhere', (document) => {
  const text = readFileSync(path.join(repository, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
  for (const link of links)
    expect([link, readFileSync(path.resolve(repository, path.dirname(document), link)).length > 0]).toEqual([
      link,
      true,
    ]);
});
