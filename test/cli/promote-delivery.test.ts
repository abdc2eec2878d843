import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  write();
  rig.write('api/package.json', '{ "name": "api", "scripts": { "test": "node --test" } }');
  rig.write('api/server.mjs', '');
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

function write(options = '', config = ''): void {
  rig.write(
    'devstack.config.ts',
    `import { defineConfig, postgres, service } from 'devstack';
const db = postgres();
const api = service({ cwd: './api', dev: 'node server.mjs', env: { DATABASE_URL: db.url }${options} });
export default defineConfig({ name: 'shop', resources: { db, api }${config} });`,
  );
}

const promote = (...args: readonly string[]) =>
  devstack(['promote', '--to', 'kubernetes', ...args], { cwd: rig.folder, env: rig.env }).finished;
const git = (...args: readonly string[]) => execFileSync('git', ['-C', rig.folder, ...args], { encoding: 'utf8' });
const at = (name: string) => path.join(rig.folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');

function originAt(url: string): void {
  git('init', '--quiet');
  git('remote', 'add', 'origin', url);
}

test('what makes a tool follow git is written for the repository, and stays when it is not asked for', async () => {
  originAt('https://me:hunter2@github.com/Acme/shop.git');
  expect((await promote('--gitops', 'argocd', '--diff')).stdout).toContain(
    'new      deploy/gitops/argocd/production.yaml',
  );
  expect(existsSync(at('deploy'))).toBe(false);
  const first = await promote('--gitops', 'argocd');
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('wrote      deploy/gitops/argocd/')]);
  expect(first.stderr).toContain('made of files that git does not have');
  const application = read('deploy/gitops/argocd/production.yaml');
  expect(application).toContain('repoURL: https://github.com/Acme/shop.git');
  expect(application + first.stderr).not.toContain('hunter2');
  expect(read('deploy/k8s/releases/production/kustomization.yaml')).toContain('newName: ghcr.io/acme/shop/api');

  writeFileSync(at('deploy/k8s/releases/production/kustomization.yaml'), 'resources: [../../overlays/production]\n');
  expect((await promote('--gitops', 'argocd', '--diff')).code).toBe(0);
  expect((await promote()).code).toBe(0);
  expect(read('deploy/gitops/argocd/production.yaml')).toBe(application);
  expect((await promote('--gitops', 'flux')).stderr).toContain('removed    deploy/gitops/argocd/production.yaml');
  expect(existsSync(at('deploy/gitops/argocd'))).toBe(false);
  expect(read('deploy/gitops/flux/clusters/staging/sync.yaml')).toContain('path: ./deploy/k8s/releases/staging');
  expect(read('deploy/k8s/releases/production/kustomization.yaml')).toBe('resources: [../../overlays/production]\n');
});

test('without a repository that others reach nothing is written', async () => {
  const none = await promote('--gitops', 'flux');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('git remote add origin')]);
  originAt('/srv/git/shop.git');
  const local = await promote('--gitops', 'flux');
  expect([local.code, local.stderr]).toEqual([2, expect.stringContaining('only this machine reaches')]);
  expect(existsSync(at('deploy'))).toBe(false);
});

test('what was edited is not overwritten, and nothing else is written then', async () => {
  originAt('git@github.com:acme/shop.git');
  await promote('--gitops', 'argocd');
  writeFileSync(at('deploy/gitops/argocd/staging.yaml'), 'mine\n');
  write(', deploy: { replicas: 5 }');
  const { code, stderr } = await promote('--gitops', 'argocd');
  expect([code, stderr]).toEqual([1, expect.stringContaining('deploy/gitops/argocd/staging.yaml was changed by hand')]);
  expect(read('deploy/k8s/base/api/deployment.yaml')).not.toContain('replicas: 5');
});

test.each([
  ['--gitops', 'flux'],
  ['--ci', 'github'],
  ['--canary', '5'],
  ['--monitoring', 'operator'],
])('%s is for Kubernetes', async (...flag) => {
  for (const target of ['compose', 'helm', 'kind']) {
    const { finished } = devstack(['promote', '--to', target, ...flag], { cwd: rig.folder, env: rig.env });
    const { code, stderr } = await finished;
    expect([target, code, stderr]).toEqual([target, 2, expect.stringContaining(`${flag[0]} is for --to kubernetes`)]);
  }
});

test('a workflow is written with the Dockerfiles it builds, and one of your own is not overwritten', async () => {
  originAt('git@github.com:acme/shop.git');
  const first = await promote('--ci', 'github');
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('wrote      .github/workflows/deploy.yaml')]);
  const text = read('.github/workflows/deploy.yaml');
  expect(text).toContain('install: npm install');
  const [, file = ''] = /file: (deploy\/docker\/\S+)/.exec(text) ?? [];
  expect(read(file)).toContain('FROM ');
  expect(read('deploy/k8s/releases/production/kustomization.yaml')).toContain('ghcr.io/acme/shop/api');
  expect((await promote('--ci', 'github', '--diff')).code).toBe(0);
  const compose = devstack(['promote', '--to', 'compose', '--diff'], { cwd: rig.folder, env: rig.env });
  expect((await compose.finished).stdout).not.toContain('Dockerfile');

  writeFileSync(at('.github/workflows/deploy.yaml'), 'name: mine\n');
  const { code, stderr } = await promote('--ci', 'github');
  expect([code, stderr]).toEqual([1, expect.stringContaining('.github/workflows/deploy.yaml was changed by hand')]);
  expect(read('.github/workflows/deploy.yaml')).toBe('name: mine\n');
});

test('with a tool that follows git the workflow commits, and does not apply', async () => {
  originAt('git@github.com:acme/shop.git');
  expect((await promote('--ci', 'github', '--gitops', 'flux')).code).toBe(0);
  const text = read('.github/workflows/deploy.yaml');
  expect(text).toContain('git push');
  expect(text).not.toContain('kubectl');
});

test('a workflow needs a registry, and the root of its repository', async () => {
  originAt('https://git.example.com/acme/shop.git');
  const nowhere = await promote('--ci', 'github');
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('nobody says where images are pushed')]);
  write('', `, promote: { compose: { registry: 'registry.example.com/acme' } }`);
  expect((await promote('--ci', 'github')).code).toBe(0);
  const text = read('.github/workflows/deploy.yaml');
  expect(text).toContain('image: registry.example.com/acme/shop/api');
  expect(text).toContain('${{ secrets.REGISTRY_PASSWORD }}');
});

test('a share of the requests is led to a new version, where the controller can', async () => {
  const nothing = await promote('--canary', '5');
  expect([nothing.code, nothing.stderr]).toEqual([
    1,
    expect.stringMatching(/devstack\.config\.ts:\d+.*api has no canary: .*className: 'nginx'/),
  ]);
  expect(existsSync(at('deploy'))).toBe(false);
  write(`, deploy: { ingress: { host: 'api.example.com', className: 'nginx' } }`);
  const first = await promote('--canary', '5');
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('kubectl apply -k deploy/k8s/releases/canary'),
  ]);
  expect(read('deploy/k8s/canary/canary.yaml')).toContain('canary-weight: "5"');
  const more = await promote('--canary', '25');
  expect(more.stderr).toContain('changed    deploy/k8s/canary/canary.yaml');
  expect(more.stderr).not.toContain('releases/canary/new/kustomization.yaml\n');
  originAt('git@github.com:acme/shop.git');
  await promote('--canary', '50', '--gitops', 'argocd');
  expect(read('deploy/gitops/argocd/production.yaml')).toContain('path: deploy/k8s/releases/canary');
  for (const wrong of ['0', '100', 'half']) expect((await promote('--canary', wrong)).code).toBe(2);
});

test('what measures the stack is written when it is asked for, here or in the config', async () => {
  const metrics = `, metrics: { path: '/metrics' }`;
  write(metrics);
  expect((await promote()).stderr).toContain('api: nobody asks for its metrics there');
  expect(existsSync(at('deploy/k8s/components'))).toBe(false);
  const asked = await promote('--monitoring', 'annotations');
  expect(asked.stderr).not.toContain('metrics');
  expect(read('deploy/k8s/components/monitoring/api-annotations.yaml')).toContain('prometheus.io/path: /metrics');
  expect((await promote()).stderr).toContain('removed    deploy/k8s/components/monitoring/kustomization.yaml');
  write(metrics, `, promote: { kubernetes: { monitoring: 'operator' } }`);
  expect((await promote()).code).toBe(0);
  expect(read('deploy/k8s/components/monitoring/servicemonitor.yaml')).toContain('release: kube-prometheus-stack');
  expect(read('deploy/k8s/overlays/staging/kustomization.yaml')).toContain('../../components/monitoring');
  expect(read('deploy/k8s/overlays/kind/kustomization.yaml')).not.toContain('monitoring');
});

test('a tool that follows git has the secrets where their mode leaves them', async () => {
  originAt('git@github.com:acme/shop.git');
  const stored = await promote('--gitops', 'argocd', '--secrets', 'external-secrets');
  expect([stored.code, stored.stderr]).toEqual([0, expect.not.stringContaining('git does not have')]);
  const sops = await promote('--ci', 'github', '--secrets', 'sops', '--diff');
  expect([sops.code, sops.stderr]).toEqual([2, expect.stringContaining('--gitops flux does')]);
  const applied = await promote('--gitops', 'flux', '--apply', '--context', 'none');
  expect([applied.code, applied.stderr]).toEqual([2, expect.stringContaining('--apply applies them')]);
});
