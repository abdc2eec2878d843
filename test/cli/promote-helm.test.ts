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

function write(options = ''): void {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, service } from 'devstack';
const db = postgres({ password: 'of-dev' });
const api = service({ cwd: './api', dev: 'node server.mjs', env: { DATABASE_URL: db.url }${options} });
export default defineConfig({ name: 'shop', resources: { db, api } });`,
  );
}

const promote = (...args: readonly string[]) =>
  devstack(['promote', '--to', 'helm', ...args], { cwd: rig.folder, env: rig.env }).finished;
const at = (name: string) => path.join(rig.folder, 'deploy/helm/shop', name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const all = () =>
  Object.fromEntries(
    readdirSync(at('.'), { recursive: true, encoding: 'utf8' }).flatMap((name) =>
      statSync(at(name)).isFile() ? [[name, read(name)]] : [],
    ),
  );

test('a chart is written once, and stays as it is until the config changes', async () => {
  expect(await promote('--diff')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('new      deploy/helm/shop/values.yaml'),
  });
  expect(existsSync(at('.'))).toBe(false);
  const first = await promote();
  expect([first.code, first.stdout]).toEqual([0, '']);
  expect(first.stderr).toContain('wrote      deploy/helm/shop/templates/api/deployment.yaml');
  expect(first.stderr).toContain('helm upgrade --install --namespace shop --create-namespace shop deploy/helm/shop');
  const before = all();
  for (const text of Object.values(before)) expect(text).not.toContain('of-dev');
  expect(await promote('--diff')).toMatchObject({ code: 0, stdout: '' });
  expect((await promote()).stderr).not.toContain('wrote');
  expect(all()).toEqual(before);

  write(', deploy: { replicas: 5 }');
  expect(await promote('--diff')).toMatchObject({ code: 1, stdout: 'changed  deploy/helm/shop/values.yaml\n' });
});

test('a file that was edited is not overwritten, and one of your own stays', async () => {
  await promote();
  writeFileSync(at('values-production.yaml'), 'api: { replicas: 9 }\n');
  expect((await promote()).code).toBe(0);
  expect(read('values-production.yaml')).toContain('9');
  writeFileSync(at('values.yaml'), `${read('values.yaml')}# mine\n`);
  const { code, stderr } = await promote();
  expect([code, stderr]).toEqual([1, expect.stringContaining('deploy/helm/shop/values.yaml was changed by hand')]);
  expect(stderr).toContain('helm upgrade --install -f values-production.yaml shop deploy/helm/shop');
});

test('what is asked for without writing, and what another target is for', async () => {
  expect(await promote('--check')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ objects, \d+ notes?\n$/),
  });
  expect((await promote('--stdout')).stdout).toContain('# Source: deploy/helm/shop/templates/api/deployment.yaml');
  expect((await promote('--explain')).stdout).toContain('a secret, out of a Secret');
  expect((await promote('--strict')).code).toBe(1);
  expect(existsSync(at('.'))).toBe(false);
  for (const flags of [['--up'], ['--down'], ['--only', 'infra']]) {
    const { code, stderr } = await promote(...flags);
    expect([flags, code, stderr]).toEqual([flags, 2, expect.stringContaining(`${flags[0]} is for --to compose`)]);
  }
  expect((await promote('--output', 'charts/shop')).code).toBe(0);
  expect(existsSync(path.join(rig.folder, 'charts/shop/Chart.yaml'))).toBe(true);
});

test('the config has the last word on what the chart makes, and its values', async () => {
  write(
    `, deploy: { kubernetes: (objects) => {
      const pod = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec;
      pod.nodeSelector = { disk: 'ssd' };
      pod.containers[0].env = [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }];
    } }`,
  );
  expect((await promote()).code).toBe(0);
  expect(read('values.yaml')).toContain('  nodeSelector:\n    disk: ssd\n');
  expect(read('templates/api/deployment.yaml')).toContain(
    [
      '          env:',
      '            - name: NODE',
      '              valueFrom:',
      '                fieldRef:',
      '                  fieldPath: spec.nodeName',
      '            {{- range $name, $value := $values.env }}',
    ].join('\n'),
  );
});
