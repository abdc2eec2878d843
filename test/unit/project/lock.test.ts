import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock, whileLocked } from '../../../src/project/lock.ts';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-lock-'));
  lock = path.join(folder, 'secrets.json.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const self = { pid: 7, startTime: 1 };
const isAlive = ({ pid }: { readonly pid: number }): boolean => pid === self.pid;
const take = () => takeLock(lock, { ...self, root: folder }, isAlive);

test.each([
  ['a folder', () => mkdirSync(lock), /EISDIR/],
  ['a link to nowhere', () => symlinkSync(path.join(folder, 'nowhere'), lock), /ENOENT/],
])('a lock that cannot be read, %s, is told of and not waited for', (_, make, reason) => {
  make();
  expect(take).toThrow(
    expect.objectContaining({
      failure: { code: 'state-unwritable', path: lock, reason: expect.stringMatching(reason) },
    }),
  );
});

test.each([
  ['a process that is gone', () => JSON.stringify({ pid: 8, startTime: 1, root: folder })],
  ['nobody', () => ''],
])('a lock of %s is taken over, and given back when the work is done', (_, text) => {
  writeFileSync(lock, text());
  const [file, during] = [lock.slice(0, -'.lock'.length), (): readonly string[] => readdirSync(folder)];
  expect(whileLocked(file, { self, isAlive }, during)).toEqual(['secrets.json.lock']);
  expect(during()).toEqual([]);
});

test('a lock of a process that lives is kept', () => {
  expect(take()).toBeUndefined();
  expect(take()).toEqual({ ...self, root: folder });
});
