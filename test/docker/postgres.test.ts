import { describe } from 'vitest';
import { cleanUp, connect, describeDocker } from './engine-rig.ts';
import { postgresRules } from './postgres-rules.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);

describeDocker('Postgres', () => {
  cleanUp(instances);
  describe.each(['docker', 'embedded'] as const)('in runtime %s', (runtime) => {
    postgresRules(runtime, rigOf);
  });
});
