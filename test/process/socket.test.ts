import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { bin, devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

const CLIENTS = 1_000;
/** What all of them together may cost the supervisor; each of those that do not read has 10 MB to come. */
const MOST_MB = 200;
const LINES = 100_000;

let rig: Rig;
let stack: Running;
const sockets: Socket[] = [];

beforeEach(async () => {
  rig = await createRig();
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, service } from 'devstack';
    export default defineConfig({ name: 'served', resources: { api: service({ dev: ${JSON.stringify(rig.command('api'))} }) } });`,
  );
  stack = devstack(['up'], { cwd: rig.folder, env: rig.env });
  await stack.seen(/all 1 ready/);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  stack.process.kill('SIGTERM');
  await stack.finished;
  await nothingLeft(rig.folder);
  await rig[Symbol.asyncDispose]();
});

const socketPath = (): string => readSession(projectPaths(rig.folder))?.socket ?? '';

/** A connection that was greeted. */
function greeted(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath());
    sockets.push(socket);
    socket.once('data', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed before it was greeted')));
  });
}

/** Bytes in memory. */
const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** As a person does: another process, in time. */
function ps(): readonly string[] {
  const text = execFileSync(process.execPath, [bin, 'ps', '--json'], { cwd: rig.folder, encoding: 'utf8' });
  const { resources } = JSON.parse(text) as {
    readonly resources: readonly { readonly name: string; readonly lifecycle: { readonly kind: string } }[];
  };
  return resources.map(({ name, lifecycle }) => `${name} ${lifecycle.kind}`);
}

test(`${CLIENTS} clients at once, silent, slow, rude and dead: the stack goes on, others are answered, and memory stays`, async () => {
  const before = rssOf(stack.pid);
  const all = await Promise.all(Array.from({ length: CLIENTS }, greeted));
  for (const [index, socket] of all.entries()) {
    socket.on('error', () => undefined);
    if (index % 4 === 0) continue; // it says nothing
    if (index % 4 === 1) socket.write('{"id":1,"kind":"wat'); // and never more
    if (index % 4 === 2) {
      socket.write('{"id":1,"kind":"watch"}\n{"id":2,"kind":"logs","query":{"resources":[],"follow":true}}\n');
      socket.pause();
    }
    if (index % 4 === 3) {
      socket.write('{"id":1,"kind":"watch"}\n\u0000\u0001not json\n{"id":1}\n[]\n');
      // In the middle of its answers, and of a request.
      if (index % 8 === 3) socket.destroy();
      else socket.write('x'.repeat(300_000));
    }
  }
  const api = await rig.next('api');
  await api.do('flood', { lines: LINES, width: 100 });
  expect(ps()).toEqual(['api ready']);
  const restarted = stack.output().length;
  expect(spawnSync(process.execPath, [bin, 'restart', 'api', '--wait'], { cwd: rig.folder }).status).toBe(0);
  await stack.seen(/api +· ready/, restarted);
  expect((rssOf(stack.pid) - before) / 1e6).toBeLessThan(MOST_MB);
}, 120_000);

test('one that sends letter by letter is served when it is done, and holds up nobody', async () => {
  const slow = await greeted();
  const answer = new Promise<string>((resolve) => slow.once('data', (data) => resolve(String(data))));
  slow.setNoDelay(true);
  for (const letter of '{"id":1,"kind":"outline"}') {
    await new Promise<void>((resolve, reject) => slow.write(letter, (error) => (error ? reject(error) : resolve())));
    const other = await greeted();
    other.destroy();
  }
  expect(ps()).toEqual(['api ready']);
  slow.write('\n');
  expect(JSON.parse(await answer)).toMatchObject({ kind: 'outline', id: 1 });
});

test('socket, folder and files are of their owner alone, and other users are not let in', () => {
  const socket = socketPath();
  const { folder } = projectPaths(rig.folder);
  const files = [socket, path.dirname(socket), path.dirname(path.dirname(socket)), folder];
  expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  // Only root can be somebody else.
  if (process.getuid?.() !== 0) return;
  const code = `require('node:net').connect(${JSON.stringify(socket)}).on('error', ({ code }) => console.log(code)).on('connect', () => console.log('in'))`;
  const asNobody = spawnSync('/usr/bin/env', ['node', '-e', code], {
    uid: 65_534,
    gid: 65_534,
    cwd: '/',
    encoding: 'utf8',
  });
  expect(asNobody.stdout).toBe('EACCES\n');
});
