import { describe } from 'vitest';
import { majorOf } from '../../src/kinds/version.ts';
import { cleanUp, connect, describeDocker, foundHere } from './engine-rig.ts';
import { postgresRules } from './postgres-rules.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);

for (const runtime of ['docker', 'embedded'] as const) {
  describeDocker(`Postgres in runtime ${runtime}`, () => {
    cleanUp(instances);
    postgresRules(runtime, rigOf);
  });
}

const { version, why } = await foundHere('postgres');
describe.skipIf(version === undefined)(`Postgres of this machine${why}`, () => {
  postgresRules('native', rigOf, String(majorOf(version ?? '')));
});
