import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCluster } from '../../rig/cluster/cluster.ts';
import type { TestCluster } from '../../rig/cluster/cluster.ts';
import { changesIn } from '../../rig/cluster/journal.ts';
import { missingKubectl } from '../../rig/cluster/kubectl.ts';
import { devstack } from '../../rig/devstack.ts';
import { kubernetesClientsHere } from '../../rig/kubernetes-clients.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const REGISTRY = "promote: { compose: { registry: 'ghcr.io/acme' } },";
const why = missingKubectl();
const clients = kubernetesClientsHere();

describe.skipIf(why !== '')(`an overlay in a cluster that is there${why}`, () => {
  let root: string;
  let cluster: TestCluster;
  beforeEach(async () => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'devstack-apply-')));
    mkdirSync(path.join(root, 'node_modules'));
    symlinkSync(repository, path.join(root, 'node_modules', 'devstack'));
    writeFileSync(path.join(root, 'package.json'), '{"name":"app","type":"module"}');
    writeFileSync(path.join(root, 'server.mjs'), '');
    config(REGISTRY);
    cluster = await startCluster({ context: 'team-staging' });
  });
  afterEach(async () => {
    await cluster[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const config = (more: string, cache = ''): void =>
    writeFileSync(
      path.join(root, 'devstack.config.ts'),
      `import { defineConfig, redis, service } from 'devstack';
      const cache = redis(${cache});
      const web = service({ dev: 'node server.mjs', port: 8080, env: { REDIS_URL: cache.url } });
      export default defineConfig({ name: 'shop', ${more} resources: { cache, web } });`,
    );
  const apply = (...args: readonly string[]) =>
    devstack(['promote', '--to', 'kubernetes', '--apply', ...args], {
      cwd: root,
      env: { ...cluster.env, PATH: `${'folder' in clients ? clients.folder : ''}:${process.env['PATH']}` },
    }).finished;

  test('is applied in waves, with the images of the registry, and the second time nothing changes', async () => {
    const { code, stderr } = await apply('--context', 'team-staging', '--overlay', 'staging', '--tag', '3f9c2a1b7d04');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/cache +StatefulSet 1\/1 ready[^]*web +Deployment 2\/2 ready/),
    ]);
    const images = JSON.stringify(cluster.objects('Deployment')).match(/"image":"[^"]+"/g);
    expect(images).toEqual(['"image":"ghcr.io/acme/shop/app:3f9c2a1b7d04"']);
    const written = changesIn(cluster.journal);
    expect(written[0]).toBe('Namespace/shop');
    expect(written.indexOf('StatefulSet/cache')).toBeLessThan(written.indexOf('Deployment/web'));
    const again = await apply('--context', 'team-staging', '--overlay', 'staging', '--tag', '3f9c2a1b7d04');
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('nothing changed')]);
    expect(changesIn(cluster.journal)).toEqual(written);
  });

  test('is never the one that is current by itself, and has to be there', async () => {
    const without = await apply();
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--apply needs the cluster it is for')]);
    const other = await apply('--context', 'nobody');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('The cluster nobody could not be reached')]);
    expect(changesIn(cluster.journal)).toEqual([]);
  });

  test('needs images it can pull', async () => {
    config('');
    const { code, stderr } = await apply('--context', 'team-staging');
    expect([code, stderr]).toEqual([2, expect.stringContaining('shop/app:dev is in no registry')]);
    expect(changesIn(cluster.journal)).toEqual([]);
  });

  test('a StatefulSet that cannot change in place is made anew around its data when that is said', async () => {
    expect((await apply('--context', 'team-staging', '--tag', 'a')).code).toBe(0);
    config(REGISTRY, "{ deploy: { storage: '5Gi' } }");
    const refused = await apply('--context', 'team-staging', '--tag', 'a');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('add --recreate cache')]);
    const anew = await apply('--context', 'team-staging', '--tag', 'a', '--recreate', 'cache');
    expect([anew.code, anew.stderr]).toEqual([0, expect.stringMatching(/cache +StatefulSet 1\/1 ready/)]);
    expect(cluster.objects('PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['data-cache-0']);
  });
});
