import { describe, expect, test } from 'vitest';
import { majorOf } from '../../src/kinds/version.ts';
import { cleanUp, connect, describeDocker, foundHere } from './engine-rig.ts';
import { credentials, freePort, postgresSpec } from './infra-rig.ts';
import { postgresRules } from './postgres-rules.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);

for (const runtime of ['docker', 'embedded'] as const) {
  describeDocker(`Postgres in runtime ${runtime}`, () => {
    cleanUp(instances);
    postgresRules(runtime, rigOf);
  });
}

describeDocker('A user of the config that the kept data does not know', () => {
  cleanUp(instances);

  test('is named, with the reason why it cannot be let in', async () => {
    const rig = await rigOf();
    const port = await freePort();
    const first = await rig.up(postgresSpec(port, { runtime: 'docker' }));
    first.run.stop();
    await first.sink.exit();
    const { run, sink } = rig.start({
      ...postgresSpec(port, { runtime: 'docker' }),
      credentials: { ...credentials, user: 'renamed' },
    });
    const told = await sink.untilKind('not-ready');
    expect(told.lastProbe).toContain('as renamed: password authentication failed for user "renamed"');
    expect(told.lastProbe).toMatch(/; its password could not be changed: .*role "renamed" does not exist/);
    run.stop();
    await sink.exit();
  });
});

const { version, why } = await foundHere('postgres');
describe.skipIf(version === undefined)(`Postgres of this machine${why}`, () => {
  postgresRules('native', rigOf, String(majorOf(version ?? '')));
});
