import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../../..');
const K8S = 'test/unit/promote/kubernetes/golden';
const ALL = `${K8S}/everything/deploy/k8s/base`;
const IDENTITY = `${K8S}/identity/deploy/k8s/base`;
const GATEWAY = `${K8S}/gateway/deploy/k8s/base`;
const WORDPRESS = `${K8S}/wordpress/deploy/k8s/base`;
const TASKS = `${K8S}/tasks/deploy/k8s/base`;
const DELIVERY = 'test/unit/promote/delivery/golden';
const COMPOSE = 'test/unit/promote/compose/golden';
const DOCKER = 'test/unit/promote/docker/golden';
const PAGE = 'docs/kubernetes.md';

/** Of the checklist of what a promoted stack needs, by row: the file it is visible in, and the text there. */
const SHOWN: Readonly<Record<number, readonly [file: string, text: string]>> = {
  1: [`${COMPOSE}/identity/deploy/compose/compose.yaml`, 'image: identity/identity-service:'],
  2: [PAGE, 'devstack promote --to helm'],
  3: ['docs/compose.md', '--only infra'],
  4: ['src/cli/promote/compose/promote.ts', 'Not in this target: scaling by load'],
  5: ['docs/adopt.md', 'const db = postgres('],
  6: ['test/unit/promote/kubernetes/summary.test.ts', 'Readiness checks: 21; Secrets: 19; containers with requests'],
  9: [`${K8S}/tasks/explained.txt`, 'env.DATABASE_URL'],
  10: ['docs/kind.md', '--with-data=replace'],
  11: ['examples/tasks/devstack.config.ts', 'defineConfig'],
  12: ['test/unit/promote/kubernetes/summary.test.ts', 'share one database of db'],
  13: [`${ALL}/api/deployment.yaml`, 'restartPolicy: Always'],
  14: [`${DOCKER}/Dockerfile.rust`, 'cargo build'],
  15: [`${COMPOSE}/identity/deploy/docker/docker-bake.hcl`, 'SERVICE_NAME = "identity-service"'],
  16: [`${COMPOSE}/identity/deploy/docker/docker-bake.hcl`, 'dockerfile = "docker/Dockerfile.service"'],
  17: [`${COMPOSE}/identity/deploy/compose/compose.yaml`, 'dockerfile: docker/Dockerfile.service'],
  18: [`${DOCKER}/Dockerfile.go1.23`, 'AS manifests'],
  19: [`${DOCKER}/Dockerfile.go1.23`, "-name 'go.sum'"],
  20: [`${DOCKER}/Dockerfile.go1.23`, '-ldflags="-s -w"'],
  21: [`${DOCKER}/Dockerfile.go1.23`, '--mount=type=cache,id=go-build'],
  22: [`${DOCKER}/Dockerfile.go1.23`, 'gcr.io/distroless/static-debian12:nonroot'],
  23: [`${DOCKER}/Dockerfile.go1.23`, 'USER 65532:65532'],
  24: [`${DOCKER}/Dockerfile.go1.23`, '@sha256:'],
  25: [`${DOCKER}/Dockerfile.node-npm`, 'npm ci'],
  26: [`${DOCKER}/Dockerfile.node-pnpm-build`, 'pnpm'],
  27: [`${COMPOSE}/tasks/deploy/docker/Dockerfile.node-npm-unlocked.dockerignore`, '.env'],
  28: [`${DOCKER}/Dockerfile.static`, 'nginx'],
  29: [`${COMPOSE}/identity/deploy/compose/compose.yaml`, 'x-shared-env: &shared-env'],
  30: [`${IDENTITY}/db-databases/job.yaml`, 'createdb'],
  31: [`${IDENTITY}/db-pooler/deployment.yaml`, 'pgbouncer'],
  32: [`${COMPOSE}/tasks/deploy/compose/compose.yaml`, 'condition: service_healthy'],
  33: [`${GATEWAY}/gateway/service.yaml`, 'name: admin'],
  34: [`${WORDPRESS}/wordpress/deployment.yaml`, 'image: wordpress'],
  35: ['src/cli/promote/compose/promote.ts', 'up --build'],
  36: [`${COMPOSE}/tasks/deploy/compose/compose.yaml`, 'pids: 512'],
  37: [`${ALL}/00-namespace.yaml`, 'kind: ResourceQuota'],
  38: [`${TASKS}/api/deployment.yaml`, 'livenessProbe'],
  39: [`${GATEWAY}/gateway/deployment.yaml`, 'maxSurge: 1'],
  40: [`${GATEWAY}/gateway/deployment.yaml`, 'maxUnavailable: 0'],
  41: [`${IDENTITY}/role-service/deployment.yaml`, 'replicas: 3'],
  42: [`${IDENTITY}/audit-service-processor/deployment.yaml`, 'image: identity/audit-service-api:dev'],
  43: [`${IDENTITY}/role-service/deployment.yaml`, 'preStop'],
  44: [`${IDENTITY}/role-service/deployment.yaml`, 'startupProbe'],
  45: [`${IDENTITY}/role-service/deployment.yaml`, 'readinessProbe'],
  46: ['test/cli/observed.test.ts', 'observed by devstack up: 100 MiB peak'],
  47: ['test/unit/promote/kubernetes/summary.test.ts', "qos: 'guaranteed'"],
  48: [`${WORDPRESS}/db/statefulset.yaml`, 'serviceName: db-headless'],
  49: [`${WORDPRESS}/wordpress/pvc.yaml`, 'ReadWriteMany'],
  50: [`${IDENTITY}/role-service/deployment.yaml`, 'kind: Deployment'],
  51: [`${ALL}/agent/daemonset.yaml`, 'kind: DaemonSet'],
  52: [`${IDENTITY}/role-service/service.yaml`, 'type: ClusterIP'],
  53: [`${IDENTITY}/role-service/deployment.yaml`, 'topologyKey: topology.kubernetes.io/zone'],
  54: [`${ALL}/agent/service.yaml`, 'port: 80'],
  55: [`${GATEWAY}/gateway/service.yaml`, 'targetPort: admin'],
  56: [`${ALL}/cms/service.yaml`, 'type: LoadBalancer'],
  57: [`${ALL}/api/ingress.yaml`, 'nginx.ingress.kubernetes.io/limit-rps: "9"'],
  58: [`${ALL}/asked/httproute.yaml`, 'request: 90s'],
  60: [`${IDENTITY}/db/networkpolicy.yaml`, 'app.kubernetes.io/instance: db-pooler'],
  61: [`${IDENTITY}/db/networkpolicy.yaml`, 'policyTypes: [Ingress, Egress]'],
  62: [`${IDENTITY}/role-service/service.yaml`, 'appProtocol: http'],
  63: [`${ALL}/api/configmap.yaml`, 'b.txt'],
  64: [`${K8S}/identity/deploy/k8s/overlays/production/kustomization.yaml`, 'identity-service-secrets'],
  65: [`${IDENTITY}/role-service/deployment.yaml`, 'secretRef'],
  66: [`${ALL}/agent/daemonset.yaml`, 'mountPath: /run/secrets/KEY'],
  67: [`${TASKS}/api/deployment.yaml`, 'secretKeyRef'],
  68: [PAGE, 'create-secrets.sh'],
  69: [PAGE, 'External Secrets Operator'],
  70: [`${K8S}/identity/deploy/k8s/.gitignore`, 'secrets.env'],
  71: [`${DOCKER}/Dockerfile.go1.23`, '--mount=type=secret'],
  72: [`${IDENTITY}/identity-service/hpa.yaml`, 'averageUtilization: 70'],
  73: [`${IDENTITY}/session-service/hpa.yaml`, 'averageValue: "5000"'],
  74: [`${IDENTITY}/audit-service-processor/scaledobject.yaml`, 'mode: QueueLength'],
  75: [`${IDENTITY}/profile-service/hpa.yaml`, 'kube-score/ignore: horizontalpodautoscaler-replicas'],
  76: [`${IDENTITY}/oauth-service/hpa.yaml`, 'averageUtilization: 60'],
  77: [`${TASKS}/api/hpa.yaml`, 'name: memory'],
  78: [`${GATEWAY}/gateway/hpa.yaml`, 'maxReplicas: 20'],
  79: [`${IDENTITY}/role-service/pdb.yaml`, 'maxUnavailable: 1'],
  80: [`${ALL}/agent/vpa.yaml`, 'updateMode: Initial'],
  85: [`${ALL}/cache/statefulset.yaml`, 'name: tmp-data'],
  86: [`${IDENTITY}/mq/statefulset.yaml`, 'image: rabbitmq'],
  88: ['src/cli/promote/git.ts', '-dirty.'],
  89: [`${K8S}/identity/deploy/k8s/overlays/kind/role-service-deployment.yaml`, 'imagePullPolicy: IfNotPresent'],
  96: [`${ALL}/agent/role.yaml`, 'verbs: [get, list, watch]'],
  97: [`${IDENTITY}/role-service/deployment.yaml`, 'drop: [ALL]'],
  98: ['docs/lint.md', 'ignore.devstack/'],
  100: [`${IDENTITY}/kustomization.yaml`, '00-namespace.yaml'],
  101: [PAGE, 'devstack.dev/commit'],
  7: [PAGE, '--canary'],
  8: ['scripts/test-kind.ts', 'was killed, and another one took orders'],
  59: [`${DELIVERY}/canary/deploy/k8s/canary/canary.yaml`, 'canary-weight'],
  81: [`${K8S}/operators/deploy/k8s/base/db/cluster.yaml`, 'kind: Cluster'],
  82: [`${K8S}/operators/deploy/k8s/base/cache/redissentinel.yaml`, 'masterGroupName: cache'],
  83: [`${K8S}/chart/deploy/k8s/charts/cache.yaml`, 'existingSecretPasswordKey: password'],
  84: [`${K8S}/operators/deploy/k8s/base/docs/mongodbcommunity.yaml`, 'kind: MongoDBCommunity'],
  87: [
    'test/unit/promote/kubernetes/operators.test.ts',
    'mongodb+srv://app:p%2Fw@docs-svc.shop.svc.cluster.local/docs',
  ],
  90: [`${DELIVERY}/github-applied/deploy.yaml`, 'actions/checkout@'],
  91: [`${DELIVERY}/github-applied/deploy.yaml`, 'scan:'],
  92: [`${DELIVERY}/argocd/deploy/gitops/argocd/production.yaml`, 'kind: Application'],
  93: [
    `${DELIVERY}/monitoring-annotations/deploy/k8s/components/monitoring/api-annotations.yaml`,
    'prometheus.io/scrape',
  ],
  94: [
    `${DELIVERY}/monitoring-operator/deploy/k8s/components/monitoring/servicemonitor.yaml`,
    'release: kube-prometheus-stack',
  ],
  95: ['docs/kind.md', 'devstack logs api --target kind'],
  99: ['docs/kind.md', 'devstack promote --to k3d'],
};

test('every row of the checklist is shown', () => {
  const rows = Object.keys(SHOWN).map(Number);
  expect(rows.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
});

test('what a row is said to show is there', () => {
  const missing = Object.entries(SHOWN).flatMap(([row, [file, text]]) =>
    readFileSync(path.join(repository, file), 'utf8').includes(text) ? [] : [`${row}: ${file} has no ${text}`],
  );
  expect(missing).toEqual([]);
});
