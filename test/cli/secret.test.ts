import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  rig.write('api/package.json', '{}');
  rig.write('api/server.mjs', '');
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, secret, service } from 'devstack';
const api = service({ cwd: './api', dev: 'node server.mjs', env: { STRIPE: secret('STRIPE_KEY'), PLAIN: 'sk_live_abcdef' } });
export default defineConfig({ name: 'shop', resources: { api } });`,
  );
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const run = (...args: readonly string[]) => devstack(args, { cwd: rig.folder, env: rig.env }).finished;
const give = async (value: string, ...args: readonly string[]) => {
  const running = devstack(['secret', 'set', ...args], { cwd: rig.folder, env: rig.env, stdin: 'pipe' });
  running.process.stdin?.end(value);
  return running.finished;
};
const read = (name: string) => readFileSync(path.join(rig.folder, name), 'utf8');

test('a value is read from standard input, kept for its target only, and shown to nobody', async () => {
  expect(await give('for compose\n', 'STRIPE_KEY', '--target', 'compose')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'set STRIPE_KEY for compose\n',
  });
  expect((await give('for dev', 'STRIPE_KEY')).stderr).toBe('set STRIPE_KEY for dev\n');
  expect((await give('changed', 'STRIPE_KEY')).stderr).toBe('changed STRIPE_KEY for dev\n');
  for (const name of ['secrets.json', 'secrets-compose.json'])
    expect(statSync(path.join(rig.folder, '.devstack', name)).mode & 0o777).toBe(0o600);
  expect((await run('secret', 'list')).stdout).toBe('dev         STRIPE_KEY\ncompose     STRIPE_KEY\n');
  expect((await run('env', 'api', '--reveal')).stdout).toContain('STRIPE=changed\n');
  expect((await run('env', 'api')).stdout).not.toContain('changed');

  await run('promote', '--to', 'compose');
  expect(read('deploy/compose/.env')).toContain(`STRIPE_KEY='for compose'\n`);
  expect(read('deploy/compose/compose.yaml')).toContain('STRIPE: ${STRIPE_KEY:?}\n');
  expect((await run('secret', 'rm', 'STRIPE_KEY')).stderr).toBe('removed STRIPE_KEY for dev\n');
  expect(await run('secret', 'list', '--json')).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify([{ name: 'STRIPE_KEY', target: 'compose' }], undefined, 2)}\n`,
  });
});

test('no value, and one that is not there, are told', async () => {
  expect(await give('', 'STRIPE_KEY')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no value for STRIPE_KEY came on standard input'),
  });
  expect(await run('secret', 'rm', 'STRIPE_KEY')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no value for STRIPE_KEY kept for dev'),
  });
});

test('a value that looks like a secret goes where secrets go, and the note says why', async () => {
  const { stderr } = await run('promote', '--to', 'compose');
  expect(stderr).toContain(
    "devstack.config.ts:2  api: env.PLAIN goes to the secrets, since it looks like a key: say secret('PLAIN') or param('PLAIN')",
  );
  expect(stderr).toContain('for example: devstack secret set STRIPE_KEY --target compose');
  expect(read('deploy/compose/.env')).toContain('PLAIN=sk_live_abcdef\n');
  expect(read('deploy/compose/compose.yaml')).not.toContain('sk_live');
});
