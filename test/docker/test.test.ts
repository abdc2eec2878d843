import pg from 'pg';
import { expect, test } from 'vitest';
import { listInstance } from '../../src/drivers/container/instance.ts';
import { ownedProcesses } from '../../src/system/processes.ts';
import { devstack } from '../rig/devstack.ts';
import { createRig } from '../rig/rig.ts';
import { until } from '../rig/until.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

const NOTHING = { containers: [], networks: [], volumes: [], images: [] };
const used: string[] = [];

describeDocker('devstack test', () => {
  cleanUp(() => used);

  test.each(['its own end', 'SIGKILL', 'SIGKILL of its stack'])(
    'a command has a server in a container, of which nothing stays: %s',
    async (how) => {
      await using rig = await createRig();
      rig.write(
        'devstack.config.ts',
        `import { defineConfig, postgres } from 'devstack';
        export default defineConfig({ name: 'tested', resources: { db: postgres({ version: '17', runtime: 'docker' }) } });`,
      );
      const command = ['sh', '-c', `${rig.command('check')}; exit $?`];
      const testing = devstack(['test', '--', ...command], { cwd: rig.folder, env: rig.env });
      const check = await rig.next('check');
      const [, instance = ''] = await testing.seen(/^(tested-tmp-[0-9a-f]{8}-[0-9a-f]{6}): ready after/m);
      used.push(instance);

      const client = new pg.Client({ connectionString: check.env['DB_URL'] });
      await client.connect();
      expect((await client.query('select 7 as n')).rows).toEqual([{ n: 7 }]);
      await client.end();
      const { containers, networks, volumes } = await listInstance(engine(), instance);
      expect([containers.map(({ state }) => state), networks.length, volumes.length]).toEqual([['running'], 1, 1]);

      if (how === 'its own end') check.tell('exit', { code: 7 });
      else if (how === 'SIGKILL') testing.process.kill('SIGKILL');
      else process.kill(await supervisorOf(rig.folder, rig.env, check.env['DEVSTACK_INSTANCE']), 'SIGKILL');
      await check.gone;
      const { code } = await testing.finished;
      if (how === 'its own end') expect(code).toBe(7);
      // After a kill others clear up, and nobody waits for them.
      if (how === 'SIGKILL') await until(() => !ownedProcesses().some(({ runId }) => runId.startsWith(instance)));
      if (how === 'SIGKILL') await until(async () => (await listInstance(engine(), instance)).volumes.length === 0);
      expect(await listInstance(engine(), instance)).toEqual(NOTHING);
    },
  );
});

async function supervisorOf(cwd: string, env: Readonly<Record<string, string>>, name = ''): Promise<number> {
  const { stdout } = await devstack(['ps', '--json'], { cwd, env: { ...env, DEVSTACK_INSTANCE: name } }).finished;
  return JSON.parse(stdout).pid;
}
