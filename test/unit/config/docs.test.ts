import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the config reference says what the doc comments say', async () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/docs.ts', '--check'], { cwd: root });
  await expect(run).resolves.toEqual({ stdout: '', stderr: '' });
});
