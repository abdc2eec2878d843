import { describe, expect, test } from 'vitest';
import { infraEngines } from '../../src/kinds/index.ts';
import { clients } from './clients.ts';
import { cleanUp, connect, describeDocker, foundHere } from './engine-rig.ts';
import { credentials } from './infra-rig.ts';
import { kindRules, portsFor, type UsableKind } from './kind-rules.ts';
import { serverSpec } from './infra-rig.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);
const kinds: readonly UsableKind[] = ['redis', 'rabbitmq', 'mysql', 'mariadb', 'nats'];

for (const kind of kinds) {
  describeDocker(`${kind} in a container`, () => {
    cleanUp(instances);
    kindRules(kind, 'docker', infraEngines[kind].version, rigOf);

    test('one that runs is taken over, and a changed config replaces it with its data', async () => {
      const rig = await rigOf();
      const ports = await portsFor(kind);
      const { user, password } = credentials;
      const use = clients[kind]({ port: Object.values(ports)[0] ?? 0, user, password });
      const first = await rig.up(serverSpec(kind, ports));
      await use.write('kept', 'still here');
      const second = await rig.up(serverSpec(kind, ports));
      expect([second.sink.info?.adopted, second.sink.info?.containerId]).toEqual([true, first.sink.info?.containerId]);
      const changed = { ...serverSpec(kind, ports), env: { CHANGED: 'by the test' } };
      const third = await rig.up(changed);
      expect(third.sink.info?.containerId).not.toBe(first.sink.info?.containerId);
      expect(await use.read('kept')).toBe('still here');
    });
  });
}

/** Native servers are used where this machine has them; CI installs them all. */
for (const kind of ['redis', 'rabbitmq', 'mariadb', 'nats'] as const) {
  const { version, why } = await foundHere(kind);
  describe.skipIf(version === undefined)(`${kind} of this machine${why}`, () => {
    kindRules(kind, 'native', version ?? '', rigOf);
  });
}
