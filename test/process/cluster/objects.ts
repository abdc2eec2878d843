import type { KubeObject } from '../../../src/promote/kubernetes/object.ts';

/** As little as the real server takes. */
export function namespace(name = 'shop', labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function deployment(name = 'api', more: Readonly<Record<string, unknown>> = {}): KubeObject {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(name),
      ...more,
    },
  };
}

export function podTemplate(name: string, image = `shop/${name}:1`, more: object = {}): object {
  return {
    metadata: { labels: { 'app.kubernetes.io/name': name } },
    spec: { containers: [{ name, image }], ...more },
  };
}

export function statefulSet(name = 'db', more: object = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas: 1,
      serviceName: `${name}-headless`,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: podTemplate(name),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
      ...more,
    },
  };
}

export function daemonSet(name = 'agent', image = `shop/${name}:1`): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'shop' },
    spec: { selector: { matchLabels: { 'app.kubernetes.io/name': name } }, template: podTemplate(name, image) },
  };
}

export function job(name = 'migrate', image = 'shop/api:1', more: object = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop' },
    spec: { template: podTemplate(name, image, { restartPolicy: 'Never' }), ...more },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'devstack' } },
    data,
  };
}
