import { expect, test } from 'vitest';
import { createSurroundings } from '../../src/drivers/container/network.ts';
import { LABELS } from '../../src/drivers/container/spec.ts';
import { startAsUser } from '../../src/drivers/container/users.ts';
import { newInstance, usedInstances } from './container-rig.ts';
import { cleanUp, describeDocker, engine } from './engine-rig.ts';

describeDocker('who uses a shared server', () => {
  cleanUp(usedInstances);

  /** A server that no network can be joined to, and what became of it. */
  async function startUnreachable(others: readonly string[]) {
    const guest = { instance: newInstance(), stackName: 'test', root: '/' };
    const container = await engine().docker.createContainer({
      Image: 'node:20-alpine',
      Cmd: ['tail', '-f', '/dev/null'],
      StopSignal: 'SIGKILL',
      Labels: { [LABELS.instance]: guest.instance },
      HostConfig: { NetworkMode: 'none' },
    });
    const told: string[] = [];
    const users = {
      others: () => others,
      alone: <T>(_: string, work: (others: readonly string[]) => Promise<T>) => work(others),
      join: () => void told.push('joined'),
      leave: () => void told.push('left'),
    };
    const unwanted = new AbortController().signal;
    const at = { engine: engine(), resource: 'db', surroundings: createSurroundings(guest), unwanted };
    const starting = startAsUser({ users, guest }, at, async () => {
      await container.start();
      return { id: container.id };
    });
    await expect(starting).rejects.toThrow(/network/);
    return { told, isRunning: (await container.inspect()).State.Running };
  }

  test('a server that its first user cannot reach is stopped', async () => {
    expect(await startUnreachable([])).toEqual({ told: ['joined', 'left'], isRunning: false });
  });

  test('a server that others use goes on when one more cannot reach it', async () => {
    expect(await startUnreachable(['shop-2'])).toEqual({ told: ['joined', 'left'], isRunning: true });
  });
});
