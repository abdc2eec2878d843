import { rmSync } from 'node:fs';
import path from 'node:path';
import { kubectlOf } from '../../../cluster/kubectl.ts';
import type { ClusterProvider, ProviderRun } from '../../../cluster/provider.ts';
import type { LoadedConfig } from '../../../config/load.ts';
import { FailureError } from '../../../core/failure.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { removeRegistry } from '../../../drivers/container/cluster-registry.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { confirm } from '../../confirm.ts';
import { EXIT, type Context } from '../../context.ts';
import type { PromoteOptions } from '../options.ts';
import type { ClusterPlace } from './place.ts';

interface Deletion {
  readonly provider: ClusterProvider;
  readonly engine: ReachedEngine;
  readonly context: Context;
  readonly options: PromoteOptions;
  readonly loaded: LoadedConfig;
  readonly place: ClusterPlace;
  readonly run: ProviderRun;
}

/** The cluster, or only what the stack has in it; data goes with either, so that is asked. */
export async function deleteCluster({
  context,
  options,
  loaded,
  provider,
  engine,
  place,
  run,
}: Deletion): Promise<number> {
  const found = await provider.find(place.name, run);
  if (!found) {
    await removeRegistry(engine, place.name);
    context.say(`There is no cluster ${place.name}.`);
    return EXIT.ok;
  }
  const namespace = namespaceOf(loaded.stack.name);
  const access = {
    context: provider.contextOf(place.name),
    kubeconfig: place.kubeconfig,
    env: run.env,
    signal: run.signal,
  };
  const kubectl = kubectlOf(access);
  const claims = found.isRunning ? await volumesOf(() => kubectl.list(['persistentvolumeclaims'], namespace)) : [];
  const what = options.keepCluster ? `namespace ${namespace} of ${place.name}` : `cluster ${place.name}`;
  const data = claims.length === 0 ? '' : ` with the data of ${claims.join(', ')}`;
  await confirm(context, `This deletes the ${what}${data}`, options.yes);
  if (options.keepCluster) {
    const { code, talk } = await kubectl.run(['delete', 'namespace', namespace, '--ignore-not-found']);
    if (code !== 0) {
      const doing = `deleting namespace ${namespace}`;
      throw new FailureError({ code: 'cluster-refused', cluster: place.name, doing, reason: talk.trim() });
    }
  } else {
    await provider.remove(place, run);
    await removeRegistry(engine, place.name);
    rmSync(path.dirname(place.kubeconfig), { recursive: true, force: true });
  }
  rmSync(place.state, { force: true });
  context.say(`Deleted the ${what}${data}.`);
  return EXIT.ok;
}

/** A cluster that does not answer is deleted all the same. */
async function volumesOf(
  list: () => Promise<readonly { readonly metadata: { readonly name: string } }[]>,
): Promise<readonly string[]> {
  try {
    return (await list()).map(({ metadata }) => metadata.name);
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'cluster-refused') return [];
    throw error;
  }
}
