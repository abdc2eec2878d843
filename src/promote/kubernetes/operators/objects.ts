import type { Workload } from '../../workload.ts';
import type { Operated } from '../../operated.ts';
import type { Cluster } from '../cluster.ts';
import type { KubeObject } from '../object.ts';
import { postgresObjects } from './cloudnative-pg.ts';
import { mongodbObjects } from './mongodb.ts';
import { operatorFacts } from './operator.ts';
import { rabbitmqObjects } from './rabbitmq.ts';
import { redisChartObjects } from './redis-chart.ts';
import { redisObjects } from './redis.ts';

/** What tells an operator of a server; pods, Services and disruption budgets it makes by itself. */
export function operatedObjects(workload: Workload, operated: Operated, cluster: Cluster): readonly KubeObject[] {
  switch (operated.operator) {
    case 'cloudnative-pg':
      return postgresObjects(workload, operated, cluster);
    case 'mongodb':
      return mongodbObjects(workload, operated, cluster, operatorFacts(operated).podLabel(workload.name));
    case 'rabbitmq':
      return rabbitmqObjects(workload, operated, cluster, operatorFacts(operated).podLabel(workload.name));
    case 'redis':
      return redisObjects(workload, operated, cluster, operatorFacts(operated));
    case 'redis-chart':
      return redisChartObjects(workload, cluster);
  }
}
