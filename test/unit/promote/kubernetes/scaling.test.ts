import { describe, expect, test } from 'vitest';
import { kafka, nats, rabbitmq, redis, secret, service, worker } from '../../../../src/index.ts';
import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';
import { dataAt, listAt, textAt } from '../../../../src/promote/kubernetes/rules/data.ts';
import { judge } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { operatorErrors } from '../../../rig/operator-schema.ts';
import { promoteToKubernetes, stackOf } from '../../../rig/promote.ts';
import type { InCluster } from '../../../rig/promote.ts';

const promoted = (resources: Parameters<typeof stackOf>[0]) => promoteToKubernetes(stackOf(resources));
const ofKind = ({ objects }: InCluster, kind: string) => objects.filter((object) => object.kind === kind);
const textsOf = ({ notes }: InCluster) => notes.map(({ resource, text }) => `${resource}: ${text}`);
const triggersOf = (object: KubeObject | undefined) => listAt(object, 'spec', 'triggers');

describe('by a queue', () => {
  const mq = rabbitmq();
  const mail = worker({
    cwd: 'api',
    dev: 'node mail.mjs',
    env: { AMQP_URL: mq.url },
    deploy: { autoscale: { min: 0, max: 4, queue: mq.queueDepth('mails', { target: 20, activation: 5 }) } },
  });
  const made = promoted({ mq, mail });

  test('KEDA looks at it with the login of its server, and down to none', () => {
    expect(ofKind(made, 'ScaledObject').map((object) => object['spec'])).toEqual([
      {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'mail' },
        minReplicaCount: 0,
        maxReplicaCount: 4,
        triggers: [
          {
            type: 'rabbitmq',
            metadata: { mode: 'QueueLength', queueName: 'mails', value: '20', activationValue: '4' },
            authenticationRef: { name: 'mail-mq' },
          },
        ],
      },
    ]);
    expect(ofKind(made, 'TriggerAuthentication').map(({ metadata, ...rest }) => [metadata.name, rest['spec']])).toEqual(
      [['mail-mq', { secretTargetRef: [{ parameter: 'host', name: 'mq-app', key: 'uri' }] }]],
    );
    const [controller] = ofKind(made, 'Deployment');
    expect(Object.keys(dataAt(controller, 'spec'))).not.toContain('replicas');
    expect(judge(made.objects).violations).toEqual([]);
  });

  test('the server lets KEDA in, and its Secret is found under the name kustomize gives it', () => {
    const policy = ofKind(made, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'mq');
    expect(listAt(policy, 'spec', 'ingress')).toContainEqual({
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'keda' } } }],
      ports: [{ protocol: 'TCP', port: 5672 }],
    });
    expect(made.tree.get('deploy/k8s/overlays/production/kustomization.yaml')).toContain(
      'configurations: [secret-references.yaml]',
    );
  });

  test('a machine of one’s own has no KEDA', () => {
    for (const file of ['mail-scaledobject.yaml', 'mail-triggerauthentication.yaml'])
      expect(made.tree.get(`deploy/k8s/overlays/kind/${file}`)).toContain('$patch: delete');
    expect(textsOf(made)).toEqual([
      'mail: deploy.autoscale.queue takes KEDA (keda.sh) in the cluster: kind goes without, and runs one',
    ]);
  });

  test('every kind of queue has its trigger, beside cpu and memory', () => {
    const [closed, open, bus, events] = [redis({ password: secret('P') }), redis(), nats(), kafka()];
    const queue = [
      closed.listLength('a', { target: 1 }),
      open.listLength('b', { target: 2 }),
      bus.consumerLag('ORDERS', 'mail', { target: 3 }),
      events.consumerLag('orders', 'mail', { target: 4 }),
    ];
    const job = worker({
      cwd: 'api',
      dev: 'node a.mjs',
      deploy: { autoscale: { max: 4, cpu: 70, memory: 80, queue } },
    });
    const all = promoted({ closed, open, bus, events, job });
    expect(triggersOf(ofKind(all, 'ScaledObject')[0])).toEqual([
      {
        type: 'redis',
        metadata: { listName: 'a', listLength: '1', activationListLength: '0' },
        authenticationRef: { name: 'job-closed' },
      },
      {
        type: 'redis',
        metadata: { address: 'open.shop.svc:6379', listName: 'b', listLength: '2', activationListLength: '0' },
      },
      {
        type: 'nats-jetstream',
        metadata: {
          natsServerMonitoringEndpoint: 'bus.shop.svc:8222',
          account: '$G',
          stream: 'ORDERS',
          consumer: 'mail',
          lagThreshold: '3',
          activationLagThreshold: '0',
        },
      },
      {
        type: 'kafka',
        metadata: {
          bootstrapServers: 'events.shop.svc:9092',
          topic: 'orders',
          consumerGroup: 'mail',
          lagThreshold: '4',
          activationLagThreshold: '0',
        },
      },
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
      { type: 'memory', metricType: 'Utilization', metadata: { value: '80' } },
    ]);
    const kedas = all.objects.filter(({ apiVersion }) => apiVersion.startsWith('keda.sh/'));
    expect(kedas.flatMap(operatorErrors)).toEqual([]);
    const [first] = kedas;
    expect(first && operatorErrors({ ...first, nonsense: true })).not.toEqual([]);
    expect(judge(all.objects).violations).toEqual([]);
  });

  test('of a server elsewhere it is what its address in a Secret allows', () => {
    const far = rabbitmq({ deploy: { external: secret('FAR_URL') } });
    const cache = redis({ deploy: { external: secret('CACHE_URL') } });
    const near = (queue: ReturnType<typeof far.queueDepth>) =>
      worker({ cwd: 'api', dev: 'node a.mjs', deploy: { autoscale: { min: 0, max: 4, queue } } });
    const one = near(far.queueDepth('a', { target: 1 }));
    const other = near(cache.listLength('b', { target: 1 }));
    const all = promoted({ far, cache, one, other });
    expect(ofKind(all, 'ScaledObject').map(({ metadata }) => metadata.name)).toEqual(['one']);
    expect(ofKind(all, 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual(['other']);
    expect(textsOf(all).filter((text) => text.startsWith('other'))).toEqual([
      'other: deploy.autoscale.queue is not carried over for b: cache is elsewhere, and its address is in no Secret of which KEDA reads',
      'other: deploy.autoscale.min is 0, and what scales by cpu or memory keeps one',
    ]);
  });
});

describe('by what each pod uses', () => {
  const node = { cwd: 'api', dev: 'node a.mjs' } as const;
  const mq = rabbitmq();
  const queue = mq.queueDepth('a', { target: 1 });
  const made = promoted({
    mq,
    api: service({ ...node, deploy: { vpa: 'auto' } }),
    mail: worker({ ...node, deploy: { vpa: 'auto' } }),
    each: worker({ ...node, deploy: { vpa: 'initial', kind: 'daemon' } }),
    quiet: worker({ ...node, deploy: { vpa: 'off', autoscale: { max: 3, cpu: 50 } } }),
    usual: worker({ ...node, deploy: { vpa: 'initial', autoscale: { max: 3 } } }),
    asked: worker({ ...node, deploy: { vpa: 'auto', autoscale: { min: 2, max: 3, rps: 9 } } }),
    woken: worker({ ...node, deploy: { vpa: 'auto', autoscale: { min: 2, max: 3, queue } } }),
    both: worker({ ...node, deploy: { vpa: 'auto', autoscale: { max: 3, memory: 50, queue } } }),
  });
  const all = ofKind(made, 'VerticalPodAutoscaler');

  test('what is requested follows, unless their number goes by a part of that', () => {
    const policies = all.map(({ metadata, ...rest }) => [metadata.name, dataAt(rest, 'spec', 'updatePolicy')]);
    expect(Object.fromEntries(policies)).toEqual({
      api: { updateMode: 'Recreate' },
      mail: { updateMode: 'Recreate', minReplicas: 1 },
      each: { updateMode: 'Initial' },
      quiet: { updateMode: 'Off' },
      usual: { updateMode: 'Off' },
      asked: { updateMode: 'Recreate' },
      woken: { updateMode: 'Recreate' },
      both: { updateMode: 'Off' },
    });
    expect(all.map((object) => textAt(object, 'spec', 'targetRef', 'kind'))).toEqual([
      'Deployment',
      'Deployment',
      'DaemonSet',
      ...Array.from({ length: 5 }, () => 'Deployment'),
    ]);
    expect(all.flatMap(operatorErrors)).toEqual([]);
    expect(judge(made.objects).violations).toEqual([]);
    expect(textsOf(made).filter((text) => text.includes('is off there'))).toEqual(
      ['usual', 'both'].map((name) => expect.stringMatching(`^${name}: deploy.vpa is off there instead of`)),
    );
  });

  test('it is missed by nobody where it is not, and scales what is there', () => {
    expect(made.tree.get('deploy/k8s/overlays/kind/api-vpa.yaml')).toContain('$patch: delete');
    const gone = made.objects.filter(({ kind, metadata }) => kind !== 'DaemonSet' || metadata.name !== 'each');
    expect(
      judge(gone)
        .violations.filter(({ rule }) => rule === 'autoscaler-target')
        .map(({ text, checks }) => [text, checks]),
    ).toEqual([['there is no DaemonSet each in namespace shop; correct spec.targetRef', []]]);
  });
});

test('by requests it is a metric of the pods, which the cluster has to have', () => {
  const api = service({ cwd: 'api', dev: 'node a.mjs', deploy: { autoscale: { min: 2, max: 20, rps: 5000 } } });
  const made = promoted({ api });
  const [scaler] = ofKind(made, 'HorizontalPodAutoscaler');
  expect(scaler?.['spec']).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
    minReplicas: 2,
    maxReplicas: 20,
    metrics: [
      {
        type: 'Pods',
        pods: {
          metric: { name: 'http_requests_per_second' },
          target: { type: 'AverageValue', averageValue: '5000' },
        },
      },
    ],
  });
  expect(textAt(ofKind(made, 'Deployment')[0], 'spec', 'replicas')).toBeUndefined();
  expect(textsOf(made)).toEqual([
    'api: deploy.autoscale.rps takes the metric http_requests_per_second of its pods, which prometheus-adapter makes of what it counts',
  ]);
});
