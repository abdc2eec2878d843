import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { postgres, redis, secret, service, task } from '../../../../src/index.ts';
import { argoPatches } from '../../../../src/promote/delivery/argocd.ts';
import { GITOPS } from '../../../../src/core/delivery.ts';
import { wavesOf } from '../../../../src/promote/delivery/waves.ts';
import { parseManifests } from '../../../../src/promote/kubernetes/manifests.ts';
import { gitopsOf } from '../../../rig/delivery.ts';
import { deliveryErrors } from '../../../rig/delivery-schema.ts';
import { expectFiles, loadExample, promoteToKubernetes, STACKS, stackOf } from '../../../rig/promote.ts';

const kustomizations = /\/releases\//;

describe.each(GITOPS)('for %s', (tool) => {
  test.each(STACKS)('every file of %s is one the tool reads', async (_name, load) => {
    const files = gitopsOf(promoteToKubernetes(await load()), tool, 'sops');
    for (const [name, text] of files) {
      const { manifests, problems } = kustomizations.test(name)
        ? { manifests: [], problems: [] }
        : parseManifests(text);
      expect([name, problems, manifests.flatMap(({ object }) => deliveryErrors(object))]).toEqual([name, [], []]);
    }
  });

  test('the demo', async () => {
    const files = gitopsOf(promoteToKubernetes(await loadExample('.')), tool);
    expectFiles(files, path.join(import.meta.dirname, 'golden', tool));
  });
});

test.each(GITOPS)('for %s a chart of others is a release beside the stack', (tool) => {
  const cache = redis({ password: secret('CACHE_PASSWORD'), deploy: { mode: 'chart' } });
  const files = [...gitopsOf(promoteToKubernetes(stackOf({ cache })), tool)].filter(([name]) => name.includes('cache'));
  expect(files).toHaveLength(2);
  for (const [, text] of files)
    expect(parseManifests(text).manifests.flatMap(({ object }) => deliveryErrors(object))).toEqual([]);
  expectFiles(new Map(files), path.join(import.meta.dirname, 'golden', `${tool}-chart`));
});

const at = { cwd: 'api', dev: 'node server.mjs' };
const db = postgres();
const move = task({ cwd: 'api', run: 'node move.mjs', dependsOn: db });
const api = service({ ...at, env: { DATABASE_URL: db.url }, dependsOn: move });
const web = service({ ...at, env: { API_URL: api.url }, deploy: { ingress: true } });
const made = promoteToKubernetes(stackOf({ db, move, api, web, alone: service({ ...at }) }));

test('what waits for a task comes after it, and a task after what it needs', () => {
  expect(Object.fromEntries(wavesOf(made.cluster.workloads))).toEqual({ db: 0, move: 1, api: 2, web: 0, alone: 0 });
});

test('Argo CD runs a task again with each synchronisation, and waits for no address before the last wave', () => {
  const [job] = made.objects.filter(({ kind }) => kind === 'Job');
  expect(argoPatches(made)).toEqual([
    {
      target: { kind: 'Job' },
      annotations: {
        'argocd.argoproj.io/hook': 'Sync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      },
    },
    { target: { kind: 'Job', name: job?.metadata.name }, annotations: { 'argocd.argoproj.io/sync-wave': '1' } },
    { target: { kind: 'Deployment', name: 'api' }, annotations: { 'argocd.argoproj.io/sync-wave': '2' } },
    { target: { kind: 'Ingress', name: 'web|alone' }, annotations: { 'argocd.argoproj.io/sync-wave': '2' } },
  ]);
});

test('Flux keeps a task that has run, since it would make one that is gone again', () => {
  const text = gitopsOf(made, 'flux').get('deploy/gitops/flux/clusters/production/sync.yaml') ?? '';
  expect(parse(text)).toMatchObject({
    spec: {
      path: './deploy/k8s/releases/production',
      prune: true,
      wait: true,
      patches: [{ target: { kind: 'Job' }, patch: expect.stringContaining('/spec/ttlSecondsAfterFinished') as string }],
    },
  });
  expect(text).not.toContain('decryption');
  expect(gitopsOf(made, 'flux', 'sops').get('deploy/gitops/flux/clusters/staging/sync.yaml')).toContain('sops-age');
});
