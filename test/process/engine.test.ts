import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, EngineEvent, LogLine } from '../../src/core/engine.ts';
import type { Resource } from '../../src/core/stack.ts';
import type { LogTail, Viewing } from '../../src/core/viewing.ts';
import { connectEngine, type EngineClient } from '../../src/daemon/client.ts';
import { serveEngine, type EngineServer } from '../../src/daemon/server.ts';
import { createEngine, type LocalEngine } from '../../src/engine/local.ts';
import { createLogHub, type LogHub } from '../../src/logs/hub.ts';
import { createFakeParts } from '../rig/fake-driver.ts';
import { on, processResource, stackOf, taskResource } from '../rig/stack.ts';
import { until } from '../rig/until.ts';
import { viewingOf } from '../rig/viewing.ts';

let folder: string;
let hub: LogHub;
let local: LocalEngine;
let server: EngineServer;
let clients: EngineClient[];
let rig: ReturnType<typeof createFakeParts>;

function start(resources: readonly Resource[]): void {
  rig = createFakeParts();
  local = createEngine(stackOf(resources), rig.parts, hub);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-engine-'));
  hub = createLogHub({ folder: path.join(folder, 'logs'), maxBytes: 0, onProblem: () => undefined });
  clients = [];
});

afterEach(async () => {
  await local.send({ kind: 'quit' });
  await local.ended;
  for (const client of clients) client.close();
  await server?.close();
  hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const socketPath = (): string => path.join(folder, 'sock');

async function overSocket(change: Partial<Viewing> = {}): Promise<EngineClient> {
  const viewing = viewingOf(local, hub, change);
  server = await serveEngine({ engine: local, viewing }, { socket: socketPath(), instance: 'test-000000' });
  const client = await connectEngine(socketPath());
  if (!client) throw new Error('no answer');
  clients.push(client);
  return client;
}

/** One suite for both ways to an engine: that is what keeps "the same interface" true. */
describe.each([
  ['local', () => Promise.resolve<Engine>(local)],
  ['socket', () => overSocket()],
])('%s engine', (_name, reach) => {
  test('a snapshot comes first, then what changes, then the end', async () => {
    start([processResource('db'), processResource('api', { dependencies: [on('db')] })]);
    const engine = await reach();
    const events: EngineEvent[] = [];
    const watching = (async () => {
      for await (const event of engine.watch(new AbortController().signal)) events.push(event);
    })();
    await until(() => events.length > 0);
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    await rig.next('db');
    await rig.next('api');
    await engine.send({ kind: 'quit' });
    await watching.catch(() => undefined);
    expect(events[0]?.kind).toBe('snapshot');
    const moves = events.flatMap((event) =>
      event.kind === 'status' ? [`${event.status.name} ${event.status.lifecycle.kind}`] : [],
    );
    const steps = moves.filter((move, index) => moves.indexOf(move) === index && !move.endsWith('idle'));
    expect(steps).toEqual(['db starting', 'db ready', 'api starting', 'api ready', 'api stopping', 'db stopping']);
    expect(events.at(-1)?.kind).toBe('ended');
  });

  test('a secret in the words of a failure, a probe or a runtime does not leave', async () => {
    hub.masker.add(['s3cret-value']);
    start([processResource('api', { restart: 'no' })]);
    const engine = await reach();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of engine.watch(new AbortController().signal)) seen.push(JSON.stringify(event));
    })();
    await until(() => seen.length > 0);
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    sink.progress('connecting to me:s3cret-value@db');
    await until(() => seen.some((text) => text.includes('me:***@db')));
    const reason = 'no login with s3cret-value';
    sink.exited({ kind: 'not-started', failure: { code: 'spawn-failed', resource: 'api', reason } });
    local.trouble('api', {
      code: 'build-failed',
      resource: 'api',
      command: 's3cret-value',
      exit: { kind: 'code', code: 1 },
    });
    await until(() => seen.some((text) => text.includes('build-failed')));
    expect(local.snapshot().statuses[0]).toMatchObject({
      lifecycle: { kind: 'failed', failure: { code: 'spawn-failed', resource: 'api', reason: 'no login with ***' } },
      trouble: { command: '***' },
    });
    await engine.send({ kind: 'quit' });
    await watching.catch(() => undefined);
    expect(seen.join('\n')).not.toContain('s3cret-value');
  });

  test('how much of a start is done is told beside the words, and gone with them', async () => {
    start([processResource('api')]);
    const engine = await reach();
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    sink.progress('pulling thing:1 (1 of 4 MB)', 0.25);
    expect(local.snapshot().statuses[0]).toMatchObject({
      progress: 'pulling thing:1 (1 of 4 MB)',
      progressShare: 0.25,
    });
    sink.progress('creating its container');
    expect(local.snapshot().statuses[0]).not.toHaveProperty('progressShare');
    sink.progress('pulling thing:2', 0.5);
    sink.started({});
    expect(local.snapshot().statuses[0]).not.toHaveProperty('progressShare');
  });

  test('an unknown name is refused with what is known', async () => {
    start([processResource('api')]);
    const engine = await reach();
    expect(await engine.send({ kind: 'stop', names: ['nope'] })).toEqual({
      kind: 'refused',
      failure: { code: 'unknown-name', command: 'stop', name: 'nope', resources: ['api'], groups: [] },
    });
  });

  test('a restart is another run, a stop keeps it down', async () => {
    start([processResource('api')]);
    const engine = await reach();
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    expect((await rig.next('api')).spec.run).toBe(1);
    await engine.send({ kind: 'restart', names: ['api'], cause: { kind: 'asked' } });
    expect((await rig.next('api')).spec.run).toBe(2);
    await engine.send({ kind: 'stop', names: ['api'] });
    await until(() => local.snapshot().statuses[0]?.lifecycle.kind === 'idle');
  });

  test('debugging is a restart with an inspector that later runs keep, until it is turned off', async () => {
    start([processResource('api'), taskResource('migrate')]);
    const engine = await reach();
    const at = (port: number): object => ({ DEVSTACK_INSPECT_PORT: String(port) });
    const notices: string[] = [];
    const watching = (async () => {
      for await (const event of engine.watch(new AbortController().signal))
        if (event.kind === 'notice') notices.push(event.text);
    })();
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    expect((await rig.next('api')).spec.env['NODE_OPTIONS']).toBeUndefined();
    await engine.send({ kind: 'debug', name: 'api', port: 'auto' });
    expect((await rig.next('api')).spec.env).toMatchObject({
      NODE_OPTIONS: '--require="/bin/inspect.cjs"',
      ...at(9229),
    });
    expect(local.snapshot().statuses[0]?.debugPort).toBe(9229);
    await until(() => notices.length === 1);
    expect(notices[0]).toMatch(/node inspect 127\.0\.0\.1:9229/);
    await engine.send({ kind: 'restart', names: ['api'], cause: { kind: 'asked' } });
    expect((await rig.next('api')).spec.env).toMatchObject(at(9229));
    await engine.send({ kind: 'debug', name: 'api', port: 'auto' });
    await engine.send({ kind: 'debug', name: 'api', port: 9333 });
    const debugged = await rig.next('api');
    expect(debugged.spec).toMatchObject({ run: 4, env: at(9333) });
    await engine.send({ kind: 'debug', name: 'api', port: 'off' });
    expect((await rig.next('api')).spec.env['NODE_OPTIONS']).toBeUndefined();
    expect(local.snapshot().statuses[0]).not.toHaveProperty('debugPort');
    expect(await engine.send({ kind: 'debug', name: 'migrate', port: 'auto' })).toMatchObject({
      failure: { code: 'wrong-kind', command: 'debug', name: 'migrate', kind: 'task' },
    });
    await engine.send({ kind: 'quit' });
    await watching.catch(() => undefined);
  });

  test('watching is turned off and on for what watches files, and for nothing else', async () => {
    const watch = { base: '/', paths: ['src'], ignore: [], debounceMs: 0 };
    start([processResource('api', { watch }), processResource('db')]);
    const engine = await reach();
    const watching = (): unknown => local.snapshot().statuses.map((status) => status.watching);
    expect(watching()).toEqual([true, undefined]);
    expect(await engine.send({ kind: 'watch', names: ['api'], on: false })).toEqual({ kind: 'accepted' });
    expect(watching()).toEqual([false, undefined]);
    await engine.send({ kind: 'watch', names: ['api'], on: true });
    expect(watching()).toEqual([true, undefined]);
    expect(await engine.send({ kind: 'watch', names: ['db'], on: false })).toMatchObject({
      failure: { code: 'wrong-kind', reason: 'it watches no files' },
    });
  });

  test('a port is moved only where it is taken', async () => {
    start([processResource('api')]);
    const engine = await reach();
    expect(await engine.send({ kind: 'move-port', name: 'api' })).toMatchObject({
      failure: { code: 'wrong-kind', reason: 'a port is moved only when it is taken' },
    });
  });

  test('a task runs again on request', async () => {
    start([taskResource('migrate')]);
    const engine = await reach();
    await engine.send({ kind: 'run', name: 'migrate' });
    (await rig.next('migrate')).sink.exited({ kind: 'code', code: 0 });
    await engine.send({ kind: 'run', name: 'migrate' });
    expect((await rig.next('migrate')).spec.run).toBe(2);
  });

  test('lines of the past and those to come arrive once and in order', async () => {
    start([processResource('api')]);
    const engine = await reach();
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    for (let index = 0; index < 500; index++) sink.output(Buffer.from(`line ${index}\n`));
    const lines: LogLine[] = [];
    const abort = new AbortController();
    const following = (async () => {
      for await (const batch of engine.logs({ resources: ['api'], follow: true }, abort.signal)) lines.push(...batch);
    })();
    await until(() => lines.length === 500);
    for (let index = 500; index < 1000; index++) sink.output(Buffer.from(`line ${index}\n`));
    await until(() => lines.length === 1000);
    abort.abort();
    await following;
    expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 1000 }, (_, index) => `line ${index}`));
  });

  test('a secret shows in no line', async () => {
    start([processResource('api')]);
    hub.masker.add(['very-secret-value']);
    const engine = await reach();
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    sink.output(Buffer.from('token very-sec'));
    sink.output(Buffer.from('ret-value end\n'));
    const lines: string[] = [];
    await until(async () => {
      lines.length = 0;
      for await (const batch of engine.logs({ resources: [], follow: false }, new AbortController().signal))
        lines.push(...batch.map(({ text }) => text));
      return lines.length > 0;
    });
    expect(lines).toEqual(['token *** end']);
  });
});

describe('the socket', () => {
  const send = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(socketPath());
      let seen = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        seen += chunk;
        if (seen.split('\n').length > 2) socket.end();
      });
      socket.on('close', () => resolve(seen));
      socket.on('error', () => resolve(seen));
      socket.write(text);
    });

  test('belongs to its owner only', async () => {
    start([processResource('api')]);
    await overSocket();
    expect(statSync(socketPath()).mode & 0o077).toBe(0);
  });

  test.each([
    ['garbage', 'not json\n', 'not a JSON object'],
    ['no id', '{"kind":"watch"}\n', 'id must be a whole number'],
    ['an unknown request', '{"id":1,"kind":"format-disk"}\n', 'unknown request "format-disk"'],
    ['an unknown command', '{"id":1,"kind":"send","command":{"kind":"apply"}}\n', 'unknown command "apply"'],
    [
      'names that are none',
      '{"id":1,"kind":"send","command":{"kind":"stop","names":[1]}}\n',
      'command.names must be a list of names',
    ],
    [
      'a broken pattern',
      '{"id":1,"kind":"logs","query":{"resources":[],"follow":false,"grep":"("}}\n',
      'query.grep must be a regular expression',
    ],
    ['a request without an end', 'x'.repeat(300_000), 'request too long'],
  ])('answers %s and goes on serving others', async (_title, text, reason) => {
    start([processResource('api')]);
    const engine = await overSocket();
    const answer = await send(text);
    expect(JSON.parse(answer.split('\n')[1] ?? '')).toMatchObject({ kind: 'bad-request', reason });
    expect(await engine.send({ kind: 'up', names: ['api'], deps: true })).toEqual({ kind: 'accepted' });
  });

  test('a client that never reads holds up nobody', async () => {
    start([processResource('api')]);
    const engine = await overSocket();
    const rude = connect(socketPath());
    rude.pause();
    rude.write('{"id":1,"kind":"watch"}\n{"id":2,"kind":"logs","query":{"resources":[],"follow":true}}\n');
    await engine.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    const block = Buffer.from(`${'x'.repeat(1000)}\n`.repeat(100));
    for (let index = 0; index < 200; index++) sink.output(block);
    let count = 0;
    for await (const batch of engine.logs({ resources: [], follow: false }, new AbortController().signal))
      count += batch.length;
    expect(count).toBe(20_000);
    rude.destroy();
  });

  test('what viewers ask for comes across as it is', async () => {
    start([processResource('api', { env: { KEY: ['s3cret'] } })]);
    const asked: string[] = [];
    const { view } = await overSocket({
      write: (name, text) => asked.push(`write ${name} ${text}`) > 0,
      resize: (name, columns, rows) => asked.push(`resize ${name} ${columns} ${rows}`) < 0,
      reload: () => Promise.resolve({ kind: 'refused', failure: { code: 'not-running', instance: 'x' } }),
    });
    const viewing = viewingOf(local, hub);
    expect(await view.outline()).toEqual(JSON.parse(JSON.stringify(viewing.outline())));
    expect(JSON.stringify(await view.outline())).not.toContain('s3cret');
    expect(await view.env('api')).toEqual(viewing.env('api'));
    expect(await view.card('api')).toEqual(viewing.card('api'));
    expect(await view.journal()).toEqual(viewing.journal());
    expect(await view.usage()).toEqual(await viewing.usage());
    expect([await view.write('api', 'x\n'), await view.resize('api', 80, 24)]).toEqual([true, false]);
    expect(asked).toEqual(['write api x\n', 'resize api 80 24']);
    expect(await view.reload()).toMatchObject({ kind: 'refused', failure: { code: 'not-running' } });
  });

  test('who asks between two of many events is answered', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `worker-${index}`);
    start(names.map((name) => processResource(name)));
    const engine = await overSocket();
    const over = new AbortController();
    let seen = 0;
    for await (const event of engine.watch(over.signal)) {
      seen += 1;
      // All of them are told while nobody takes the next one.
      if (event.kind === 'snapshot') await local.send({ kind: 'up', names, deps: true });
      expect((await engine.view.card('worker-1')).lastLines).toEqual(['the last of worker-1']);
      if (seen > names.length) over.abort();
    }
    expect(seen).toBe(names.length + 1);
  });

  test('a request that is refused is answered', async () => {
    start([processResource('api')]);
    const { view } = await overSocket();
    await expect(view.resize('api', 80, 0)).rejects.toThrow('columns and rows must be whole numbers');
    await expect(view.terminal('/etc/passwd')).rejects.toThrow('device must be a terminal');
  });

  test('what is pasted comes whole and in order, however much it is', async () => {
    start([processResource('api')]);
    let pasted = '';
    const { view } = await overSocket({
      write(_, text) {
        pasted += text;
        return true;
      },
    });
    // In JSON the first is six times as long; the second is two code units.
    const text = '\u001b'.repeat(100_001) + '😀'.repeat(100_000);
    expect(await Promise.all([view.write('api', text), view.write('api', '!')])).toEqual([true, true]);
    expect(pasted === `${text}!`).toBe(true);
    expect(await view.write('api', '')).toBe(true);
  });

  test('the end is told to who follows the logs, with what came just before it', async () => {
    start([processResource('api')]);
    const { view } = await overSocket();
    const told: LogTail[] = [];
    const following = (async () => {
      for await (const tails of view.tails(new AbortController().signal)) told.push(...tails);
    })();
    await local.send({ kind: 'up', names: ['api'], deps: true });
    const { sink } = await rig.next('api');
    sink.output(Buffer.from('one\n'));
    await until(() => told.at(-1)?.end === 4);
    sink.output(Buffer.from('goodbye\n'));
    await server.close();
    await following;
    expect(told.at(-1)).toMatchObject({ name: 'api', end: 12, stored: 12 });
  });

  test('the terminal of a client that was killed is given back, of one that left it is not', async () => {
    start([processResource('api')]);
    const given: string[] = [];
    const left = await overSocket({ giveBack: (device) => void given.push(device) });
    await left.view.terminal('/dev/pts/901');
    await left.view.terminal('');
    left.close();
    const killed = await connectEngine(socketPath());
    await killed?.view.terminal('/dev/pts/902');
    killed?.close();
    await until(() => given.length > 0);
    expect(given).toEqual(['/dev/pts/902']);
  });

  test('at an orderly end no terminal is given back: who draws on it does that', async () => {
    start([processResource('api')]);
    const given: string[] = [];
    const viewer = await overSocket({ giveBack: (device) => void given.push(device) });
    await viewer.view.terminal('/dev/pts/901');
    await server.close();
    // The end of a connection is told at the end of a turn.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(given).toEqual([]);
  });

  test('who asks and reads no answer is not asked on: nothing piles up for it', async () => {
    start([processResource('api')]);
    const REQUESTS = 20_000;
    let answers = 0;
    const text = 'x'.repeat(10_000);
    const other = await overSocket({
      env() {
        answers += 1;
        return [text];
      },
    });
    const rude = connect(socketPath());
    rude.on('error', () => undefined);
    rude.pause();
    for (let id = 1; id <= REQUESTS; id++) rude.write(`{"id":${id},"kind":"env","name":"api"}\n`);
    await until(() => answers > 0);
    for (let turn = 0; turn < 500; turn++)
      expect(await other.view.card('api')).toEqual({ lastLines: ['the last of api'] });
    // A chunk of requests more than what is held for it.
    expect(answers).toBeLessThan(5_000);
    rude.destroy();
  });
});
