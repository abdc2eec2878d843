import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginInstance } from '../../../src/cli/begin.ts';
import { createContext } from '../../../src/cli/context.ts';
import { ensureProjectFolder, projectPaths, runtimeFolder } from '../../../src/project/paths.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-begin-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a start removes what a dead one left, and nothing of another that begins at the same time', async () => {
  const env = { XDG_STATE_HOME: path.join(folder, 'state'), XDG_RUNTIME_DIR: folder };
  writeFileSync(path.join(folder, 'devstack.config.mjs'), '');
  const paths = projectPaths(folder);
  ensureProjectFolder(paths);
  const dead = { instance: 'shop-1f2e3d', stack: 'shop', root: folder, version: '1', id: 'shop-1f2e3d-00000001' };
  writeFileSync(
    paths.session,
    JSON.stringify({ ...dead, socket: '', since: 0, pid: 7, startTime: 1, boot: 'another' }),
  );
  const runtime = runtimeFolder(dead.instance, env);
  for (const id of [dead.id, 'shop-1f2e3d-00000002']) mkdirSync(path.join(runtime, id));
  writeFileSync(path.join(runtime, 'sock'), '');
  const never = () => Promise.reject(new Error('nothing is shown'));
  await beginInstance({ ...createContext('1', never, never), cwd: folder, env }, {});
  expect(readdirSync(runtime).toSorted()).toEqual(['shop-1f2e3d-00000002', 'sock']);
});
