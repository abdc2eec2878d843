import { createHash } from 'node:crypto';
import { isMap, mapAt, mapsAt, textOf } from '../json.ts';
import type { JsonMap } from '../json.ts';
import type { KubeObject } from '../object.ts';
import { invalid } from '../refusal.ts';
import type { Kind } from '../kinds.ts';
import type { Store } from '../store.ts';

/** What the real server fills in and somebody reads: not all of it. */
export function withDefaults(kind: Kind, object: KubeObject, store: Store): KubeObject {
  const spec = mapAt(object, 'spec');
  switch (kind.kind) {
    case 'Deployment': {
      const strategy = mapAt(spec, 'strategy');
      const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
      return withSpec(object, {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        ...spec,
        strategy: strategy['type'] === 'Recreate' ? { type: 'Recreate' } : { ...rolling, ...strategy },
        template: podTemplate(spec),
      });
    }
    case 'StatefulSet':
      return withSpec(object, {
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        revisionHistoryLimit: 10,
        ...spec,
        template: podTemplate(spec),
      });
    case 'DaemonSet':
      return withSpec(object, {
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        revisionHistoryLimit: 10,
        ...spec,
        template: podTemplate(spec),
      });
    case 'ReplicaSet':
      return withSpec(object, { replicas: 1, ...spec, template: podTemplate(spec) });
    case 'Job':
      return withSpec(object, {
        parallelism: 1,
        completions: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        suspend: false,
        ...spec,
        template: podTemplate(spec),
      });
    case 'Pod':
      return withSpec(object, podSpec(spec));
    case 'Service':
      return withSpec(object, serviceSpec(kind, object, store));
    case 'PersistentVolumeClaim': {
      const claim = withSpec(object, { storageClassName: 'standard', volumeMode: 'Filesystem', ...spec });
      return { ...claim, status: object['status'] ?? { phase: 'Pending' } };
    }
    case 'Namespace':
      return {
        ...object,
        metadata: {
          ...object.metadata,
          labels: { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels },
        },
        spec: { finalizers: ['kubernetes'] },
        status: object['status'] ?? { phase: 'Active' },
      };
    case 'Secret':
      return secret(object);
    default:
      return object;
  }
}

function withSpec(object: KubeObject, spec: JsonMap): KubeObject {
  return { ...object, spec };
}

function podTemplate(spec: JsonMap): JsonMap {
  const template = mapAt(spec, 'template');
  return { ...template, spec: podSpec(mapAt(template, 'spec')) };
}

function podSpec(spec: JsonMap): JsonMap {
  const withPolicy = (container: JsonMap): JsonMap => ({
    imagePullPolicy: /:(?!latest)[^/]+$|@sha256:/.test(textOf(container['image'])) ? 'IfNotPresent' : 'Always',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
  });
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    ...spec,
    containers: mapsAt(spec, 'containers').map(withPolicy),
    ...(spec['initContainers'] !== undefined && { initContainers: mapsAt(spec, 'initContainers').map(withPolicy) }),
  };
}

const FIRST_NODE_PORT = 30_000;

function serviceSpec(kind: Kind, object: KubeObject, store: Store): JsonMap {
  const spec = mapAt(object, 'spec');
  if (spec['type'] === 'ExternalName') return spec;
  const { name, namespace = '' } = object.metadata;
  const others = store
    .list('services')
    .filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace)
    .flatMap((service) => mapsAt(service, 'spec', 'ports').map(({ nodePort }) => nodePort));
  const taken = new Set(others);
  const hasNodePorts = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  const ports = mapsAt(spec, 'ports').map((port, index) => {
    const { nodePort } = port;
    if (nodePort !== undefined && taken.has(nodePort))
      throw invalid(kind, name, [
        {
          reason: 'FieldValueInvalid',
          field: `spec.ports[${index}].nodePort`,
          message: `Invalid value: ${textOf(nodePort)}: provided port is already allocated`,
        },
      ]);
    let free = FIRST_NODE_PORT;
    while (taken.has(free)) free++;
    const own = hasNodePorts ? (nodePort ?? free) : undefined;
    taken.add(own);
    return { protocol: 'TCP', targetPort: port['port'], ...port, ...(own !== undefined && { nodePort: own }) };
  });
  const [one = 0, other = 1] = createHash('sha256').update(`${namespace}/${name}`).digest();
  const address = `10.96.${one}.${other}`;
  return {
    type: 'ClusterIP',
    clusterIP: address,
    clusterIPs: [spec['clusterIP'] ?? address],
    sessionAffinity: 'None',
    ...spec,
    ports,
  };
}

/** `stringData` is written only. */
function secret({ stringData, ...object }: KubeObject): KubeObject {
  const said = isMap(stringData) ? Object.entries(stringData) : [];
  const encoded = said.map(([key, value]) => [key, Buffer.from(textOf(value)).toString('base64')] as const);
  const data = { ...mapAt(object, 'data'), ...Object.fromEntries(encoded) };
  const { apiVersion, kind, metadata } = object;
  return {
    ...object,
    apiVersion,
    kind,
    metadata,
    type: object['type'] ?? 'Opaque',
    ...(Object.keys(data).length > 0 && { data }),
  };
}
