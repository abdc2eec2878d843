import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCluster } from '../../rig/cluster/cluster.ts';
import type { TestCluster } from '../../rig/cluster/cluster.ts';
import { mapsAt, numberAt, textAt, textOf } from '../../rig/cluster/json.ts';
import { apply, kubectl, missingKubectl, start } from '../../rig/cluster/kubectl.ts';
import type { Outcome } from '../../rig/cluster/outcome.ts';
import { until } from '../../rig/until.ts';
import { daemonSet, deployment, job, namespace, podTemplate, statefulSet } from './objects.ts';

const why = missingKubectl();
let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ context: 'kind-devstack-shop' });
});
afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
});

const inShop = (...args: readonly string[]) => kubectl(cluster, '-n', 'shop', ...args);
const podNames = () => cluster.objects('Pod').map(({ metadata }) => metadata.name);
/** What became of the first container of a pod of that app. */
const statusOf = (app: string) => {
  const pod = cluster.objects('Pod').find(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === app);
  const [container] = mapsAt(pod, 'status', 'containerStatuses');
  return { phase: textAt(pod, 'status', 'phase'), ...container };
};
const said = () =>
  cluster.objects('Event').map(({ type, reason, message }) => `${textOf(type)} ${textOf(reason)}: ${textOf(message)}`);

describe.skipIf(why !== '')(`pods of the cluster of the tests${why}`, () => {
  test('become ready, and the real kubectl says so', async () => {
    await apply(cluster, [namespace(), deployment(), statefulSet(), daemonSet(), job()]);
    const [rollout, other, each, complete] = await Promise.all([
      inShop('rollout', 'status', 'deployment/api'),
      inShop('rollout', 'status', 'statefulset/db'),
      inShop('rollout', 'status', 'daemonset/agent'),
      inShop('wait', '--for=condition=complete', 'job/migrate'),
    ]);
    expect(rollout.stdout).toContain('deployment "api" successfully rolled out');
    expect(other).toMatchObject({ code: 0, stderr: '' });
    expect(each.stdout).toContain('daemon set "agent" successfully rolled out');
    expect(complete).toMatchObject({ code: 0, stdout: 'job.batch/migrate condition met\n' });
    expect(podNames()).toEqual([
      expect.stringMatching(/^agent-[a-z0-9]{5}$/),
      expect.stringMatching(/^api-[a-z0-9]{9}-[a-z0-9]{5}$/),
      expect.stringMatching(/^api-[a-z0-9]{9}-[a-z0-9]{5}$/),
      'db-0',
      expect.stringMatching(/^migrate-[a-z0-9]{5}$/),
    ]);
    expect(cluster.objects('PersistentVolumeClaim')).toMatchObject([
      { metadata: { name: 'data-db-0' }, status: { phase: 'Bound' } },
    ]);
    expect(cluster.objects('Deployment')).toMatchObject([
      { status: { observedGeneration: 1, updatedReplicas: 2, availableReplicas: 2 } },
    ]);
  });

  test('are told of as they change', async () => {
    await apply(cluster, [namespace()]);
    cluster.fares('api', { kind: 'held' });
    const watching = start(cluster, ['-n', 'shop', 'get', 'pods', '-w', '-o', 'jsonpath={.status.phase}{"\\n"}']);
    await until(() => cluster.journal.some(({ verb }) => verb === 'watch'));
    await apply(cluster, [deployment('api', { replicas: 1 })]);
    await watching.line(/^Pending$/);
    await watching.line(/^Running$/);
    cluster.release('api');
    await watching.line(/^Running$/);
    expect(await inShop('rollout', 'status', 'deployment/api')).toMatchObject({ code: 0 });
    await watching.end();
  });

  test('go over to a new template one by one, and none is missing', async () => {
    await apply(cluster, [namespace(), deployment()]);
    await cluster.settled();
    const before = podNames();
    cluster.fares('api', { kind: 'held' });
    await apply(cluster, [deployment('api', { template: podTemplate('api', 'shop/api:2') })]);
    await cluster.settled();
    expect(podNames()).toEqual(expect.arrayContaining(before));
    expect(podNames()).toHaveLength(3);
    cluster.release('api');
    expect(await inShop('rollout', 'status', 'deployment/api')).toMatchObject({ code: 0 });
    await cluster.settled();
    expect(podNames()).toHaveLength(2);
    expect(podNames().some((name) => before.includes(name))).toBe(false);
    expect(statusOf('api')).toMatchObject({ image: 'shop/api:2', ready: true });
  });

  const outcomes: readonly (readonly [Outcome, object, string])[] = [
    [
      { kind: 'image-missing' },
      {
        phase: 'Pending',
        state: { waiting: { reason: 'ImagePullBackOff', message: expect.stringContaining('ErrImagePull') } },
      },
      'Warning Failed: Failed to pull image "shop/api:1": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/shop/api:1": failed to resolve reference "docker.io/shop/api:1": docker.io/shop/api:1: not found',
    ],
    [
      { kind: 'image-not-loaded' },
      { state: { waiting: { reason: 'ErrImageNeverPull' } } },
      'Warning ErrImageNeverPull: Container image "shop/api:1" is not present with pull policy of Never',
    ],
    [
      { kind: 'config-error', message: 'secret "api" not found' },
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "api" not found' } } },
      'Warning Failed: Error: secret "api" not found',
    ],
    [
      { kind: 'crashes', exitCode: 7, restarts: 2, log: ['too many open files'] },
      {
        phase: 'Running',
        restartCount: 2,
        state: { waiting: { reason: 'CrashLoopBackOff', message: expect.stringMatching(/^back-off 20s restarting/) } },
        lastState: { terminated: { reason: 'Error', exitCode: 7 } },
      },
      'Normal Started: Started container api',
    ],
    [
      { kind: 'out-of-memory' },
      { restartCount: 3, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } },
      'Normal Started: Started container api',
    ],
    [
      { kind: 'unschedulable' },
      { phase: 'Pending' },
      'Warning FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.',
    ],
    [
      { kind: 'probe-fails', probe: 'Readiness' },
      { phase: 'Running', ready: false },
      'Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    ],
    [
      { kind: 'probe-fails', probe: 'Liveness', message: 'Get "http://10.244.0.9:8080/": connection refused' },
      { state: { waiting: { reason: 'CrashLoopBackOff' } } },
      'Normal Killing: Container api failed liveness probe, will be restarted',
    ],
  ];

  test.each(outcomes)('fare as a test says: %o', async (outcome, status, event) => {
    cluster.fares('api', outcome);
    await apply(cluster, [namespace(), deployment('api', { replicas: 1 })]);
    await cluster.settled();
    expect(statusOf('api')).toMatchObject(status);
    expect(said()).toContain(event);
    cluster.release('api');
    expect(await inShop('rollout', 'status', 'deployment/api')).toMatchObject({ code: 0 });
  });

  test('wait for a volume that is not made', async () => {
    cluster.fares('db', { kind: 'claim-pending', message: 'no space left on device' });
    await apply(cluster, [namespace(), statefulSet()]);
    await cluster.settled();
    expect(cluster.objects('PersistentVolumeClaim')).toMatchObject([{ status: { phase: 'Pending' } }]);
    expect(said()).toContain('Warning ProvisioningFailed: no space left on device');
    cluster.release('db');
    expect(await inShop('rollout', 'status', 'statefulset/db')).toMatchObject({ code: 0 });
  });

  test('wait for a Secret that comes later, as in a real cluster', async () => {
    const container = { name: 'api', image: 'a:1', envFrom: [{ secretRef: { name: 'api-secrets' } }] };
    const template = podTemplate('api', '', { containers: [container] });
    await apply(cluster, [namespace(), deployment('api', { template })]);
    await cluster.settled();
    expect(statusOf('api')).toMatchObject({
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "api-secrets" not found' } },
    });
    const metadata = { name: 'api-secrets', namespace: 'shop' };
    await apply(cluster, [{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { KEY: 'a' } }]);
    expect(await inShop('rollout', 'status', 'deployment/api')).toMatchObject({ code: 0 });
    expect(cluster.objects('Secret')).toMatchObject([{ data: { KEY: 'YQ==' } }]);
  });

  test('of a Job that fails are made again until there were too many', async () => {
    cluster.fares('migrate', { kind: 'crashes', log: ['no such table'] });
    await apply(cluster, [namespace(), job('migrate', 'shop/api:1', { backoffLimit: 1 })]);
    expect(await inShop('wait', '--for=condition=failed', 'job/migrate')).toMatchObject({ code: 0 });
    expect(cluster.objects('Job')).toMatchObject([{ status: { failed: 2 } }]);
    expect(podNames()).toHaveLength(2);
    expect(await inShop('logs', podNames()[0] ?? '')).toMatchObject({ stdout: 'no such table\n' });
  });

  test('write logs, which are followed until the pod is gone', async () => {
    cluster.fares('api', { kind: 'ready', log: ['one', 'two'] });
    await apply(cluster, [namespace(), deployment('api', { replicas: 1 })]);
    await inShop('rollout', 'status', 'deployment/api');
    const following = start(cluster, ['-n', 'shop', 'logs', '-f', '--prefix', '--tail=1', 'deployment/api']);
    expect(await following.line(/two/)).toMatch(/^\[pod\/api-.*\/api\] two$/);
    cluster.prints('api', 'three');
    await following.line(/three/);
    expect(await inShop('delete', 'deployment/api')).toMatchObject({ code: 0 });
    expect((await following.finished).stdout).not.toContain('one');
  });

  test('that crash keep the log of the run before', async () => {
    cluster.fares('api', { kind: 'crashes', log: ['of the last run'] });
    await apply(cluster, [namespace(), deployment('api', { replicas: 1 })]);
    await cluster.settled();
    const [name = ''] = podNames();
    expect((await inShop('logs', name)).stdout).toBe('of the last run\n');
    expect((await inShop('logs', '--previous', name)).stdout).toBe('of the last run\n');
    cluster.fares('api', { kind: 'ready', log: ['well now'] });
    await cluster.settled();
    expect((await inShop('logs', name)).stdout).toBe('well now\n');
    expect((await inShop('logs', '--previous', name)).stdout).toBe('of the last run\n');
    expect(numberAt(statusOf('api'), 'restartCount')).toBe(4);
  });

  test('are found by labels and fields, and go with what they belong to', async () => {
    await apply(cluster, [namespace(), deployment(), statefulSet()]);
    await cluster.settled();
    const names = async (...args: readonly string[]) =>
      JSON.parse((await inShop('get', 'pods', '-o', 'json', ...args)).stdout).items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      );
    expect(await names('-l', 'app.kubernetes.io/name in (db),app.kubernetes.io/name')).toEqual(['db-0']);
    expect(await names('--field-selector', 'metadata.name=db-0')).toEqual(['db-0']);
    const events = await inShop('get', 'events', '--field-selector', 'involvedObject.name=db-0', '-o', 'name');
    expect(events.stdout.trim().split('\n')).toHaveLength(4);
    expect(await inShop('delete', 'statefulset/db', '--cascade=orphan')).toMatchObject({ code: 0 });
    await cluster.settled();
    expect(podNames()).toContain('db-0');
    expect(await kubectl(cluster, 'delete', 'namespace', 'shop')).toMatchObject({ code: 0 });
    expect([...cluster.objects('Pod'), ...cluster.objects('PersistentVolumeClaim')]).toEqual([]);
  });

  test('have no shell, which is said', async () => {
    await apply(cluster, [namespace(), statefulSet()]);
    await cluster.settled();
    const { code, stderr } = await inShop('exec', 'db-0', '--', 'true');
    expect([code, stderr]).toEqual([1, expect.stringContaining('the API server of the tests has no exec')]);
  });
});
