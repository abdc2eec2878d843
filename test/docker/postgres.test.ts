import { cleanUp, connect, describeDocker } from './engine-rig.ts';
import { postgresRules } from './postgres-rules.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);

for (const runtime of ['docker', 'embedded'] as const) {
  describeDocker(`Postgres in runtime ${runtime}`, () => {
    cleanUp(instances);
    postgresRules(runtime, rigOf);
  });
}
