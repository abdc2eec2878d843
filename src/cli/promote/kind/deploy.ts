import type { LocalCluster } from '../../../core/cluster.ts';
import { FailureError } from '../../../core/failure.ts';
import { awaitRollout } from '../../../cluster/await-rollout.ts';
import type { Kubectl } from '../../../cluster/kubectl.ts';
import { fatesOf, leftoversOf } from '../../../cluster/prune.ts';
import { OPERATED, runnerOf } from '../../../cluster/runner.ts';
import { wavesOf } from '../../../cluster/waves.ts';
import { counted } from '../../../output/counted.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import type { ClusterReport } from './report.ts';

export interface Deployment {
  /** What it is called for people. */
  readonly cluster: string;
  /** Absent for one that is elsewhere. */
  readonly target?: LocalCluster;
  readonly stack: string;
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
  /** Jobs that ran to their end here before, of which the cluster may have forgotten. */
  readonly done: ReadonlySet<string>;
  /** Whom each resource waits for. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly canGrow: boolean;
  readonly pruneVolumes: boolean;
  /** Not all of the stack: what is not in it stays as it is. */
  readonly isPart: boolean;
  /** A StatefulSet to be made anew around its data. */
  readonly recreate?: string;
  /** Called after each wave with all resources that are up, or done. */
  onUp?(up: ReadonlySet<string>): Promise<void>;
}

/** All a stack may have in its namespace, and that it makes itself; not every cluster knows all of it. */
const KINDS = [
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'services',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'persistentvolumeclaims',
  'networkpolicies.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling',
  'resourcequotas',
  'limitranges',
  // Of operators and the like, where they are.
  'scaledobjects.keda.sh',
  'triggerauthentications.keda.sh',
  'verticalpodautoscalers.autoscaling.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'externalsecrets.external-secrets.io',
  'sealedsecrets.bitnami.com',
  'servicemonitors.monitoring.coreos.com',
  'prometheusrules.monitoring.coreos.com',
  'databases.postgresql.cnpg.io',
  'redissentinels.redis.redis.opstreelabs.in',
  ...Object.values(OPERATED),
];

/** Not everybody who may apply the rest may look at these; who may not has made none. */
const ROLES = ['roles.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'];

/** Applies wave by wave, waits for each, and takes away what is no more in the stack. */
export async function deploy(kubectl: Kubectl, deployment: Deployment, report: ClusterReport): Promise<void> {
  const { cluster, stack, namespace, objects, needs, signal, timeoutMs, canGrow } = deployment;
  const begun = performance.now();
  const ours = `app.kubernetes.io/part-of=${stack},app.kubernetes.io/managed-by=devstack`;
  const known = await kubectl.kinds();
  const kinds = KINDS.filter((kind) => known.has(kind));
  const mayLook = known.has(ROLES[0] ?? '') && (await kubectl.may('list', ROLES, namespace));
  const before = await kubectl.list([...kinds, ...(mayLook ? ROLES : [])], namespace, ours);
  if (deployment.recreate !== undefined) await kubectl.remove('statefulset', deployment.recreate, namespace, 'orphan');
  const fates = { created: 0, changed: 0, same: 0 };
  const up = new Set<string>();
  for (const object of objects)
    if (object.kind === 'Job' && deployment.done.has(object.metadata.name)) up.add(runnerOf(object)?.resource ?? '');
  const todo = objects.filter(({ kind, metadata }) => kind !== 'Job' || !deployment.done.has(metadata.name));
  for (const { objects: members, runners } of wavesOf(todo, needs)) {
    const after = await kubectl.apply(members);
    const own = fatesOf(
      before,
      after.filter(({ kind }) => kind !== 'Namespace'),
    );
    for (const fate of ['created', 'changed', 'same'] as const) fates[fate] += own[fate];
    const since = performance.now();
    const failed = await awaitRollout(kubectl, runners, {
      namespace,
      signal,
      timeoutMs,
      canGrow,
      onChange: ({ runner: { resource, kind, name }, state, ready, wanted, trouble }) => {
        if (state !== 'up') {
          const why =
            trouble === undefined ? '' : ` ${'message' in trouble.cause ? trouble.cause.message : trouble.cause.kind}`;
          return report.line.show(name, `${resource} ${ready}/${wanted}${why}`);
        }
        report.line.done(name);
        report.tell({ event: 'workload', resource, kind, ready, wanted, ms: Math.round(performance.now() - since) });
      },
    });
    for (const { name } of runners) report.line.done(name);
    if (failed.length > 0) {
      const afterMs = Math.round(performance.now() - begun);
      const { target } = deployment;
      throw new FailureError({
        code: 'rollout-failed',
        cluster,
        namespace,
        afterMs,
        failed,
        ...(target && { target }),
      });
    }
    for (const { resource } of runners) up.add(resource);
    await deployment.onUp?.(up);
  }
  const leftovers = deployment.isPart ? [] : leftoversOf(before, objects, { withVolumes: deployment.pruneVolumes });
  for (const { kind, name } of leftovers) await kubectl.remove(kind, name, namespace);
  report.tell({
    event: 'step',
    step: 'applied',
    text: [
      `${counted(objects.length, 'object')} in ${namespace}`,
      ...(fates.created > 0 ? [`${fates.created} created`] : []),
      ...(fates.changed > 0 ? [`${fates.changed} changed`] : []),
      ...(leftovers.length > 0 ? [`${leftovers.length} removed`] : []),
      ...(fates.created + fates.changed + leftovers.length === 0 ? ['nothing changed'] : []),
    ].join(', '),
    ms: Math.round(performance.now() - begun),
  });
}
