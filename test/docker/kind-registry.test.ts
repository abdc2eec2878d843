import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findRegistry, REGISTRY_IMAGE } from '../../src/drivers/container/cluster-registry.ts';
import { buildRegistryImage, describeRegistry } from './debian-registry.ts';
import { engine } from './engine-rig.ts';
import { createKindRig, describeKind } from './kind-rig.ts';
import type { KindRig } from './kind-rig.ts';

describeRegistry('a registry of the Debian package', () => {
  describeKind('devstack promote --to kind --registry', () => {
    let rig: KindRig;
    let removeImage: () => void;

    beforeAll(async () => {
      removeImage = await buildRegistryImage(REGISTRY_IMAGE);
    });
    afterAll(() => removeImage());
    beforeEach(async () => {
      rig = await createKindRig();
      program('');
      rig.write(
        'devstack.config.ts',
        `import { defineConfig, service } from 'devstack';
        const web = service({ dev: 'node server.mjs', port: ${rig.port}, deploy: { ingress: true } });
        export default defineConfig({ name: '${rig.name}', resources: { web } });`,
      );
    });
    afterEach(() => rig[Symbol.asyncDispose]());

    const program = (comment: string): void =>
      rig.write(
        'server.mjs',
        `// ${rig.name} ${comment}\nimport http from 'node:http';\nhttp.createServer().listen(process.env.PORT);\n`,
      );
    const registry = () => findRegistry(engine(), rig.place().name);
    const inNode = (...argv: readonly string[]): string =>
      execFileSync('docker', ['exec', `${rig.place().name}-control-plane`, ...argv], { encoding: 'utf8' });
    const deployed = (): readonly (string | undefined)[] => {
      const text = JSON.stringify(rig.cluster.objects('Deployment'));
      return ['image', 'imagePullPolicy'].map((field) => new RegExp(`"${field}":"([^"]+)"`).exec(text)?.[1]);
    };

    test('images are pushed once, and nodes pull them from there; it goes with the cluster', async () => {
      const first = await rig.promote('--registry').finished;
      const made = await registry();
      const host = `localhost:${made?.port}`;
      expect([first.code, first.stderr]).toEqual([
        0,
        expect.stringMatching(new RegExp(`✔ push +1 image to ${host} \\(${rig.place().name}-registry\\)`)),
      ]);
      expect(rig.calls('load')).toEqual([]);
      expect(inNode('cat', `/etc/containerd/certs.d/${host}/hosts.toml`)).toBe(
        `[host."http://${made?.container}:5000"]\n`,
      );
      expect(inNode('cat', '/etc/containerd/config.toml')).toContain('config_path = "/etc/containerd/certs.d"');
      const [image = '', policy] = deployed();
      expect([image, policy]).toEqual([expect.stringMatching(`^${host}/${rig.name}/app:[0-9a-f]{12}$`), 'Always']);
      const tags = await (await fetch(`http://${host}/v2/${rig.name}/app/tags/list`)).json();
      expect(tags).toEqual({ name: `${rig.name}/app`, tags: [image.split(':').at(-1)] });
      expect(
        rig.cluster.objects('ConfigMap').find(({ metadata }) => metadata.name === 'local-registry-hosting'),
      ).toMatchObject({
        metadata: { namespace: 'kube-public' },
        data: { 'localRegistryHosting.v1': expect.stringContaining(`host: "${host}"`) as string },
      });
      const names = (await engine().docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
      expect(names.filter((name) => name.startsWith(host))).toEqual([]);

      // A cluster that has one keeps it.
      const second = await rig.promote().finished;
      expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('nothing changed')]);
      expect(second.stderr).not.toContain('push');
      program('again');
      expect((await rig.promote().finished).stderr).toMatch(/✔ push +1 image/);
      expect(deployed()).not.toEqual([image, policy]);
      expect((await rig.promote('--delete', '--yes').finished).code).toBe(0);
      expect([await registry(), await rig.containers()]).toEqual([undefined, []]);
    });

    test('one that was stopped is begun again; a cluster whose nodes look for none is named', async () => {
      expect((await rig.promote().finished).code).toBe(0);
      const { code, stderr } = await rig.promote('--registry').finished;
      expect([code, stderr]).toEqual([2, expect.stringContaining('devstack promote --to kind --registry --recreate')]);
      expect((await rig.promote('--registry', '--recreate').finished).code).toBe(0);
      const made = await registry();
      await engine()
        .docker.getContainer(made?.container ?? '')
        .stop({ t: 0 });
      program('again');
      expect((await rig.promote().finished).code).toBe(0);
      expect(await registry()).toEqual(made);
    });
  });
});
