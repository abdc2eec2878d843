import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packContext, readContext } from '../../../src/drivers/container/build/context.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-context-'));
  write('Dockerfile', 'FROM scratch');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

const namesOf = async (dockerfile?: string) => (await readContext(folder, dockerfile))?.entries.map(({ name }) => name);
const hashOf = async () => (await readContext(folder))?.hash;

test('rules are those of Docker: exceptions count, and the Dockerfile is always sent', async () => {
  for (const name of ['a/b/c.log', 'a/keep.txt', 'a/other.txt', 'b.log']) write(name, '');
  write('.dockerignore', '*\n!a\na/other.txt\n**/*.log\n');
  expect(await namesOf()).toEqual(['Dockerfile', 'a', 'a/b', 'a/keep.txt']);
});

test('a Dockerfile in an ignored folder is sent, without its neighbours', async () => {
  write('deploy/Dockerfile', 'FROM scratch');
  write('deploy/secret.txt', '');
  write('.dockerignore', 'deploy\n');
  expect(await namesOf('deploy/Dockerfile')).toEqual(['.dockerignore', 'Dockerfile', 'deploy/Dockerfile']);
});

test('content, mode, name and the target of a link make another hash', async () => {
  write('run.sh', 'one');
  symlinkSync('run.sh', path.join(folder, 'link'));
  const hashes = [await hashOf()];
  write('run.sh', 'two');
  hashes.push(await hashOf());
  chmodSync(path.join(folder, 'run.sh'), 0o755);
  hashes.push(await hashOf());
  rmSync(path.join(folder, 'link'));
  symlinkSync('Dockerfile', path.join(folder, 'link'));
  hashes.push(await hashOf(), await hashOf());
  expect(new Set(hashes).size).toBe(4);
});

test('a file that is gone when it is to be sent ends the archive with the reason', async () => {
  write('gone.txt', 'text');
  const context = await readContext(folder);
  rmSync(path.join(folder, 'gone.txt'));
  if (!context) throw new Error('no context');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await expect(pipeline(packContext(context), nowhere)).rejects.toThrow(/ENOENT.*gone\.txt/);
});
