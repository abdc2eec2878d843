import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { containerName } from '../../src/drivers/container/spec.ts';
import { createFirstStarts } from '../../src/drivers/data/first-start.ts';
import { projectPaths } from '../../src/project/paths.ts';
import { readSession } from '../../src/project/session.ts';
import { devstack, nothingLeft, type Running } from '../rig/devstack.ts';
import { createRig, type Rig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { cleanUp, connect, describeDocker, engine } from './engine-rig.ts';
import { freePort, postgresSpec, query } from './infra-rig.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);
const used: string[] = [];
let rig: Rig | undefined;
let stack: Running | undefined;

describeDocker('data that a first start did not finish', () => {
  cleanUp(() => [...instances(), ...used]);
  afterEach(async () => {
    stack?.process.kill('SIGTERM');
    await stack?.finished;
    if (rig) await nothingLeft(rig.folder);
    await rig?.[Symbol.asyncDispose]();
    [rig, stack] = [undefined, undefined];
  });
  const noteIn = (root: string) => createFirstStarts(path.join(root, '.devstack')).unfinished('db');

  test('kill -9 of devstack in the middle of it: the next start begins anew', async () => {
    rig = await createRig();
    const { folder } = rig;
    rig.write(
      'devstack.config.ts',
      `import { defineConfig, postgres } from 'devstack';
      const db = postgres({ version: '17', runtime: 'docker' });
      export default defineConfig({ name: 'cut', resources: { db } });`,
    );
    const first = (stack = devstack(['up'], { cwd: folder }));
    // The first words of the server's set-up.
    await first.seen(/db +\S .*(initdb|files belonging|fixing permissions|creating configuration)/);
    await until(() => existsSync(path.join(folder, '.devstack/data/db.first-start')));
    const instance = readSession(projectPaths(folder))?.instance ?? '';
    used.push(instance);
    first.process.kill('SIGKILL');
    await first.finished;
    // The guardian stops the container, and may not touch the data.
    await until(async () =>
      (await listInstance(engine(), instance)).containers.every(({ state }) => state === 'exited'),
    );
    expect(await noteIn(folder)).not.toBeUndefined();
    const second = (stack = devstack(['up'], { cwd: folder }));
    await second.seen(/db +· removing the data of a first start that did not finish/);
    await second.seen(/all 1 ready in/);
    expect(readdirSync(path.join(folder, '.devstack/data'))).toEqual(['db.docker']);
    expect((await listInstance(engine(), instance)).volumes).toEqual([`${instance}_db`]);
  });

  test('where its container still runs, it goes on and is whole once the server answers', async () => {
    const { root, instance, start } = await bound();
    const port = await freePort();
    const spec = postgresSpec(port, { runtime: 'docker' });
    const first = start(spec);
    await first.sink.untilKind('started');
    const mark = await noteIn(root);
    const second = start(spec);
    await second.sink.untilKind('ready');
    expect(mark).not.toBeUndefined();
    expect(await noteIn(root)).toBeUndefined();
    const { Labels } = await engine().docker.getVolume(`${instance}_db`).inspect();
    expect(Labels['devstack.made-by']).toBe(mark);
    expect(await query(port, 'select 1')).toEqual([[1]]);
  });

  test('whole data is never taken for half: a note about another volume changes nothing', async () => {
    const { root, instance, start } = await bound();
    const port = await freePort();
    const spec = postgresSpec(port, { runtime: 'docker' });
    const first = start(spec);
    await first.sink.untilKind('ready');
    await query(port, 'create table kept ()');
    first.run.stop();
    await first.sink.exit();
    await createFirstStarts(path.join(root, '.devstack')).begin('db', 'of another volume');
    const second = start(spec);
    await second.sink.untilKind('ready');
    expect(await query(port, `select to_regclass('kept')::text`)).toEqual([['kept']]);
    expect(await noteIn(root)).toBeUndefined();
    await engine().docker.getContainer(containerName(instance, 'db')).inspect();
  });

  async function bound() {
    const made = await rigOf();
    return {
      root: made.root,
      instance: made.instance,
      start: made.start.bind(made),
    };
  }
});
