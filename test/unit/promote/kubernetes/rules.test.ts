import { expect, test } from 'vitest';
import { judge, placeOf, SECTIONS, violationsOf } from '../../../../src/promote/kubernetes/rules/violations.ts';
import { changed, type Change } from './changed.ts';
import { good } from './good-objects.ts';

const rulesOf = (...changes: readonly Change[]) => [
  ...new Set(violationsOf(changed(...changes)).map(({ rule }) => rule)),
];

test('objects as they should be break none', () => {
  expect(violationsOf(good).map((one) => `${placeOf(one)}: ${one.text} (${one.rule})`)).toEqual([]);
});

const pod = 'spec template spec';
const own = `${pod} containers 0`;
const deployment = (path: string, value: unknown): Change => ['Deployment/api', path, value];
const role = (rule: object): Change => [
  'Role/api',
  'rules 0',
  { apiGroups: [''], resources: ['pods'], verbs: ['get'], ...rule },
];

const breaking: readonly (readonly [rule: string, ...changes: Change[]])[] = [
  ['fields', deployment('spec replica', 3)],
  ['fields', deployment('spec strategy rollingUpdate maxSurge', true)],
  ['fields', deployment(`${own} env 0 value`, 3000)],
  ['fields', ['Job/migrate', 'spec backoffLimit', '3']],
  ['fields', ['Service/db', 'spec publishNotReadyAddresses', 'yes']],
  ['fields', ['Ingress/shop', 'spec tls 0 hosts', 'shop.example.com']],
  ['fields', ['ConfigMap/api', 'data RETRIES', 3]],
  ['api-version', ['CronJob/report', 'apiVersion', 'batch/v1beta1']],
  ['label-value', deployment('metadata labels tier', 'front end')],
  ['label-value', deployment(`spec template metadata labels tier`, 'x'.repeat(64))],
  ['image-tag', deployment(`${own} image`, 'redis')],
  ['image-tag', deployment(`${own} image`, 'redis:latest')],
  ['image-tag', deployment(`${own} image`, 'localhost:5000/redis')],
  ['image-tag', deployment(`${pod} initContainers 0 image`, undefined)],
  ['namespace', ['PersistentVolumeClaim/files', 'metadata namespace', undefined]],
  ['namespace', ['PersistentVolumeClaim/files', 'metadata namespace', 'default']],
  ['instance-label', ['Job/migrate', 'metadata labels app.kubernetes.io/instance', 'other']],
  ['instance-label', ['Job/migrate', 'metadata labels', undefined]],
  ['selector-labels', deployment('spec selector matchLabels', { tier: 'front' })],
  ['selector-labels', ['StatefulSet/db', 'spec selector', undefined]],
  ['port-name', deployment(`${own} ports 1`, { name: 'Metrics', containerPort: 9090 })],
  ['port-name', deployment(`${own} ports 1`, { name: 'http', containerPort: 9090 })],
  ['port-name', ['Service/db', 'spec ports 0 targetPort', '5432']],
  ['env-twice', deployment(`${own} env 2`, { name: 'PORT', value: '1' })],
  ['env-twice', deployment(`${own} env 2`, { name: 'LOG_LEVEL', value: 'debug' })],
  ['env-twice', ['ConfigMap/api', 'data DB_HOST', 'db'], ['Secret/api', 'stringData DB_HOST', 'db']],
  ['service-without-pods', ['Service/db', 'spec selector', { tier: 'none' }]],
  ['service-without-pods', ['Service/db', 'spec selector', undefined]],
  ['service-without-pods', ['Service/db', 'metadata namespace', 'other']],
  ['ingress-backend', ['Service/api', 'spec ports 0 name', 'web']],
  ['ingress-backend', ['Ingress/shop', 'spec rules 0 http paths 0 backend service port', undefined]],
  ['ingress-backend', ['Ingress/shop', 'spec defaultBackend', { service: { name: 'none', port: { number: 80 } } }]],
  ['autoscaler-target', ['HorizontalPodAutoscaler/web', 'spec scaleTargetRef apiVersion', 'apps/v1beta1']],
  [
    'policy-without-pods',
    ['NetworkPolicy/report', 'spec podSelector matchLabels x', 'y'],
    ['CronJob/report', '', undefined],
  ],
  [
    'policy-peer',
    ['NetworkPolicy/db', 'spec ingress 1', { from: [{ podSelector: { matchLabels: { tier: 'none' } } }] }],
  ],
  ['monitor-without-service', ['ServiceMonitor/api', 'spec selector matchLabels', { tier: 'none' }]],
  ['monitor-without-service', ['ServiceMonitor/api', 'spec namespaceSelector', { matchNames: ['other'] }]],
  ['cpu-request', deployment(`${own} resources requests cpu`, undefined)],
  ['cpu-limit', deployment(`${own} resources limits cpu`, undefined)],
  [
    'memory-request',
    ['CronJob/report', 'spec jobTemplate spec template spec initContainers 0 resources requests memory', undefined],
  ],
  ['memory-limit', deployment(`${pod} initContainers 0 resources limits memory`, undefined)],
  ['ephemeral-storage', deployment(`${own} resources limits ephemeral-storage`, undefined)],
  ['replicas', deployment('spec replicas', 1)],
  ['replicas', deployment('spec replicas', undefined)],
  ['replicas', ['Deployment/web', 'metadata annotations', undefined]],
  ['anti-affinity', deployment(`${pod} affinity`, undefined)],
  [
    'anti-affinity',
    [
      'Deployment/web',
      `${pod} affinity podAntiAffinity preferredDuringSchedulingIgnoredDuringExecution 0 podAffinityTerm labelSelector matchLabels x`,
      'y',
    ],
  ],
  ['topology-spread', ['StatefulSet/db', `${pod} topologySpreadConstraints`, undefined]],
  ['topology-spread-form', deployment(`${pod} topologySpreadConstraints 0 labelSelector`, undefined)],
  ['topology-spread-form', deployment(`${pod} topologySpreadConstraints 0 maxSkew`, 0)],
  ['rolling-update', deployment('spec strategy', { type: 'Recreate' })],
  ['disruption-budget', ['PodDisruptionBudget/api', '', undefined]],
  ['disruption-budget', ['StatefulSet/db', 'spec replicas', 3]],
  ['budget-policy', ['PodDisruptionBudget/api', 'spec maxUnavailable', undefined]],
  ['budget-unavailable', ['PodDisruptionBudget/api', 'spec maxUnavailable', 0]],
  ['budget-unavailable', ['PodDisruptionBudget/api', 'spec maxUnavailable', '0%']],
  ['budget-available', ['PodDisruptionBudget/api', 'spec minAvailable', '100%']],
  ['budget-available', ['PodDisruptionBudget/api', 'spec minAvailable', 3]],
  ['budget-autoscaler', ['PodDisruptionBudget/web', 'spec minAvailable', 3]],
  ['budget-eviction', ['PodDisruptionBudget/api', 'spec unhealthyPodEvictionPolicy', undefined]],
  ['autoscaler-minimum', ['HorizontalPodAutoscaler/web', 'spec minReplicas', 1]],
  ['autoscaler-range', ['HorizontalPodAutoscaler/web', 'spec maxReplicas', 2]],
  ['autoscaled-replicas', ['Deployment/web', 'spec replicas', 3]],
  ['readiness-probe', deployment(`${own} readinessProbe`, undefined)],
  ['liveness-probe', deployment(`${own} livenessProbe`, undefined)],
  ['probes-identical', deployment(`${own} livenessProbe`, { httpGet: { path: '/ready', port: 'http' } })],
  [
    'probes-identical',
    deployment(`${own} livenessProbe`, { exec: { command: ['x'] } }),
    deployment(`${own} readinessProbe`, { exec: { command: ['x'] } }),
  ],
  ['probe-port', deployment(`${own} livenessProbe tcpSocket port`, 9090)],
  ['probe-port', deployment(`${own} startupProbe httpGet port`, 'web')],
  ['startup-probe', deployment(`${own} startupProbe`, undefined)],
  ['liveness-of-others', deployment(`${own} livenessProbe`, { exec: { command: ['pg_isready', '-h', 'db'] } })],
  [
    'liveness-of-others',
    deployment(`${own} livenessProbe`, { exec: { command: ['sh', '-c', 'curl http://db.shop:80/up'] } }),
  ],
  ['isolated', ['NetworkPolicy/api', '', undefined]],
  ['isolated', ['NetworkPolicy/api', 'spec policyTypes', ['Ingress']]],
  ['policy-form', ['NetworkPolicy/api', 'spec ingress', []]],
  ['policy-form', ['NetworkPolicy/api', 'spec podSelector matchLabels app.kubernetes.io/name', 'api']],
  ['name-lookup', ['NetworkPolicy/api', 'spec egress 0 ports', [{ protocol: 'UDP', port: 53 }]]],
  [
    'name-lookup',
    ['NetworkPolicy/api', 'spec egress 0 to', [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'db' } } }]],
  ],
  ['service-type', ['Service/api', 'spec type', 'NodePort']],
  ['service-type', ['Service/api', 'spec type', 'LoadBalancer']],
  ['ingress-tls', ['Ingress/shop', 'spec tls', undefined]],
  ['host-network', deployment(`${pod} hostNetwork`, true)],
  ['host-pid', deployment(`${pod} hostPID`, true)],
  ['host-ipc', deployment(`${pod} hostIPC`, true)],
  ['host-port', deployment(`${own} ports 0 hostPort`, 8080)],
  ['host-path', deployment(`${pod} volumes 1`, { name: 'host', hostPath: { path: '/var/run/docker.sock' } })],
  ['ssh-port', deployment(`${own} ports 1`, { containerPort: 22 })],
  ['run-as-root', deployment(`${pod} securityContext runAsNonRoot`, undefined)],
  ['run-as-root', deployment(`${own} securityContext runAsNonRoot`, false)],
  ['user-id', deployment(`${pod} securityContext runAsUser`, 999)],
  ['user-id', deployment(`${pod} securityContext runAsGroup`, undefined)],
  ['privilege-escalation', deployment(`${own} securityContext allowPrivilegeEscalation`, undefined)],
  ['privileged', deployment(`${own} securityContext privileged`, true)],
  ['privileged', deployment(`${own} securityContext privileged`, undefined)],
  ['capabilities-kept', deployment(`${own} securityContext capabilities`, { drop: ['NET_RAW'] })],
  ['capabilities-added', deployment(`${own} securityContext capabilities add`, ['SYS_ADMIN'])],
  ['seccomp', deployment(`${pod} securityContext seccompProfile`, undefined)],
  ['seccomp', deployment(`${own} securityContext seccompProfile`, { type: 'Unconfined' })],
  ['read-only-root', deployment(`${own} securityContext readOnlyRootFilesystem`, undefined)],
  ['empty-dir-size', deployment(`${pod} volumes 0 emptyDir`, {})],
  ['volume-type', deployment(`${pod} volumes 1`, { name: 'share', nfs: { server: 'nas', path: '/' } })],
  ['probe-host', deployment(`${own} readinessProbe httpGet host`, '10.0.0.1')],
  ['probe-host', deployment(`${own} lifecycle`, { preStop: { httpGet: { host: '10.0.0.1', path: '/', port: 1 } } })],
  [
    'sysctl',
    deployment(`${pod} securityContext sysctls`, [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }]),
  ],
  ['secret-variable', deployment(`${own} env 2`, { name: 'TOKEN_TTL', value: '3600' })],
  ['secret-variable', deployment(`${own} env 2`, { name: 'CACHE', value: 'redis://:pw@cache' })],
  ['secret-variable', deployment(`${own} env 2`, { name: 'PEM', value: '-----BEGIN RSA PRIVATE KEY-----' })],
  ['secret-in-config', ['ConfigMap/api', 'data API_TOKEN_FILE', '/run/token']],
  ['secret-in-config', ['ConfigMap/api', 'data CACHE', 'redis://:pw@cache']],
  ['account-default', deployment(`${pod} serviceAccountName`, undefined)],
  ['account-missing', deployment(`${pod} serviceAccountName`, 'other')],
  ['account-missing', ['ServiceAccount/api', 'metadata namespace', 'other']],
  ['account-field', deployment(`${pod} serviceAccount`, 'api')],
  ['account-token', deployment(`${pod} automountServiceAccountToken`, undefined)],
  ['account-token', ['ServiceAccount/api', 'automountServiceAccountToken', undefined]],
  ['service-links', ['Job/migrate', `${pod} enableServiceLinks`, undefined]],
  ['role-wildcard', role({ verbs: ['*'] })],
  ['role-secrets', role({ resources: ['secrets'] })],
  ['role-creates-pods', role({ verbs: ['create'] })],
  ['role-exec', role({ resources: ['pods/exec'] })],
  ['cluster-admin', ['RoleBinding/api', 'roleRef', { kind: 'ClusterRole', name: 'cluster-admin' }]],
  ['stateful-service', ['StatefulSet/db', 'spec serviceName', undefined]],
  ['stateful-service', ['StatefulSet/db', 'spec serviceName', 'none']],
  ['stateful-service', ['Service/db-headless', 'spec clusterIP', undefined]],
  ['stateful-service', ['Service/db-headless', 'spec selector', { 'app.kubernetes.io/name': 'api' }]],
  ['cron-deadline', ['CronJob/report', 'spec startingDeadlineSeconds', undefined]],
  ['cron-restart', ['CronJob/report', 'spec jobTemplate spec template spec restartPolicy', undefined]],
  ['job-ttl', ['Job/migrate', 'spec ttlSecondsAfterFinished', undefined]],
  ['job-ttl', ['CronJob/report', 'spec jobTemplate spec ttlSecondsAfterFinished', 60]],
  ['single-writer', deployment(`${pod} volumes 1`, { name: 'files', persistentVolumeClaim: { claimName: 'files' } })],
  ['pull-policy', deployment(`${own} imagePullPolicy`, 'IfNotPresent')],
  ['priority-class', deployment(`${pod} priorityClassName`, undefined)],
];

test.each(breaking.map(([rule, ...changes]) => ({ rule, changes })))('$rule', ({ rule, changes }) => {
  expect(rulesOf(...changes)).toEqual([rule]);
});

test('every rule is broken by a case', () => {
  const rules = Object.values(SECTIONS).flatMap((section) => Object.keys(section));
  expect([...new Set(breaking.map(([rule]) => rule))].sort()).toEqual(rules.toSorted());
});

test('a violation says what, where and what to do', () => {
  const [one] = violationsOf(changed(deployment(`${own} image`, 'redis')));
  expect(one && [placeOf(one), one.text, one.checks]).toEqual([
    'Deployment/shop/api api',
    'redis is another image tomorrow; name one with a tag, or by its digest',
    [
      { tool: 'kube-score', name: 'container-image-tag' },
      { tool: 'kube-linter', name: 'latest-tag' },
      { tool: 'polaris', name: 'tagNotSpecified' },
    ],
  ]);
});

test('group 0 is that of root, and one that hosts have', () => {
  expect(rulesOf(deployment(`${own} securityContext runAsGroup`, 0))).toEqual(['run-as-root', 'user-id']);
});

test('what a tool does not see, it need not be told', () => {
  const toolsOf = (change: Change) => violationsOf(changed(change)).map(({ checks }) => checks.map(({ name }) => name));
  expect(toolsOf(deployment(`${own} image`, 'localhost:5000/redis'))).toEqual([['latest-tag', 'tagNotSpecified']]);
  expect(toolsOf(deployment('spec template metadata labels tier', 'a b'))).toEqual([[]]);
  expect(toolsOf(deployment(`${own} securityContext privileged`, undefined))).toEqual([[]]);
});

test('what is right in more than one way is right', () => {
  expect(rulesOf(deployment(`${own} image`, `redis@sha256:${'0'.repeat(64)}`))).toEqual([]);
  expect(
    rulesOf(
      deployment(`spec selector`, {
        matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['api', 'x'] }],
      }),
    ),
  ).toEqual([]);
  expect(rulesOf(['Service/db', 'spec', { type: 'ExternalName', externalName: 'db.example' }])).toEqual([]);
  expect(rulesOf(['NetworkPolicy/api', 'spec egress', [{}]])).toEqual([]);
  expect(rulesOf(deployment(`${own} securityContext capabilities add`, ['NET_BIND_SERVICE']))).toEqual([]);
  expect(
    rulesOf(
      ['PersistentVolumeClaim/files', 'spec accessModes', ['ReadWriteMany']],
      deployment(`${pod} volumes 1`, { name: 'files', persistentVolumeClaim: { claimName: 'files' } }),
    ),
  ).toEqual([]);
});

test('kinds of other projects are not taken for those of Kubernetes', () => {
  expect(
    violationsOf([
      ...good,
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'x', namespace: 'shop' } },
    ]),
  ).toEqual([]);
});

test('manifests with holes where data is expected are judged, not crashed into', () => {
  for (const { apiVersion, kind, metadata } of good)
    for (const spec of [undefined, null, 'x', [], { template: null, containers: 'x', rules: [null], ports: [1] }])
      expect(() => judge([{ apiVersion, kind, metadata, spec, rules: spec, data: spec }])).not.toThrow();
});
