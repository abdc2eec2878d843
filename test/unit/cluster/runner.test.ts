import { expect, test } from 'vitest';
import { progressOf, runnerOf } from '../../../src/cluster/runner.ts';

const live = (spec: object, status: object) => ({ metadata: { generation: 2 }, spec, status });

test.each([
  [
    'Deployment',
    { replicas: 2 },
    { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
    'waiting',
  ],
  [
    'Deployment',
    { replicas: 2 },
    { observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 2 },
    'waiting',
  ],
  [
    'Deployment',
    { replicas: 2 },
    { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
    'up',
  ],
  ['StatefulSet', {}, { observedGeneration: 2, replicas: 1, updatedReplicas: 0, readyReplicas: 1 }, 'waiting'],
  ['StatefulSet', {}, { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 }, 'up'],
  [
    'DaemonSet',
    {},
    { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
    'waiting',
  ],
  [
    'DaemonSet',
    {},
    { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 },
    'waiting',
  ],
  [
    'DaemonSet',
    {},
    { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
    'up',
  ],
  ['DaemonSet', {}, { observedGeneration: 2, desiredNumberScheduled: 0 }, 'up'],
  ['Job', {}, { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }, 'up'],
  ['Job', {}, { failed: 1, conditions: [{ type: 'Failed', status: 'True' }] }, 'failed'],
  ['Cluster', { instances: 3 }, { readyInstances: 2, conditions: [{ type: 'Ready', status: 'False' }] }, 'waiting'],
  ['Cluster', { instances: 3 }, { readyInstances: 3, conditions: [{ type: 'Ready', status: 'True' }] }, 'up'],
  ['RabbitmqCluster', { replicas: 3 }, { conditions: [{ type: 'AllReplicasReady', status: 'True' }] }, 'up'],
  ['RabbitmqCluster', { replicas: 3 }, {}, 'waiting'],
  ['MongoDBCommunity', { members: 3 }, { phase: 'Pending', currentStatefulSetReplicas: 1 }, 'waiting'],
  ['MongoDBCommunity', { members: 3 }, { phase: 'Running', currentStatefulSetReplicas: 3 }, 'up'],
  ['RedisReplication', { clusterSize: 3 }, { masterNode: '' }, 'waiting'],
  ['RedisReplication', { clusterSize: 3 }, { masterNode: 'cache-ha-0' }, 'up'],
] as const)('a %s of %o with %o is %s', (kind, spec, status, state) => {
  expect(progressOf({ kind }, live(spec, status)).state).toBe(state);
});

test('what has no pods is waited for by nobody', () => {
  const of = (kind: string) => runnerOf({ apiVersion: 'v1', kind, metadata: { name: 'x' } });
  expect(['Service', 'CronJob', 'ConfigMap', 'Database', 'RedisSentinel'].map(of)).toEqual(Array(5).fill(undefined));
  expect(of('Cluster')).toMatchObject({ kind: 'Cluster', resource: 'x' });
});
