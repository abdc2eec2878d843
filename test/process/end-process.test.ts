import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endProcess } from '../../src/cli/end-process.ts';

const LISTENS = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

test('what has a port is ended, and nothing else that got its number', async () => {
  const child = spawn(process.execPath, ['-e', LISTENS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const pid = child.pid ?? 0;
  const [first]: unknown[] = await once(child.stdout, 'data');
  const port = Number(String(first));
  expect(await endProcess(pid, port === 1 ? 2 : 1)).toMatch(/does not have port \d any more/);
  expect(child.exitCode ?? child.signalCode).toBeNull();
  expect(await endProcess(pid, port)).toBe(`process ${pid} has ended`);
  expect(await ended).toEqual([null, 'SIGTERM']);
});
