import type { FailedRollout, PodCause } from '../../../src/core/cluster.ts';
import type { Failure } from '../../../src/core/failure.ts';

type ClusterCode =
  | 'tool-missing'
  | 'cluster-failed'
  | 'cluster-port-in-use'
  | 'cluster-refused'
  | 'apply-refused'
  | 'rollout-failed'
  | 'data-source-down'
  | 'data-copy-failed';
type SampleOf<C extends ClusterCode> = {
  readonly when: string;
  readonly failure: Extract<Failure, { code: C }>;
  readonly text: string;
};

const cluster = 'devstack-shop-3fa2c1';

function rollout(
  when: string,
  cause: PodCause,
  text: string,
  log: readonly string[] = [],
  place: { readonly cluster: string; readonly target?: 'kind' } = { cluster, target: 'kind' },
): SampleOf<'rollout-failed'> {
  const failed: FailedRollout = {
    resource: 'api',
    kind: 'Deployment',
    ready: 0,
    wanted: 2,
    trouble:
      cause.kind === 'refused' || cause.kind === 'volume'
        ? { cause, log }
        : { pod: 'api-6c9d4-x2x7p', ...(cause.kind !== 'unschedulable' && { container: 'api' }), cause, log },
  };
  const end = 'Failed after 41 s. The cluster is kept: mend it and run the same command again.';
  return {
    when,
    failure: { code: 'rollout-failed', ...place, namespace: 'shop', afterMs: 41_000, failed: [failed] },
    text: `${text}\n${end}`,
  };
}

const POD = '  pod api-6c9d4-x2x7p  container api\n';

/** Of `devstack promote --to kind`, and of others that bring a stack into a cluster. */
export const clusterSamples: { readonly [C in ClusterCode]: readonly [SampleOf<C>, ...SampleOf<C>[]] } = {
  'tool-missing': [
    {
      when: 'A program that makes clusters, or talks to them, is not on this machine.',
      failure: { code: 'tool-missing', tool: 'kind' },
      text:
        'kind is not installed\n' +
        'Install it: brew install kind, or go install sigs.k8s.io/kind@latest, or see https://kind.sigs.k8s.io.\n' +
        'To only write the files: devstack promote --to kubernetes',
    },
  ],
  'cluster-failed': [
    {
      when: 'A cluster cannot be made, or does not answer.',
      failure: {
        code: 'cluster-failed',
        cluster,
        doing: 'be created',
        reason: 'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.33.1"',
        hint: 'Its node image cannot be pulled: no network, a proxy, or the limit of the registry.',
      },
      text:
        'The cluster devstack-shop-3fa2c1 could not be created\n' +
        'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.33.1"\n' +
        'Its node image cannot be pulled: no network, a proxy, or the limit of the registry.',
    },
  ],
  'cluster-port-in-use': [
    {
      when: 'A port of this machine that is to lead into the cluster is taken.',
      failure: {
        code: 'cluster-port-in-use',
        cluster,
        port: 8080,
        resource: 'web',
        holder: { pid: 4711, command: 'node server.mjs', leftoverOf: 'run' },
      },
      text:
        'web is to be reached at port 8080 of this machine, and node server.mjs (pid 4711) has it. devstack started it: devstack down, in its folder.\n' +
        'Stop it, or move all ports of the cluster: --port-offset 10000',
    },
  ],
  'cluster-refused': [
    {
      when: 'A cluster does not answer a question, or may not be asked.',
      failure: {
        code: 'cluster-refused',
        cluster: 'kind-devstack-shop',
        doing: 'looking at shop',
        reason: 'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods"',
      },
      text:
        'kind-devstack-shop does not do what it was asked (looking at shop)\n' +
        'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods"',
    },
  ],
  'apply-refused': [
    {
      when: 'A cluster does not take an object.',
      failure: {
        code: 'apply-refused',
        cluster: 'staging',
        reason: 'resource mapping not found for name: "worker" namespace: "shop": no matches for kind "ScaledObject"',
        hint: 'The cluster does not know ScaledObject (keda.sh/v1alpha1). Install what brings it, or leave it out of this target.',
      },
      text:
        'staging refused objects\n' +
        'resource mapping not found for name: "worker" namespace: "shop": no matches for kind "ScaledObject"\n' +
        'The cluster does not know ScaledObject (keda.sh/v1alpha1). Install what brings it, or leave it out of this target.',
    },
  ],
  'rollout-failed': [
    rollout(
      'A program ends again and again, since it looks for a server at its own address.',
      { kind: 'crash', exitCode: 1, restarts: 3 },
      `api  Deployment 0/2  keeps ending (exit code 1, restarted 3 times)\n${POD}` +
        '  │ Error: connect ECONNREFUSED 127.0.0.1:5432\n' +
        '  It looks for somebody at 127.0.0.1, which is its own pod. Give it a reference instead of a literal (env: { URL: db.url }): every target has its own address.',
      ['Error: connect ECONNREFUSED 127.0.0.1:5432'],
    ),
    rollout(
      'A program ends again and again.',
      { kind: 'crash', exitCode: 3, restarts: 3 },
      `api  Deployment 0/2  keeps ending (exit code 3, restarted 3 times)\n${POD}` +
        '  │ TypeError: x is undefined\n  All of its log: devstack logs --target kind api',
      ['TypeError: x is undefined'],
    ),
    rollout(
      'A program ends again and again in a cluster that is elsewhere.',
      { kind: 'crash', exitCode: 3, restarts: 3 },
      `api  Deployment 0/2  keeps ending (exit code 3, restarted 3 times)\n${POD}` +
        '  │ TypeError: x is undefined\n' +
        '  All of its log: kubectl --context=team-staging -n shop logs -l app.kubernetes.io/name=api --tail=100',
      ['TypeError: x is undefined'],
      { cluster: 'team-staging' },
    ),
    rollout(
      'Nodes elsewhere cannot get its image.',
      { kind: 'image', image: 'acme/api:1', reason: 'ImagePullBackOff', message: 'dial tcp: i/o timeout' },
      `api  Deployment 0/2  ImagePullBackOff\n${POD}  dial tcp: i/o timeout\n` +
        '  The nodes cannot pull it from its registry. Is it there (docker manifest inspect acme/api:1), and do they reach it?',
      [],
      { cluster: 'team-staging' },
    ),
    rollout(
      'The machine has no file watches left.',
      { kind: 'crash', exitCode: 1, restarts: 3 },
      `api  Deployment 0/2  keeps ending (exit code 1, restarted 3 times)\n${POD}` +
        '  │ Error: EMFILE: too many open files, watch\n' +
        '  The machine has run out of file watches: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
      ['Error: EMFILE: too many open files, watch'],
    ),
    rollout(
      'It needs more memory than it may have.',
      { kind: 'out-of-memory', limit: '64Mi', restarts: 3 },
      `api  Deployment 0/2  out of memory (restarted 3 times)\n${POD}` +
        '  It may have 64Mi. Raise deploy.resources.limits.memory, or let it use less.',
    ),
    rollout(
      'The node cannot get its image.',
      {
        kind: 'image',
        image: 'acme/api:1',
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "acme/api:1": failed to resolve reference: not found',
      },
      `api  Deployment 0/2  ImagePullBackOff\n${POD}` +
        '  Back-off pulling image "acme/api:1": failed to resolve reference: not found\n' +
        '  There is no acme/api:1. Check its name and tag.',
    ),
    rollout(
      'The image runs as root.',
      {
        kind: 'configuration',
        message: 'container has runAsNonRoot and image will run as root (pod: "api-6c9d4-x2x7p")',
      },
      `api  Deployment 0/2  cannot be created\n${POD}` +
        '  container has runAsNonRoot and image will run as root (pod: "api-6c9d4-x2x7p")\n' +
        '  Its image runs as root. Write USER with a number into the Dockerfile.',
    ),
    rollout(
      'A Secret is missing.',
      { kind: 'configuration', message: 'secret "api-secrets" not found' },
      `api  Deployment 0/2  cannot be created\n${POD}  secret "api-secrets" not found\n` +
        '  What it is to be given is not in the cluster: devstack promote --to kubernetes --diff shows what is written.',
    ),
    rollout(
      'No node has room for it.',
      { kind: 'unschedulable', message: '0/1 nodes are available: 1 Insufficient memory.' },
      'api  Deployment 0/2  no node takes it\n  pod api-6c9d4-x2x7p\n  0/1 nodes are available: 1 Insufficient memory.\n' +
        '  It asks for more than the nodes have left: lower deploy.resources.requests, or have more nodes (--nodes 2).',
    ),
    rollout(
      'Nobody provides the storage it claims.',
      { kind: 'volume', claim: 'data-db-0', message: 'storageclass.storage.k8s.io "fast" not found' },
      'api  Deployment 0/2  has no storage\n  storageclass.storage.k8s.io "fast" not found\n' +
        '  No class of storage provides for its claim. Name one: deploy.storageClass; one node only writes to the storage of kind.',
    ),
    rollout(
      'The namespace refuses its pods.',
      {
        kind: 'refused',
        message: 'pods "api-6c9d4-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      },
      'api  Deployment 0/2  its pods are refused\n' +
        '  pods "api-6c9d4-" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true\n' +
        '  The namespace takes pods with fewer rights only; fields are named above, and deploy.kubernetes can set them.',
    ),
    rollout(
      'Its health check says no.',
      { kind: 'probe', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' },
      `api  Deployment 0/2  is not ready\n${POD}  Readiness probe failed: HTTP probe failed with statuscode: 503\n` +
        '  Its health check says no. It is asked inside of its pod: does it listen on 0.0.0.0, at the port it is given? devstack logs --target kind api',
    ),
  ],
  'data-source-down': [
    {
      when: 'Data of a server is to be copied into a cluster (`--with-data`), and the server does not run in dev.',
      failure: { code: 'data-source-down', resources: ['db'] },
      text:
        'The data of db is to be copied from dev, where it does not run\n' +
        'Start what has the data: devstack up -d db',
    },
    {
      when: 'Several of them do not run.',
      failure: { code: 'data-source-down', resources: ['db', 'cache'] },
      text:
        'The data of db, cache is to be copied from dev, where they do not run\n' +
        'Start what has the data: devstack up -d db cache',
    },
  ],
  'data-copy-failed': [
    {
      when: 'Data of dev cannot be copied into a cluster.',
      failure: {
        code: 'data-copy-failed',
        resource: 'db',
        cluster,
        doing: 'be written',
        reason: 'ERROR:  type "geometry" does not exist',
        hint: 'When it is mended, run the same command again.',
      },
      text:
        'The data of db could not be written (devstack-shop-3fa2c1)\n' +
        'ERROR:  type "geometry" does not exist\n' +
        'When it is mended, run the same command again.',
    },
  ],
};
