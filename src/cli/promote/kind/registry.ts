import type { Kubectl } from '../../../cluster/kubectl.ts';
import type { ClusterProvider, ProviderRun } from '../../../cluster/provider.ts';
import { FailureError } from '../../../core/failure.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import {
  ensureRegistry,
  findRegistry,
  joinNetwork,
  REGISTRY_PORT,
} from '../../../drivers/container/cluster-registry.ts';
import type { ClusterRegistry } from '../../../drivers/container/cluster-registry.ts';
import { pushImage } from '../../../drivers/container/push.ts';
import { counted } from '../../../output/counted.ts';
import { untilServed } from '../compose/until-served.ts';
import type { PromoteOptions } from '../options.ts';
import type { ClusterPlace } from './place.ts';
import type { ClusterReport } from './report.ts';

interface Pushing {
  readonly provider: ClusterProvider;
  readonly engine: ReachedEngine;
  readonly place: ClusterPlace;
  readonly run: ProviderRun;
  readonly report: ClusterReport;
}

/** A cluster that has one keeps it. */
export async function hasRegistry(
  engine: ReachedEngine,
  { name }: ClusterPlace,
  options: PromoteOptions,
): Promise<boolean> {
  return options.registry === true || (await findRegistry(engine, name)) !== undefined;
}

/** Images that were built, in a registry the nodes pull from: base to the name they have there. */
export async function pushBuilt(
  pushing: Pushing,
  kubectl: Kubectl,
  built: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const { engine, place, run, report } = pushing;
  const progress = (text: string): void => report.line.show('registry', text);
  const registry = await ensureRegistry(engine, { cluster: place.name, env: run.env, signal: run.signal, progress });
  await wire(pushing, kubectl, registry);
  const host = `localhost:${registry.port}`;
  const missing: string[] = [];
  for (const image of built.values()) if (!(await isThere(registry, image))) missing.push(image);
  report.line.done('registry');
  if (missing.length > 0)
    await report.step(
      'push',
      async () => {
        for (const image of missing) await push(pushing, image, `${host}/${image}`);
      },
      () => `${counted(missing.length, 'image')} to ${host} (${registry.container})`,
    );
  return new Map([...built].map(([image, name]) => [image, `${host}/${name}`]));
}

/** The nodes know the name it has on this machine, and tools that look for one in a cluster find it. */
async function wire(
  { provider, engine, place, run }: Pushing,
  kubectl: Kubectl,
  registry: ClusterRegistry,
): Promise<void> {
  const networks = await provider.useRegistry?.(place.name, { ...registry, inside: REGISTRY_PORT }, run);
  for (const network of networks ?? []) await joinNetwork(engine, registry, network);
  const answer = await untilServed(`http://127.0.0.1:${registry.port}/v2/`);
  if (answer.kind !== 'served') {
    const hint = `docker logs ${registry.container} shows what it says; --delete removes it.`;
    throw new FailureError({
      code: 'cluster-failed',
      cluster: place.name,
      doing: 'use its registry',
      reason: answer.reason,
      hint,
    });
  }
  // https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry
  const about = `host: "localhost:${registry.port}"\nhelp: "https://kind.sigs.k8s.io/docs/user/local-registry/"\n`;
  const metadata = { name: 'local-registry-hosting', namespace: 'kube-public' };
  await kubectl.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'localRegistryHosting.v1': about } }]);
}

/** Its tag says what is in it. */
async function isThere({ port }: ClusterRegistry, image: string): Promise<boolean> {
  const [, name = image, tag = ''] = /^(.*):([^:/]+)$/.exec(image) ?? [];
  const accept = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ].join(', ');
  const url = `http://127.0.0.1:${port}/v2/${name}/manifests/${tag}`;
  return (await fetch(url, { method: 'HEAD', headers: { accept } })).ok;
}

async function push({ engine, run, report }: Pushing, image: string, there: string): Promise<void> {
  const [, repo = there, tag = ''] = /^(.*):([^:/]+)$/.exec(there) ?? [];
  await engine.docker.getImage(image).tag({ repo, tag });
  try {
    const progress = (text: string): void => report.line.show('push', text);
    const pushed = await pushImage(engine, { image: there, env: run.env, signal: run.signal, progress });
    if (pushed.kind === 'failure') throw new FailureError(pushed.failure);
  } finally {
    // Only the name: the image has another one.
    await engine.docker.getImage(there).remove();
  }
}
