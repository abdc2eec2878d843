import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MONITORING } from '../../src/core/delivery.ts';
import { postgres, service } from '../../src/index.ts';
import { canaryFiles, canaryOf, canaryReleaseFiles } from '../../src/promote/delivery/canary.ts';
import { PLAIN } from '../../src/promote/kubernetes/secret-modes/mode.ts';
import { parseManifests } from '../../src/promote/kubernetes/manifests.ts';
import { judge } from '../../src/promote/kubernetes/rules/violations.ts';
import type { FileTree } from '../../src/promote/tree.ts';
import { gitopsOf } from '../rig/delivery.ts';
import { kubernetesClientsHere } from '../rig/kubernetes-clients.ts';
import { promoteToKubernetes, STACKS, stackOf } from '../rig/promote.ts';
import type { InCluster } from '../rig/promote.ts';

const clients = kubernetesClientsHere();
const why = 'reason' in clients ? ` (skipped: ${clients.reason})` : '';

describe.skipIf(why !== '')(`what kubectl makes of the files of delivery${why}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devstack-delivery-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (tree: FileTree): void => {
    for (const [name, text] of tree) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  };
  const writeAll = ({ tree, overlays, needed }: InCluster, more: FileTree): void => {
    write(tree);
    write(more);
    const values = new Map(needed.map(({ variable }) => [variable, `value-of-${variable}`]));
    for (const overlay of overlays)
      for (const { path: file, textOf } of overlay.sources.flatMap((source) => source.files)) {
        const made = textOf(values);
        if (made.kind === 'text') write(new Map([[`${overlay.folder}/${file}`, made.text]]));
      }
  };
  const built = (below: string) => {
    const program = path.join('folder' in clients ? clients.folder : '', 'kubectl');
    const text = execFileSync(program, ['kustomize', path.join(folder, below)], { encoding: 'utf8', stdio: 'pipe' });
    const { manifests, problems } = parseManifests(text);
    expect(problems).toEqual([]);
    return { text, objects: manifests.map(({ object }) => object) };
  };

  test.each(STACKS)('%s: what runs in production is the overlay, with images of the registry', async (_name, load) => {
    const promoted = promoteToKubernetes(await load());
    writeAll(promoted, gitopsOf(promoted, 'flux'));
    const overlay = built('deploy/k8s/overlays/production');
    const release = built('deploy/k8s/releases/production');
    expect(release.objects.length).toBe(overlay.objects.length);
    const { stack } = promoted.cluster;
    const own = new RegExp(`image: ${stack}/([^\\s:]+):dev$`, 'gm');
    expect(release.text).toBe(overlay.text.replace(own, 'image: ghcr.io/acme/shop/$1:dev'));
  });

  test.each(MONITORING)('with monitoring by %s, overlays keep the rules, and kind has none of it', (monitoring) => {
    const db = postgres();
    const api = service({ cwd: 'api', dev: 'node server.mjs', env: { URL: db.url }, metrics: { path: '/metrics' } });
    const promoted = promoteToKubernetes(stackOf({ db, api }), PLAIN, monitoring);
    writeAll(promoted, new Map());
    const { objects, text } = built('deploy/k8s/overlays/production');
    expect(judge(objects).violations).toEqual([]);
    expect(text).toContain('name: api-from-monitoring');
    expect(text).toContain(monitoring === 'operator' ? 'kind: PrometheusRule' : 'prometheus.io/scrape: "true"');
    expect(built('deploy/k8s/overlays/kind').text).not.toMatch(/monitoring|prometheus/);
  });

  test('the version that is tried has a tag of its own, and the settings and secrets of production', () => {
    const db = postgres();
    const ingress = { host: 'api.example.com', className: 'nginx' };
    const api = service({ cwd: 'api', dev: 'node server.mjs', env: { URL: db.url }, deploy: { ingress } });
    const promoted = promoteToKubernetes(stackOf({ db, api }));
    const release = { folder: 'deploy/k8s', cluster: promoted.cluster, imagePrefix: 'ghcr.io/acme/shop' };
    const canary = canaryOf(promoted, 5);
    const files = new Map([...canaryFiles(canary, release, 'devstack'), ...canaryReleaseFiles(canary, release)]);
    const place = 'deploy/k8s/releases/canary/new/kustomization.yaml';
    files.set(place, (files.get(place) ?? '').replace('newTag: dev', 'newTag: new'));
    writeAll(promoted, new Map([...gitopsOf(promoted, 'flux'), ...files]));
    const { objects } = built('deploy/k8s/releases/canary');
    expect(judge(objects).violations).toEqual([]);
    const [now = '', tried = ''] = ['api', 'api-canary'].map((name) =>
      JSON.stringify(objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)),
    );
    expect(now).toMatch(/"image":"ghcr\.io\/acme\/shop\/[^"]+:dev"/);
    expect(tried).toMatch(/"image":"ghcr\.io\/acme\/shop\/[^"]+:new"/);
    const [, secrets = 'none'] = /"name":"(db-app-[a-z0-9]{10})"/.exec(now) ?? [];
    expect(tried).toContain(secrets);
    expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toContain('NetworkPolicy/db-from-canary');
  });
});
