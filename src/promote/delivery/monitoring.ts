import type { Monitoring } from '../../core/delivery.ts';
import { claimsOf } from '../kubernetes/controllers.ts';
import { controllerKind, labelsOf, portNames, protocolOf } from '../kubernetes/cluster.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { byFile } from '../kubernetes/objects.ts';
import type { Workload, WorkloadPort } from '../workload.ts';
import { alertRules } from './alerts.ts';

/** A part of an overlay: files below its folder. */
interface Component {
  readonly folder: string;
  readonly files: ReadonlyMap<string, readonly unknown[]>;
}

/** Namespaces Prometheus is usually installed into. */
const NAMESPACES = ['monitoring', 'prometheus', 'observability', 'kube-prometheus-stack'];
/** What the Prometheus of the chart of this name looks for. */
const RELEASE = { release: 'kube-prometheus-stack' };

/** What makes Prometheus measure the stack, and lets it in; undefined when there is nothing of it. */
export function monitoringComponent(kind: Monitoring, cluster: Cluster): Component | undefined {
  const measured = cluster.workloads.flatMap((workload): Measured[] => {
    const port = workload.ports.find(({ name }) => name === workload.metrics?.port);
    return workload.metrics && port ? [{ workload, port, path: workload.metrics.path }] : [];
  });
  const objects = [
    ...measured.map((one) => admission(one, cluster)),
    ...(kind === 'operator' ? [...measured.map((one) => serviceMonitor(one, cluster)), rules(cluster, measured)] : []),
  ];
  if (objects.length === 0) return undefined;
  const files = byFile(objects);
  const patches = kind === 'annotations' ? measured.map((one) => annotated(one, cluster)) : [];
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources: [...files.keys()],
    ...(patches.length > 0 && { patches: measured.map(({ workload }) => ({ path: patchFile(workload) })) }),
  };
  return {
    folder: 'components/monitoring',
    files: new Map<string, readonly unknown[]>([
      ['kustomization.yaml', [kustomization]],
      ...files,
      ...measured
        .map(({ workload }, index) => [patchFile(workload), [patches[index]]] as const)
        .slice(0, patches.length),
    ]),
  };
}

interface Measured {
  readonly workload: Workload;
  readonly port: WorkloadPort;
  readonly path: string;
}

function patchFile({ name }: Workload): string {
  return `${name}-annotations.yaml`;
}

function admission({ workload, port }: Measured, cluster: Cluster): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: `${workload.name}-from-monitoring`,
      namespace: cluster.namespace,
      labels: labelsOf(workload, cluster),
    },
    spec: {
      // By name: a version that is tried is measured, too.
      podSelector: { matchLabels: { 'app.kubernetes.io/name': workload.name } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: {
                matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: NAMESPACES }],
              },
            },
          ],
          ports: [{ protocol: protocolOf(port), port: port.number }],
        },
      ],
    },
  };
}

function serviceMonitor({ workload, port, path }: Measured, cluster: Cluster): KubeObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: {
      name: workload.name,
      namespace: cluster.namespace,
      labels: { ...labelsOf(workload, cluster), ...RELEASE },
    },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': workload.name } },
      endpoints: [
        {
          port: portNames(workload).get(port),
          path,
          interval: '15s',
          ...(port.protocol === 'https' && { scheme: 'https' }),
        },
      ],
    },
  };
}

function rules(cluster: Cluster, measured: readonly Measured[]): KubeObject {
  const hasVolumes = cluster.workloads.some(
    (workload) => claimsOf(workload, cluster).length > 0 || Object.keys(workload.volumes).length > 0,
  );
  const services = measured.filter(({ port }) => /^https?$/.test(port.protocol)).map(({ workload }) => workload.name);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: cluster.stack,
      namespace: cluster.namespace,
      labels: {
        'app.kubernetes.io/part-of': cluster.stack,
        'app.kubernetes.io/managed-by': 'devstack',
        ...RELEASE,
      },
    },
    spec: {
      groups: [{ name: cluster.stack, rules: alertRules({ namespace: cluster.namespace, services, hasVolumes }) }],
    },
  };
}

/** Pods are asked at one port each: the annotations have room for no other. */
function annotated({ workload, port, path }: Measured, cluster: Cluster): KubeObject {
  const annotations = {
    'prometheus.io/scrape': 'true',
    'prometheus.io/path': path,
    'prometheus.io/port': String(port.number),
    ...(port.protocol === 'https' && { 'prometheus.io/scheme': 'https' }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: controllerKind(workload, cluster.workloads),
    metadata: { name: workload.name, namespace: cluster.namespace },
    spec: { template: { metadata: { annotations } } },
  };
}
