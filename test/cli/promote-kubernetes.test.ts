import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  write();
  rig.write('api/package.json', '{ "name": "api" }');
  rig.write('api/server.mjs', '');
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

function write(more = '', options = ''): void {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, secret, service } from 'devstack';
const db = postgres({ password: 'of-dev' });
const api = service({ cwd: './api', dev: 'node server.mjs', env: { DATABASE_URL: db.url${more} }${options} });
export default defineConfig({ name: 'shop', resources: { db, api } });`,
  );
}

const promote = (...args: readonly string[]) =>
  devstack(['promote', '--to', 'kubernetes', ...args], { cwd: rig.folder, env: rig.env }).finished;
const at = (name: string) => path.join(rig.folder, 'deploy/k8s', name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const files = () => readdirSync(at('.'), { recursive: true, encoding: 'utf8' }).toSorted();
const all = () =>
  Object.fromEntries(files().flatMap((name) => (statSync(at(name)).isFile() ? [[name, read(name)]] : [])));

test('a base and overlays are written once, and stay as they are until the config changes', async () => {
  expect(await promote('--diff')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('new      deploy/k8s/base/'),
  });
  expect(existsSync(at('.'))).toBe(false);
  const first = await promote();
  expect([first.code, first.stdout]).toEqual([0, '']);
  expect(first.stderr).toContain('wrote      deploy/k8s/base/api/deployment.yaml');
  expect(first.stderr).toContain(
    'Readiness checks: 2; Secrets: 1; containers with requests and limits: 2 of 2; autoscalers: 0\nQuality of service: all Burstable\n',
  );
  expect(first.stderr).toContain('devstack promote --to kind');
  const before = all();
  expect(await promote('--diff')).toMatchObject({ code: 0, stdout: '' });
  const second = await promote();
  expect([second.code, second.stderr]).toEqual([0, expect.not.stringContaining('wrote')]);
  expect(all()).toEqual(before);

  write('', ', deploy: { replicas: 5 }');
  expect(await promote('--diff')).toMatchObject({
    code: 1,
    stdout: 'changed  deploy/k8s/base/api/deployment.yaml\nchanged  deploy/k8s/overlays/staging/kustomization.yaml\n',
  });
  await promote();
  expect(read('base/api/deployment.yaml')).toContain('replicas: 5');
});

test('secrets are in files git does not see, of one file of values for each overlay', async () => {
  expect((await promote()).code).toBe(0);
  const passwords = ['kind', 'staging', 'production'].map((overlay) => {
    const [, password = ''] = /^DB_PASSWORD=([A-Za-z0-9]{24})$/m.exec(read(`overlays/${overlay}/secrets.env`)) ?? [];
    const folder = `overlays/${overlay}/secrets`;
    expect(read(`${folder}/db.app.env`)).toContain(`\npassword=${password}\n`);
    expect(read(`${folder}/db.app.env`)).toContain(`\nuri=postgresql://app:${password}@db.shop.svc:5432/db\n`);
    for (const name of [`overlays/${overlay}/secrets.env`, `${folder}/db.app.env`])
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    return password;
  });
  expect(new Set(passwords).size).toBe(3);
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', rig.folder, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '--all');
  const tracked = git('ls-files', 'deploy').trim().split('\n');
  expect(tracked).toContain('deploy/k8s/overlays/kind/secrets.env.example');
  const text = tracked.map((name) => readFileSync(path.join(rig.folder, name), 'utf8')).join('');
  for (const password of [...passwords, 'of-dev']) expect(text).not.toContain(password);

  git('add', '--force', 'deploy/k8s/overlays/kind/secrets.env');
  const refused = await promote();
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('git has it')]);
});

test('what nobody can make up is asked for, kept, and encoded where an address has it', async () => {
  write(`, KEY: secret('API_KEY')`);
  const first = await promote();
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('deploy/k8s/overlays/production/secrets.env needs values for: API_KEY'),
  ]);
  expect(existsSync(at('overlays/kind/secrets'))).toBe(false);
  const set = devstack(['secret', 'set', 'API_KEY', '--target', 'kubernetes'], {
    cwd: rig.folder,
    env: rig.env,
    stdin: 'pipe',
  });
  set.process.stdin?.end('s#cret $x');
  expect((await set.finished).code).toBe(0);
  const before = read('overlays/kind/secrets.env');
  expect((await promote()).stderr).not.toContain('needs values');
  expect(read('overlays/kind/secrets/api.env')).toContain('KEY=s#cret $x\n');
  expect(read('overlays/kind/secrets.env')).toBe(before.replace('API_KEY=', `API_KEY='s#cret $x'`));
  writeFileSync(
    at('overlays/kind/secrets.env'),
    read('overlays/kind/secrets.env').replace(/^DB_.*$/m, `DB_PASSWORD='a/b'`),
  );
  await promote();
  expect(read('overlays/kind/secrets/db.app.env')).toContain('postgresql://app:a%2Fb@db.shop.svc');
});

test('a file that was edited is not overwritten', async () => {
  await promote();
  writeFileSync(at('base/api/service.yaml'), `${read('base/api/service.yaml')}# mine\n`);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([1, expect.stringContaining('deploy/k8s/base/api/service.yaml was changed by hand')]);
  expect(stderr).toContain('a kustomization of your own');
});

test('what somebody put beside the secrets stays, and what was edited is not overwritten', async () => {
  expect((await promote()).code).toBe(0);
  writeFileSync(at('overlays/kind/secrets/mine.env'), 'A=1\n');
  expect((await promote()).code).toBe(0);
  expect(read('overlays/kind/secrets/mine.env')).toBe('A=1\n');
  writeFileSync(at('overlays/kind/secrets/db.app.env'), 'password=own\n');
  const refused = await promote();
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('overlays/kind/secrets/db.app.env')]);
  expect(read('overlays/kind/secrets/db.app.env')).toBe('password=own\n');
  expect(statSync(at('overlays/kind/secrets/.generated.json')).mode & 0o777).toBe(0o600);
});

test('what is asked for without writing, and what another target is for', async () => {
  expect(await promote('--check')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ objects, 2 notes\n$/),
  });
  expect((await promote('--stdout')).stdout).toContain('kind: StatefulSet');
  expect((await promote('--explain')).stdout).toContain('a secret, out of a Secret');
  expect((await promote('--strict')).code).toBe(1);
  expect(existsSync(at('.'))).toBe(false);
  for (const flags of [['--up'], ['--down'], ['--only', 'infra']]) {
    const { code, stderr } = await promote(...flags);
    expect([flags, code, stderr]).toEqual([flags, 2, expect.stringContaining(`${flags[0]} is for --to compose`)]);
  }
});

test('what is for clusters is refused where it would do nothing', async () => {
  for (const [target, ...flags] of [
    ['compose', '--apply'],
    ['compose', '--delete'],
    ['kubernetes', '--delete', '--yes'],
    ['kubernetes', '--nodes', '2'],
    ['kubernetes', '--context', 'team'],
    ['helm', '--port-offset', '10'],
    ['kind', '--diff'],
    ['kind', '--up'],
  ] as const) {
    const { code, stderr } = await devstack(['promote', '--to', target, ...flags], { cwd: rig.folder, env: rig.env })
      .finished;
    expect([flags, code, stderr]).toEqual([flags, 2, expect.stringContaining(`and does nothing with --to ${target}`)]);
  }
});

test('the config has the last word on the objects of a resource', async () => {
  write(
    '',
    `, deploy: { kubernetes: (objects) => { objects.find(({ kind }) => kind === 'Service').spec.type = 'NodePort'; } }`,
  );
  expect((await promote()).code).toBe(0);
  expect(read('base/api/service.yaml')).toContain('type: NodePort');
  write('', `, deploy: { kubernetes: (objects) => { objects.push({}); } }`);
  expect((await promote()).stderr).toContain('api: deploy.kubernetes left something that is no object');
});
