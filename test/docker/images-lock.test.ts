import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { describeDocker } from './engine-rig.ts';
import { LOGIN, startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

const repository = path.resolve(import.meta.dirname, '../..');

describeDocker('devstack images update', () => {
  let open: Registry;
  let guarded: Registry;
  let root: string;
  let home: string;
  beforeAll(async () => {
    [open, guarded] = await Promise.all([startRegistry('open'), startRegistry('private')]);
  });
  afterAll(() => Promise.all([open.close(), guarded.close()]));
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'devstack-lock-'));
    home = mkdtempSync(path.join(tmpdir(), 'devstack-docker-config-'));
    mkdirSync(path.join(root, 'node_modules'));
    symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
  });
  afterEach(() => {
    for (const folder of [root, home]) rmSync(folder, { recursive: true, force: true });
  });

  const config = (images: readonly string[]): void =>
    writeFileSync(
      path.join(root, 'devstack.config.ts'),
      `import { defineConfig, service } from 'devstack';
      export default defineConfig({ name: 'locked', resources: {
        ${images.map((image, index) => `s${index}: service({ image: '${image}' })`).join(', ')} } });`,
    );
  const update = () => devstack(['images', 'update'], { cwd: root, env: { DOCKER_CONFIG: home } }).finished;
  const file = () => path.join(root, 'devstack.images.lock');
  const entries = () =>
    readFileSync(file(), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));

  test('tags get the digest their registry knows them by, with its log-in; nothing is pulled', async () => {
    const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    writeFileSync(path.join(home, 'config.json'), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
    config([`${open.host}/thing:1`, `${guarded.host}/thing:1`]);
    let layers = 0;
    for (const registry of [open, guarded]) registry.onLayer = () => Promise.resolve(void (layers += 1));
    const { code, stdout, stderr } = await update();
    expect([code, stdout, code === 0 ? '' : stderr]).toEqual([0, '', '']);
    expect(entries()).toEqual(
      [`${open.host}/thing:1: ${open.digest}`, `${guarded.host}/thing:1: ${guarded.digest}`].toSorted(),
    );
    expect(layers).toBe(0);
    const before = readFileSync(file(), 'utf8');
    expect((await update()).stderr).toContain(`as before  ${open.host}/thing:1\n`);
    expect(readFileSync(file(), 'utf8')).toBe(before);
    const shown = await devstack(['promote', '--to', 'compose', '--stdout'], { cwd: root }).finished;
    expect(shown.stdout).toContain(`image: ${open.host}/thing:1@${open.digest}\n`);
  });

  test('what cannot be asked for is named and stays as it was; what is not used goes', async () => {
    const [offline, gone] = ['127.0.0.1:1/thing:1', '127.0.0.1:1/gone:1'];
    const old = `sha256:${'0'.repeat(64)}`;
    writeFileSync(file(), `${gone}: ${old}\n${offline}: ${old}\n`);
    config([`${open.host}/thing:1`, `${open.host}/thing:2`, `${guarded.host}/thing:1`, offline]);
    const { code, stderr } = await update();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^127\.0\.0\.1:1\/thing:1: .*refused/m);
    expect(stderr).toMatch(new RegExp(`^${guarded.host}/thing:1: .*(?:unauthorized|credentials|denied)`, 'im'));
    expect(stderr).toMatch(new RegExp(`^${open.host}/thing:2: .*(?:unknown|not found)`, 'im'));
    expect(stderr).toContain(`removed    ${gone}\n`);
    expect(entries()).toEqual([`${offline}: ${old}`, `${open.host}/thing:1: ${open.digest}`].toSorted());
  });

  test('with nothing to lock there is no file', async () => {
    writeFileSync(file(), `127.0.0.1:1/gone:1: sha256:${'0'.repeat(64)}\n`);
    config([`${open.host}/thing@${open.digest}`]);
    expect((await update()).code).toBe(0);
    expect(existsSync(file())).toBe(false);
  });

  test('without an engine nothing is asked and nothing changes', async () => {
    config([`${open.host}/thing:1`]);
    const env = { DOCKER_HOST: `unix://${path.join(root, 'none.sock')}` };
    const { code, stderr } = await devstack(['images', 'update'], { cwd: root, env }).finished;
    expect([code, stderr]).toEqual([1, expect.stringContaining('no Docker engine answers')]);
    expect(existsSync(file())).toBe(false);
  });
});
