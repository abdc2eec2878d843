import { infraEngines } from '../../src/kinds/index.ts';
import { cleanUp, connect } from '../docker/engine-rig.ts';
import { kindRules } from '../docker/kind-rules.ts';
import { postgresRules } from '../docker/postgres-rules.ts';
import { useRigs } from '../docker/rigs.ts';
import { describePrivate } from './private-engine.ts';

const { rigOf, instances } = useRigs(connect);

describePrivate('Postgres on another engine', () => {
  cleanUp(instances);
  postgresRules('docker', rigOf);
});

for (const kind of ['redis', 'nats'] as const) {
  describePrivate(`${kind} on another engine`, () => {
    cleanUp(instances);
    kindRules(kind, 'docker', infraEngines[kind].version, rigOf);
  });
}
