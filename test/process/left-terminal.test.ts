import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveBack } from '../../src/cli/left-terminal.ts';
import { openDevice, writeSome } from '../../src/output/unwaiting.ts';
import { LEAVE } from '../../src/tui/terminal/modes.ts';
import { until } from '../rig/until.ts';

let folder: string;
/** In place of a terminal: what it takes is limited as well, and it is read when the test wants to. */
let device: string;
let reader: number;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'devstack-left-'));
  device = path.join(folder, 'device');
  execFileSync('mkfifo', [device]);
  reader = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
});

afterEach(() => {
  closeSync(reader);
  rmSync(folder, { recursive: true });
});

function readAll(): string {
  const bytes = Buffer.alloc(1024 * 1024);
  try {
    return bytes.toString('utf8', 0, readSync(reader, bytes));
  } catch {
    return ''; // nothing is there
  }
}

test('a terminal that takes nothing is given back when it does, and nobody waits meanwhile', async () => {
  const full = openDevice(device) ?? -1;
  const block = Buffer.alloc(1024, 'x');
  while (writeSome(full, block) > 0);
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  giveBack(device);
  // It has tried, and others had their turn.
  await until(() => turns > 100);
  clearInterval(turning);
  expect(readAll()).toMatch(/^x+$/);
  await until(() => readAll() === LEAVE);
  closeSync(full);
});

test('one that is gone is left', () => {
  rmSync(device);
  giveBack(device);
  expect(readAll()).toBe('');
});
