import { rmSync } from 'node:fs';
import path from 'node:path';
import type { ClusterProvider, FoundCluster, ProviderRun } from '../../../cluster/provider.ts';
import type { LoadedConfig } from '../../../config/load.ts';
import { FailureError } from '../../../core/failure.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { removeRegistry } from '../../../drivers/container/cluster-registry.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import { confirm } from '../../confirm.ts';
import { EXIT, type Context } from '../../context.ts';
import type { PromoteOptions } from '../options.ts';
import type { ClusterPlace } from './place.ts';
import { reach } from './reach.ts';

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
  const what = options.keepCluster ? `namespace ${namespace} of ${place.name}` : `cluster ${place.name}`;
  const data = await dataIn(found, { provider, place, run }, namespace, options.keepCluster === true);
  await confirm(context, `This deletes the ${what}${data}`, options.yes);
  if (options.keepCluster) {
    const { kubectl } = await reach({ provider, place, run });
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

/** In words: what has data there, that of other stacks too. A cluster that does not answer is deleted all the same. */
export async function dataIn(
  { isRunning }: FoundCluster,
  reaching: Pick<Deletion, 'provider' | 'place' | 'run'>,
  namespace: string,
  isPart = false,
): Promise<string> {
  if (!isRunning) return '';
  try {
    const { kubectl, silence } = await reach(reaching);
    if (silence !== undefined) return '';
    const claims = await kubectl.list(['persistentvolumeclaims'], isPart ? namespace : undefined);
    const names = claims.map(({ metadata }) =>
      metadata.namespace === namespace ? metadata.name : `${metadata.namespace}/${metadata.name}`,
    );
    return names.length === 0 ? '' : ` with the data of ${names.join(', ')}`;
  } catch (error) {
    if (error instanceof FailureError && error.failure.code !== 'interrupted') return '';
    throw error;
  }
}
