import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { devstack } from '../rig/devstack.ts';
import { createKindRig, describeKind } from './kind-rig.ts';
import type { KindRig } from './kind-rig.ts';

// Both are stand-ins: neither tool, nor an image of its nodes, is to be had here.
describeKind('other tools that make clusters', () => {
  describe.each(['k3d', 'minikube'] as const)('devstack promote --to %s', (tool) => {
    let rig: KindRig;

    beforeEach(async () => {
      rig = await createKindRig(tool);
      config();
    });
    afterEach(() => rig[Symbol.asyncDispose]());

    const config = (web = ''): void =>
      rig.write(
        'devstack.config.ts',
        `import { defineConfig, postgres, service } from 'devstack';
        const db = postgres();
        const web = service({ dev: 'node server.mjs', port: ${rig.port}, env: { DATABASE_URL: db.url, ${web} }, deploy: { ingress: true } });
        export default defineConfig({ name: '${rig.name}', resources: { db, web } });`,
      );

    test('the same way as with kind: made once, filled, brought up, changed, asked, deleted', async () => {
      const { name, kubeconfig } = rig.place();
      const first = await rig.promote().finished;
      expect([first.code, first.stderr]).toEqual([
        0,
        expect.stringContaining(`${name} created (1 node, ${rig.port} → web)`),
      ]);
      expect(first.stdout).toMatch(new RegExp(`^web  http://localhost:${rig.port}  200 in \\d+ ms$`, 'm'));
      expect([path.relative(rig.root, kubeconfig), statSync(kubeconfig).mode & 0o777]).toEqual([
        `.devstack/${tool}/kubeconfig`,
        0o600,
      ]);
      const mark = rig.cluster.journal.length;
      const second = await rig.promote().finished;
      expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('nothing changed')]);
      expect(rig.cluster.journal.slice(mark).filter(({ hasChanged }) => hasChanged)).toEqual([]);
      expect(rig.calls('image').filter((call) => /"import"|"load"/.test(call))).toHaveLength(1);
      config("NEW: 'yes'");
      expect((await rig.promote().finished).stderr).toMatch(/applied +\d+ objects.*changed/);
      expect((await rig.run('ps', '--target', tool).finished).stdout).toMatch(/^web +Deployment +up +1\/1 /m);
      const gone = await rig.promote('--delete', '--yes').finished;
      expect([gone.code, await rig.containers()]).toEqual([0, []]);
    });

    test('ports are on this machine alone, one that is taken is named, and nothing stays', async () => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(rig.port, '127.0.0.1', resolve));
      const taken = await rig.promote().finished;
      await new Promise((resolve) => holder.close(resolve));
      expect([taken.code, taken.stderr]).toEqual([
        2,
        expect.stringMatching(new RegExp(`web is to be reached at port ${rig.port} `)),
      ]);
      writeFileSync(
        path.join(rig.tools, `fail-${tool === 'k3d' ? 'cluster' : 'start'}`),
        'Error: no space left on device',
      );
      const failed = await rig.promote().finished;
      expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('docker system df')]);
      expect(await rig.containers()).toEqual([]);
    });

    test('what is for kind alone, and a tool that is not there, are said', async () => {
      const other = await rig.promote('--registry').finished;
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining(`does nothing with --to ${tool}`)]);
      const nothing = path.join(rig.tools, 'nothing');
      mkdirSync(nothing);
      for (const program of ['docker', 'node'])
        symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), path.join(nothing, program));
      const { code, stderr } = await devstack(['promote', '--to', tool], { cwd: rig.root, env: { PATH: nothing } })
        .finished;
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`${tool} is not installed\nInstall it: brew install ${tool}`),
      ]);
    });

    test('several nodes', async () => {
      const { code, stderr } = await rig.promote('--nodes', '2').finished;
      if (tool === 'k3d') expect([code, stderr]).toEqual([0, expect.stringContaining('created (2 nodes')]);
      else expect([code, stderr]).toEqual([2, expect.stringContaining('every node the same ports')]);
    });
  });
});
