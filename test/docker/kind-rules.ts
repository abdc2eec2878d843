import { expect, test } from 'vitest';
import type { InfraKind } from '../../src/kinds/index.ts';
import { infraEngines } from '../../src/kinds/index.ts';
import { clients } from './clients.ts';
import { credentials, freePort, serverSpec } from './infra-rig.ts';
import type { InfraRig } from './infra-rig.ts';

export type UsableKind = keyof typeof clients;

export async function portsFor(kind: InfraKind): Promise<{ readonly [name: string]: number }> {
  const entries = await Promise.all(
    infraEngines[kind].ports.map(async ({ name }) => [name, await freePort()] as const),
  );
  return Object.fromEntries(entries);
}

/** What a server of a kind is, whatever runs it. `version` is the one that is here. */
export function kindRules(
  kind: UsableKind,
  runtime: 'docker' | 'native',
  version: string,
  rigOf: () => Promise<InfraRig>,
): void {
  const specOf = async (change = {}) => {
    const ports = await portsFor(kind);
    const image = infraEngines[kind].image(infraEngines[kind].version);
    return {
      spec: serverSpec(kind, ports, { runtime, version, image, ...change }),
      port: Object.values(ports)[0] ?? 0,
    };
  };
  const { user, password } = credentials;

  test('ready means that its ordinary client can write and read', async () => {
    const rig = await rigOf();
    const { spec, port } = await specOf();
    const { sink } = await rig.up(spec);
    const use = clients[kind]({ port, user, password });
    await use.write('n', 'hello');
    expect(await use.read('n')).toBe('hello');
    expect(sink.info?.runtime?.name).toBe(runtime);
  });

  test('it stops by itself, and comes back with its data', async () => {
    const rig = await rigOf();
    const { spec, port } = await specOf();
    const use = clients[kind]({ port, user, password });
    const first = await rig.up(spec);
    await use.write('kept', 'still here');
    first.run.stop();
    const exit = await first.sink.exit();
    // NATS ends with 1 when it is told to.
    expect(exit.kind === 'code' && [0, 1].includes(exit.code)).toBe(true);
    await rig.up(spec);
    expect(await use.read('kept')).toBe('still here');
  });

  test('data that is not to be kept is gone with the next start', async () => {
    const rig = await rigOf();
    const { spec, port } = await specOf({ persist: false });
    const use = clients[kind]({ port, user, password });
    const first = await rig.up(spec);
    await use.write('lost', 'soon');
    first.run.stop();
    await first.sink.exit();
    await rig.up(spec);
    expect(await use.read('lost')).toBeUndefined();
  });

  const testLogin = infraEngines[kind].login.kind === 'none' ? () => {} : test;
  testLogin('a wrong password is refused', async () => {
    const rig = await rigOf();
    const { spec, port } = await specOf();
    await rig.up(spec);
    await expect(clients[kind]({ port, user, password: 'wrong' }).write('n', 'v')).rejects.toThrow();
  });
}
