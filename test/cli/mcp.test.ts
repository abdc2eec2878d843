import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../src/system/processes.ts';
import { bin, devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createAgent, type Agent } from '../rig/mcp.ts';
import { createRig, type Child, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';

// An agent beside a stack, in the order it might ask.
const MANY = 200;
const SECRET = 's3cret-value-of-it';
let rig: Rig;
let stack: Running;
let agent: Agent;
let api: Child;

const start = async (): Promise<void> => {
  stack = devstack(['up', 'api', 'seed'], { cwd: rig.folder, env: rig.env });
  api = await rig.next('api');
  await api.do('listen');
  await stack.seen(/ready in/);
};

beforeAll(async () => {
  rig = await createRig();
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service, task, worker } from 'devstack';
console.log('a config that prints');
const token = secret('TOKEN');
const seed = task({ run: 'echo seeding', when: 'manual' });
const broken = task({ run: 'echo it breaks; exit 3', when: 'manual' });
const api = service({
  dev: ${JSON.stringify(rig.command('api'))}, healthcheck: '/',
  env: { TOKEN: token, URL_WITH_IT: \`http://me:\${token}@x\` },
});
const many = Object.fromEntries(
  Array.from({ length: ${MANY} }, (_, index) => ['w' + index, worker({ dev: 'sleep 1000', env: { VALUE: 'v' } })]),
);
export default defineConfig({ name: 'agents', resources: { seed, broken, api, ...many }, groups: { back: [api] } });
`,
  );
  rig.write('.env.local', `TOKEN=${SECRET}\n`);
  agent = await createAgent(rig.folder, rig.env);
});

afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  stack.process.kill('SIGTERM');
  await stack.finished;
  await nothingLeft(rig.folder);
  await until(() => !isAlive(agent.pid));
  await rig[Symbol.asyncDispose]();
});

test('every tool says what it takes, and whether it changes something', async () => {
  const { tools } = await agent.client.listTools();
  const effects = tools.map(({ name, annotations, inputSchema }) => [
    name,
    annotations?.readOnlyHint === true ? 'looks' : annotations?.destructiveHint === true ? 'ends' : 'adds',
    inputSchema.required?.join(' ') ?? '',
  ]);
  expect(effects).toEqual([
    ['status', 'looks', ''],
    ['why', 'looks', 'name'],
    ['logs', 'looks', ''],
    ['search', 'looks', 'pattern'],
    ['env', 'looks', 'name'],
    ['start', 'adds', 'names'],
    ['stop', 'ends', 'names'],
    ['restart', 'ends', 'names'],
    ['run_task', 'ends', 'name'],
    ['up', 'adds', ''],
    ['down', 'ends', ''],
  ]);
});

test('where nothing runs it says so, and what to do', async () => {
  const words = /^agents-[0-9a-f]{6} is not running\.\ndevstack up starts it\.\nHere the tool up does\.$/;
  for (const tool of ['status', 'why', 'restart'])
    expect(await agent.call(tool, given(tool))).toEqual({ text: expect.stringMatching(words), isError: true });
  expect((await agent.call('logs')).text).toMatch(/^\[The stack is not running: .*\]\n\[no lines/);
  function given(tool: string): Readonly<Record<string, unknown>> {
    return tool === 'why' ? { name: 'api' } : tool === 'restart' ? { names: ['api'] } : {};
  }
});

test('status names what is not well first, and is bounded for hundreds', async () => {
  await start();
  const pages = [await agent.call('status')];
  for (let cursor = cursorOf(pages); cursor !== undefined; cursor = cursorOf(pages))
    pages.push(await agent.call('status', { cursor }));
  const rows = pages.flatMap(({ text }) => text.split('\n').slice(1)).filter((row) => !row.startsWith('['));
  expect(rows).toHaveLength(MANY + 3);
  expect(new Set(rows).size).toBe(MANY + 3);
  expect(rows.slice(0, 3)).toEqual([
    'seed (task): done',
    expect.stringMatching(/^api \(service\): ready, http:\/\/localhost:\d+, up /),
    'broken (task): stopped',
  ]);
  for (const { text } of pages) expect(Buffer.byteLength(text)).toBeLessThan(4_000);
  expect((await agent.call('status', { names: ['back'] })).text.split('\n')[1]).toMatch(/^api \(service\): ready/);
  function cursorOf(read: readonly { readonly text: string }[]): string | undefined {
    return /cursor "(\d+)"/.exec(read.at(-1)?.text ?? '')?.[1];
  }
});

test('restart waits until it is ready, and gives the lines of the new run alone', async () => {
  await api.do('out', { text: 'from before\n' });
  const answer = agent.call('restart', { names: ['api'] });
  api = await rig.next('api');
  await api.do('out', { text: `fresh ${SECRET}\n` });
  await api.do('listen');
  const { text, isError } = await answer;
  expect({ isError, lines: text.split('\n').map((line) => line.replace(/^[\d:.]+ /, '')) }).toEqual({
    isError: false,
    lines: [
      expect.stringMatching(/^api \(service\): ready, .*, started again once$/),
      'fresh ***',
      expect.stringMatching(/^\[newer: cursor "p\d+"\]$/),
    ],
  });
});

test('a wait that is over and a task that fails say why, with what the new run printed', async () => {
  const answer = agent.call('restart', { names: ['api'], timeout_seconds: 0 });
  expect(await answer).toEqual({
    text: expect.stringMatching(/^It takes longer than was to be waited/),
    isError: true,
  });
  api = await rig.next('api');
  await api.do('listen');
  await until(async () => (await agent.call('status', { names: ['api'] })).text.includes('ready'));
  const broken = await agent.call('run_task', { name: 'broken' });
  expect(broken.isError).toBe(true);
  expect(broken.text).toMatch(/exited with code 3[\s\S]*it breaks/);
});

test('a task gives its result and what it printed', async () => {
  const { text, isError } = await agent.call('run_task', { name: 'seed' });
  expect({ text, isError }).toEqual({
    text: expect.stringMatching(/^seed \(task\): done.*\n[\d:.]+ seeding\n\[newer: cursor "p\d+"\]$/),
    isError: false,
  });
  expect(await agent.call('run_task', { name: 'api' })).toEqual({
    text: 'run: api is a service; devstack start api starts it',
    isError: true,
  });
});

test('logs and search come in pages that leave nothing out, newest last', async () => {
  const count = 3_000;
  await api.do('flood', { lines: count, width: 60 });
  const numbers = (text: string): number[] => [...text.matchAll(/api (\d{8}) x/g)].map(([, digits]) => Number(digits));
  for (const [tool, given] of [
    ['logs', { names: ['api'], max_bytes: 20_000 }],
    ['search', { pattern: 'api \\d{8}', names: ['api'], max_bytes: 20_000 }],
  ] as const) {
    let found: number[] = [];
    let page = await agent.call(tool, given);
    for (;;) {
      expect(Buffer.byteLength(page.text)).toBeLessThan(21_000);
      found = [...numbers(page.text), ...found];
      const cursor = /older: cursor "(p\d+)"/.exec(page.text)?.[1];
      if (cursor === undefined) break;
      page = await agent.call(tool, { ...given, cursor });
    }
    expect(found).toEqual(Array.from({ length: count }, (_, index) => index));
  }
});

test('a cursor leads to what came since', async () => {
  const { text } = await agent.call('logs', { names: ['api'], max_bytes: 500 });
  const cursor = /newer: cursor "(p\d+)"/.exec(text)?.[1];
  await api.do('out', { text: 'came since\n' });
  let newer = '';
  await until(async () => (newer = (await agent.call('logs', { cursor })).text).includes('came since'));
  expect(newer).toMatch(/^[\d:.]+ came since\n\[newer: cursor "p\d+"\]$/);
  expect(await agent.call('logs', { cursor: 'p999999' })).toEqual({
    text: 'The cursor p999999 is not known any more. Ask again without it.',
    isError: true,
  });
});

test('a pattern that never ends is ended', async () => {
  await api.do('out', { text: `${'a'.repeat(60)}b\n` });
  await until(async () => (await agent.call('search', { pattern: 'a{60}b' })).text.includes('aaab'));
  const { text, isError } = await agent.call('search', { pattern: '^(a+)+$' });
  expect({ text, isError }).toEqual({ text: 'The pattern ^(a+)+$ takes too long. Make it simpler.', isError: true });
  expect((await agent.call('search', { pattern: '(' })).text).toMatch(/no regular expression/);
});

test('nor does a page of it that is turned to with logs', async () => {
  const pattern = '^(z+)+$';
  const { text: first } = await agent.call('search', { pattern });
  const cursor = /newer: cursor "(p\d+)"/.exec(first)?.[1];
  await api.do('out', { text: `${'z'.repeat(60)}b\n` });
  await until(async () => (await agent.call('search', { pattern: 'z{60}b' })).text.includes('zzzb'));
  expect(await agent.call('logs', { cursor })).toEqual({
    text: 'The pattern ^(z+)+$ takes too long. Make it simpler.',
    isError: true,
  });
});

test('a secret shows up nowhere', async () => {
  await api.do('out', { text: `the token is ${SECRET}\n` });
  await until(async () => (await agent.call('logs', { names: ['api'] })).text.includes('the token is'));
  const answers = [
    await agent.call('env', { name: 'api' }),
    await agent.call('logs', { all: true, max_bytes: 32_000 }),
    await agent.call('search', { pattern: 'token' }),
    await agent.call('why', { name: 'api' }),
  ];
  expect(answers[0]?.text).toMatch(/^PORT=\d+\nTOKEN=\*\*\*\nURL_WITH_IT=http:\/\/me:\*\*\*@x$/);
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  expect(await agent.call('env', { name: 'api', reveal: true })).toEqual({
    text: 'there is no argument "reveal"; there are: name, cursor',
    isError: true,
  });
});

test('names that are not there, and arguments that are wrong, are answered with what there is', async () => {
  expect((await agent.call('why', { name: 'apo' })).text).toBe(
    'why apo: no resource or group "apo". Did you mean "api"? Groups: back.',
  );
  expect((await agent.call('restart', { names: [] })).text).toBe('"names" must be a list of names');
  expect((await agent.call('logs', { max_bytes: 1e9 })).text).toBe('"max_bytes" must be a number from 500 to 32000');
  await expect(agent.client.callTool({ name: 'reveal', arguments: {} })).rejects.toThrow(/there is no tool "reveal"/);
});

test('stopping and starting wait for it', async () => {
  expect((await agent.call('stop', { names: ['api'] })).text).toMatch(/^api \(service\): stopped/);
  const answer = agent.call('start', { names: ['back'] });
  api = await rig.next('api');
  await api.do('listen');
  expect((await answer).text).toMatch(/^api \(service\): ready/);
});

test('a client that goes while it waits ends the server, and what was asked for goes on', async () => {
  const child = spawn(process.execPath, [bin, 'mcp'], { cwd: rig.folder, stdio: ['pipe', 'ignore', 'inherit'] });
  const params = { name: 'restart', arguments: { names: ['api'] } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })}\n`);
  api = await rig.next('api');
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
  await api.do('listen');
  await until(async () => (await agent.call('status', { names: ['api'] })).text.includes('ready'));
});

test('a stack that was started anew meanwhile is found again', async () => {
  stack.process.kill('SIGTERM');
  await stack.finished;
  expect((await agent.call('status')).isError).toBe(true);
  await start();
  expect((await agent.call('status', { names: ['api'] })).text).toMatch(/api \(service\): ready/);
});

test('up starts it in the background, and down ends it', async () => {
  expect((await agent.call('down')).text).toMatch(/: stopped$/);
  await stack.finished;
  const answer = agent.call('up', { names: ['api'] });
  api = await rig.next('api');
  await api.do('listen');
  expect((await answer).text).toMatch(/^api \(service\): ready/);
  expect((await agent.call('up', { names: ['api'] })).text).toMatch(/^api \(service\): ready/);
  expect((await agent.call('down')).text).toMatch(/: stopped$/);
  await api.gone;
});

test('what a config prints does not get between the messages', async () => {
  await agent.call('env', { name: 'api' });
  expect(agent.talk()).toContain('a config that prints');
  expect(agent.talk()).not.toContain('mcp:');
});

test('garbage is passed over, and the end of its input ends it', async () => {
  const child = spawn(process.execPath, [bin, 'mcp'], { cwd: rig.folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const ping = { jsonrpc: '2.0', id: 7, method: 'ping' };
  child.stdin.write(`garbage\n{"jsonrpc":"2.0"}\n\u0000\n${JSON.stringify(ping)}\n`);
  await until(() => stdout.includes('\n'));
  expect(JSON.parse(stdout)).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  expect(stderr).toMatch(/^mcp: /);
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
