import { LOOKED_AT, statesOf } from '../../../cluster/rollout.ts';
import type { RunnerState } from '../../../cluster/rollout.ts';
import { runnerOf } from '../../../cluster/runner.ts';
import type { LocalCluster } from '../../../core/cluster.ts';
import { inWords } from '../../../output/duration.ts';
import { causeInWords } from '../../../output/describe-cluster.ts';
import { formatTable } from '../../../output/table.ts';
import { listAt, numberAt, textAt } from '../../../promote/kubernetes/rules/data.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { loadShared } from '../../connect.ts';
import { EXIT, type CommonOptions, type Context } from '../../context.ts';
import { findLocal } from './found.ts';

const COLUMNS = [
  { title: 'NAME' },
  { title: 'KIND' },
  { title: 'STATE' },
  { title: 'READY', align: 'right' },
  { title: 'RESTARTS', align: 'right' },
  { title: 'AGE', align: 'right' },
  { title: 'DETAIL', shrinks: true },
] as const;

/** How the workloads of the stack fare in its cluster. */
export async function clusterPs(
  context: Context,
  options: CommonOptions & { readonly json?: boolean },
  target: LocalCluster,
): Promise<number> {
  const { stack } = await loadShared(context, options);
  const { cluster, namespace, kubectl, selector } = await findLocal(
    stack,
    target,
    context.env,
    new AbortController().signal,
  );
  const live = await kubectl.list(LOOKED_AT, namespace);
  const ours = await kubectl.list(
    ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch'],
    namespace,
    selector,
  );
  const order = stack.resources.map(({ name }) => name);
  const runners = ours
    .flatMap((object) => runnerOf(object) ?? [])
    .toSorted((one, other) => order.indexOf(one.resource) - order.indexOf(other.resource));
  const rows = statesOf(runners, live, false).map((state) => rowOf(state, live));
  if (options.json) {
    context.print(JSON.stringify({ cluster, namespace, resources: rows }, undefined, 2));
    return EXIT.ok;
  }
  const cells = rows.map(({ name, kind, state, ready, wanted, restarts, ageMs, detail }) => {
    const shown = state === 'up' ? (kind === 'Job' ? 'complete' : 'up') : state;
    return [name, kind, shown, `${ready}/${wanted}`, String(restarts), inWords(ageMs), detail ?? ''];
  });
  for (const line of formatTable(COLUMNS, cells, context.style, process.stdout.columns)) context.print(line);
  if (rows.length === 0)
    context.say(`Nothing of ${stack.name} is in ${cluster}. devstack promote --to ${target} brings it there.`);
  return EXIT.ok;
}

function rowOf({ runner, state, ready, wanted, trouble }: RunnerState, live: readonly KubeObject[]) {
  const own = live.find(({ kind, metadata }) => kind === runner.kind && metadata.name === runner.name);
  const pods = live.filter(({ kind, metadata }) => {
    return kind === 'Pod' && metadata.labels?.['app.kubernetes.io/instance'] === runner.instance;
  });
  const restarts = pods
    .flatMap((pod) => listAt(pod, 'status', 'containerStatuses'))
    .reduce<number>((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
  const since = Date.parse(textAt(own, 'metadata', 'creationTimestamp') ?? '');
  return {
    name: runner.resource,
    kind: runner.kind,
    state,
    ready,
    wanted,
    restarts,
    ageMs: Number.isNaN(since) ? 0 : Math.max(0, Date.now() - since),
    ...(trouble && { detail: causeInWords(trouble.cause) }),
  };
}
