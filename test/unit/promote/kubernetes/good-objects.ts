import type { KubeObject } from '../../../../src/promote/kubernetes/object.ts';

/** A small app that breaks no rule: each test takes one thing from it. */
export const good: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  ...appObjects('api', 'Deployment', {
    replicas: 3,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  }),
  ...appObjects('db', 'StatefulSet', { replicas: 1, serviceName: 'db-headless' }),
  service('api', { type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 'http' }] }),
  service('db', { ports: [{ port: 5432, targetPort: 'http' }] }),
  service('db-headless', { clusterIP: 'None', ports: [{ port: 5432, targetPort: 'http' }] }, 'db'),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta('shop'),
    spec: {
      tls: [{ hosts: ['shop.example'], secretName: 'shop-tls' }],
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'api', port: { name: 'http' } } } }],
          },
        },
      ],
    },
  },
  ...appObjects('web', 'Deployment', {}, { 'polaris.fairwinds.com/deploymentMissingReplicas-exempt': 'true' }),
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: meta('web'),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 6,
    },
  },
  budget('api'),
  budget('web'),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('api'),
    data: { LOG_LEVEL: 'info', 'app.yaml': 'cache: redis://:${CACHE_PASSWORD}@cache:6379\n' },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: meta('api'), stringData: { DB_PASSWORD: 'x' } },
  {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: meta('api'),
    spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': 'api' } }, endpoints: [{ port: 'http' }] },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: meta('api'),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: meta('api'),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'api' },
    subjects: [{ kind: 'ServiceAccount', name: 'api' }],
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta('files'),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta('migrate'),
    spec: { backoffLimit: 3, ttlSecondsAfterFinished: 600, template: template('migrate', { restartPolicy: 'Never' }) },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: meta('report'),
    spec: {
      schedule: '0 3 * * *',
      startingDeadlineSeconds: 300,
      jobTemplate: { spec: { template: template('report', { restartPolicy: 'OnFailure' }) } },
    },
  },
  ...['migrate', 'report'].flatMap((name) => [policy(name), account(name)]),
];

function appObjects(
  name: string,
  kind: 'Deployment' | 'StatefulSet',
  spec: object,
  annotations: Readonly<Record<string, string>> = {},
): readonly KubeObject[] {
  return [
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: { ...meta(name), annotations },
      spec: { ...spec, selector: { matchLabels: labels(name) }, template: template(name, running(name)) },
    },
    policy(name),
    account(name),
  ];
}

function labels(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
}

function meta(name: string): KubeObject['metadata'] {
  return { name, namespace: 'shop', labels: labels(name) };
}

function account(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(name), automountServiceAccountToken: false };
}

function service(name: string, spec: object, selects = name): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: meta(name), spec: { ...spec, selector: labels(selects) } };
}

function budget(name: string): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(name),
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: labels(name) } },
  };
}

function policy(name: string): KubeObject {
  const dns = {
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
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta(name),
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/instance': name } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'api' } } }] }],
      egress: [dns],
    },
  };
}

function template(name: string, more: object): object {
  return {
    metadata: { labels: labels(name) },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: 'normal',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      initContainers: [container('prepare')],
      containers: [container(name)],
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
      ...more,
    },
  };
}

function running(name: string): object {
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels(name) } },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels(name) },
      },
    ],
    containers: [
      {
        ...container(name),
        ports: [{ name: 'http', containerPort: 8080 }],
        envFrom: [{ configMapRef: { name: 'api' } }, { secretRef: { name: 'api' } }],
        startupProbe: { httpGet: { path: '/ready', port: 'http' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        livenessProbe: { tcpSocket: { port: 'http' } },
      },
    ],
  };
}

function container(name: string): object {
  const amounts = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '100Mi' };
  return {
    name,
    image: `registry.example:5000/${name}:1.4.2`,
    imagePullPolicy: 'Always',
    env: [
      { name: 'PORT', value: '8080' },
      { name: 'DATABASE_URL', value: 'postgres://app:$(DB_PASSWORD)@db:5432/app' },
    ],
    resources: { requests: amounts, limits: amounts },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}
