import type { Operated } from '../operated.ts';
import type { Workload } from '../workload.ts';
import { frontDoorOf, instanceOf, isPublic, labelsOf, protocolOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { gatewayOf, gatewayPeer } from './http-route.ts';
import { exemptionAnnotations } from './exemption.ts';
import type { Exemption } from './exemption.ts';
import type { KubeObject } from './object.ts';
import { watchedPort, watcherRule } from './queue-scaling.ts';
import { operatorFacts } from './operators/operator.ts';
import { asksCluster } from './roles.ts';

/** Namespaces controllers of an Ingress are usually installed into. */
const CONTROLLERS = [
  'ingress-nginx',
  'traefik',
  'kube-system',
  'haproxy-controller',
  'kong',
  'projectcontour',
  'istio-ingress',
  'envoy-gateway-system',
];
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
/** Where clouds tell machines their credentials. */
const METADATA = ['169.254.0.0/16'];

/** Only those whose address somebody has are talked to, and only by them. */
export function networkPolicyOf(workload: Workload, cluster: Cluster): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: workload.name,
      namespace: cluster.namespace,
      labels: labelsOf(workload, cluster),
      ...(workload.operated && { annotations: exemptionAnnotations([ofOthers(workload.operated)]) }),
    },
    spec: {
      podSelector: podsOf(workload),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [...ingressOf(workload, cluster), ...operatorIngress(workload)],
      egress: [...egressOf(workload, cluster), ...operatorEgress(workload)],
    },
  };
}

function ofOthers({ operator }: Operated): Exemption {
  const who = operator === 'redis-chart' ? 'a chart of others' : 'its operator';
  return { reason: `${who} makes the pods`, kubeScore: ['networkpolicy-targets-pod'] };
}

function ingressOf(workload: Workload, cluster: Cluster): readonly unknown[] {
  const clients = cluster.workloads.filter(({ reaches }) => reaches.includes(workload.name));
  const ports = portsOf(workload);
  const door = frontDoorOf(workload);
  const gateway = gatewayOf(workload);
  const watched = watchedPort(workload, cluster);
  const open = workload.ports.filter(({ outside }) => outside?.isPublic === true);
  return [
    ...(clients.length > 0 && ports.length > 0
      ? [{ from: clients.map((client) => ({ podSelector: podsOf(client) })), ports }]
      : []),
    ...(door
      ? [
          {
            from: [
              {
                namespaceSelector: {
                  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: CONTROLLERS }],
                },
              },
              ...(gateway ? [gatewayPeer(gateway, cluster)] : []),
            ],
            ports: [{ protocol: protocolOf(door), port: door.number }],
          },
        ]
      : []),
    ...(watched ? [watcherRule(watched)] : []),
    ...(isPublic(workload)
      ? [
          {
            from: [{ ipBlock: { cidr: '0.0.0.0/0' } }],
            ports: open.map((port) => ({ protocol: protocolOf(port), port: port.number })),
          },
        ]
      : []),
  ];
}

function egressOf(workload: Workload, { workloads, hasServersElsewhere }: Cluster): readonly unknown[] {
  const reached = workload.reaches.flatMap((name) => workloads.find((one) => one.name === name) ?? []);
  const except = [...(hasServersElsewhere ? [] : PRIVATE), ...METADATA].toSorted();
  return [
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
    ...reached
      .filter(({ ports }) => ports.length > 0)
      .map((other) => ({ to: [{ podSelector: podsOf(other) }], ports: portsOf(other) })),
    // What is the user's talks to the world; servers, and what stands before them, do not.
    ...(workload.engine === undefined ? [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except } }] }] : []),
    ...(asksCluster(workload) ? [TO_CLUSTER] : []),
  ];
}

/** Its pods among themselves, and the operator, which is in a namespace of its own. */
function operatorIngress(workload: Workload): readonly unknown[] {
  if (!workload.operated) return [];
  const { namespace } = operatorFacts(workload.operated);
  return [
    { from: [{ podSelector: podsOf(workload) }] },
    ...(namespace === undefined
      ? []
      : [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }] }]),
  ];
}

/** Each pod asks the API of the cluster who is the first of them. */
function operatorEgress(workload: Workload): readonly unknown[] {
  if (!workload.operated) return [];
  return [{ to: [{ podSelector: podsOf(workload) }] }, TO_CLUSTER];
}

/** No selector has its API. */
const TO_CLUSTER = {
  to: [{ ipBlock: { cidr: '0.0.0.0/0', except: METADATA } }],
  ports: [
    { protocol: 'TCP', port: 443 },
    { protocol: 'TCP', port: 6443 },
  ],
};

/** By one label: tools that look for a policy of a pod want exactly one to match. */
function podsOf(workload: Workload): Record<string, unknown> {
  const { name, operated } = workload;
  if (operated) return { matchLabels: operatorFacts(operated).podLabel(name) };
  return { matchLabels: { 'app.kubernetes.io/instance': instanceOf(workload) } };
}

function portsOf({ ports }: Workload): readonly unknown[] {
  return ports.map((port) => ({ protocol: protocolOf(port), port: port.number }));
}
