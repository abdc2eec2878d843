import { describe } from 'vitest';
import { infraEngines } from '../../src/kinds/index.ts';
import { cleanUp, connect, describeDocker, foundHere } from './engine-rig.ts';
import { mysqlRules } from './mysql-rules.ts';
import { useRigs } from './rigs.ts';

const { rigOf, instances } = useRigs(connect);

for (const kind of ['mysql', 'mariadb'] as const) {
  describeDocker(`${kind} in a container`, () => {
    cleanUp(instances);
    mysqlRules(kind, 'docker', infraEngines[kind].version, rigOf);
  });
}

const { version, why } = await foundHere('mariadb');
describe.skipIf(version === undefined)(`MariaDB of this machine${why}`, () => {
  mysqlRules('mariadb', 'native', version ?? '', rigOf);
});
