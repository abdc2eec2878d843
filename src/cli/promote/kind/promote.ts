import path from 'node:path';
import { imagesOf, withImages, withPulls } from '../../../cluster/images.ts';
import { providers } from '../../../cluster/providers.ts';
import type { Kubectl } from '../../../cluster/kubectl.ts';
import type { ClusterProvider, FoundCluster, ProviderRun } from '../../../cluster/provider.ts';
import type { LocalCluster } from '../../../core/cluster.ts';
import { FailureError } from '../../../core/failure.ts';
import type { LoadedConfig } from '../../../config/load.ts';
import type { ReachedEngine } from '../../../drivers/container/client.ts';
import { counted } from '../../../output/counted.ts';
import { namespaceOf } from '../../../promote/kubernetes/cluster.ts';
import type { KubeObject } from '../../../promote/kubernetes/object.ts';
import { ensureProjectFolder, projectPaths } from '../../../project/paths.ts';
import { confirm } from '../../confirm.ts';
import { loadShared } from '../../connect.ts';
import { reachEngine } from '../../containers.ts';
import { EXIT, type Context } from '../../context.ts';
import { onSignals } from '../../signals.ts';
import { writeKubernetes } from '../kubernetes/promote.ts';
import { renderForKubernetes } from '../kubernetes/render.ts';
import type { Rendered } from '../kubernetes/render.ts';
import { secretModeOf } from '../kubernetes/secret-mode.ts';
import type { PromoteOptions } from '../options.ts';
import { refuseNotes } from '../report.ts';
import { tellAddresses } from './addresses.ts';
import { createCarrier, refuseCut } from './carry-data.ts';
import { ensureCluster, offsetOf, refuseTakenPorts } from './cluster.ts';
import { openSources } from './data-sources.ts';
import { dataIn, deleteCluster } from './delete.ts';
import { deploy } from './deploy.ts';
import { buildForCluster } from './images.ts';
import { kustomized } from './kustomized.ts';
import { tellLimits } from './limits.ts';
import { load } from './load.ts';
import { clusterPlace } from './place.ts';
import type { ClusterPlace } from './place.ts';
import { accessOf, reach } from './reach.ts';
import { hasRegistry, pushBuilt } from './registry.ts';
import { createClusterReport, TALK, tellJudgement } from './report.ts';
import type { ClusterReport } from './report.ts';
import { readState, unfinishedIn, writeState } from './state.ts';

const OVERLAY = 'kind';

interface Flow {
  readonly context: Context;
  readonly options: PromoteOptions;
  readonly loaded: LoadedConfig;
  readonly provider: ClusterProvider;
  readonly engine: ReachedEngine;
  readonly place: ClusterPlace;
  readonly run: ProviderRun;
  readonly report: ClusterReport;
}

/** The stack in a cluster of its own on this machine: made, filled, brought up, and asked whether it answers. */
export async function promoteToLocal(context: Context, given: PromoteOptions, target: LocalCluster): Promise<number> {
  const provider = providers[target];
  const loaded = await loadShared(context, given);
  const options = target === 'kind' ? { ...loaded.stack.kind, ...given } : given;
  const place = clusterPlace(loaded.stack, provider);
  const report = createClusterReport(context, options.json === true);
  const abort = new AbortController();
  const release = onSignals({ first: () => abort.abort(), second: () => process.exit(EXIT.interrupted) });
  try {
    const engine = await reachEngine(context.env);
    // These tools and docker are to speak to the engine that builds the images.
    const env = { ...hostOf(engine), ...context.env };
    const onTalk = (line: string): void => report.line.show(TALK, line.replace(/[^\x20-\x7e]/g, '').trim());
    const run: ProviderRun = { env, signal: abort.signal, onTalk };
    const flow: Flow = { context, options, loaded, provider, engine, place, run, report };
    if (options.delete) return await deleteCluster({ ...flow, run: { ...run, onTalk: () => {} } });
    return await bringUp(flow);
  } catch (error) {
    if (error instanceof FailureError) {
      report.tell({ event: 'failed', failure: error.failure });
      if (error.failure.code === 'interrupted')
        context.say('What is in the cluster goes on. The same command goes on from there; --delete deletes it.');
    }
    throw error;
  } finally {
    report.line.done(TALK);
    release();
  }
}

/** The docker command looks at fewer sockets than we do; what it is told by its context, it knows better. */
function hostOf({ socket }: ReachedEngine): Record<string, string> {
  return socket.includes('://') ? {} : { DOCKER_HOST: `unix://${socket}` };
}

async function bringUp(flow: Flow): Promise<number> {
  const { context, options, provider, engine, place, run, report } = flow;
  const { stack } = flow.loaded;
  const version = await provider.version(run);
  const there = await provider.find(place.name, run);
  const found = options.recreate === true ? undefined : there;
  const rendered = renderFor(flow, found);
  if (options.strict) refuseNotes(rendered.notes);
  const overlay = overlayOf(rendered);
  refuseMissing(overlay);
  const sources =
    options.withData === undefined ? [] : await openSources(context, options, { ...flow, signal: run.signal });
  if (there && !found && place.isShared) {
    const data = await dataIn(there, flow, namespaceOf(stack.name));
    await confirm(
      context,
      `This makes the cluster ${place.name} anew, which others may use, and deletes it${data}`,
      options.yes,
    );
  }
  if (found && options.withData === 'replace' && sources.length > 0) {
    const names = sources.map(({ resource }) => resource).join(', ');
    await confirm(context, `This replaces the data of ${names} in cluster ${place.name} by that of dev`, options.yes);
  }
  const changed = (await writeKubernetes(context, stack.root, rendered)).filter((change) => change.kind !== 'same');
  ensureProjectFolder(projectPaths(stack.root));
  const files = changed.length === 0 ? 'as before' : `${counted(changed.length, 'file')} written`;
  report.tell({
    event: 'step',
    step: 'files',
    text: `${rendered.folder}, ${files} (${provider.tool} ${version})`,
    ms: 0,
  });
  const isPart = options.only === 'infra';
  const doors = isPart ? overlay.doors.filter(({ workload }) => rendered.servers.has(workload)) : overlay.doors;
  if (options.recreate === true) await provider.remove(place, run);
  if (!found) {
    refuseTakenPorts(place, overlay.doors);
    tellLimits(report);
  }
  const built = isPart
    ? new Map<string, string>()
    : await report.step(
        'images',
        () => buildForCluster(context, flow.loaded, { ...flow, signal: run.signal }),
        (all) => (all.size === 0 ? 'none to build' : [...all.values()].join('  ')),
      );
  const isPushed = await hasRegistry(engine, place, options);
  const { namespace } = rendered;
  const cluster = await ensureCluster(found, { ...flow, doors: overlay.doors, namespace, hasRegistry: isPushed });
  const access = accessOf(flow);
  const kubectl = await reached(flow);
  const { done, cut } = readState(place.state, cluster.id);
  if (options.withData === undefined) refuseCut(cut, rendered.servers, place.name);
  const written = await kustomized(kubectl, path.join(stack.root, rendered.folder, 'overlays', OVERLAY));
  const wanted = isPart ? written.filter((object) => isOfServers(object, rendered.servers)) : written;
  const images = isPushed ? await pushBuilt(flow, kubectl, built) : built;
  const own = new Set(images.values());
  const objects = withPulls(withImages(wanted, images), isPushed ? own : new Set());
  const loaded = imagesOf(objects).filter((image) => !isPushed || !own.has(image));
  await load(flow, loaded, own);
  tellJudgement(objects, report);
  await deploy(
    kubectl,
    {
      cluster: place.name,
      target: provider.tool,
      stack: stack.name,
      namespace,
      objects,
      done,
      needs: rendered.needs,
      signal: run.signal,
      timeoutMs: options.timeout ?? 300_000,
      canGrow: false,
      isPart,
      pruneVolumes: options.pruneVolumes === true,
      ...(typeof options.recreate === 'string' && { recreate: options.recreate }),
      onUp: createCarrier({
        sources,
        objects,
        cluster: place.name,
        namespace,
        access,
        replaces: options.withData === 'replace',
        unfinished: unfinishedIn(place.state, cluster.id),
        report,
      }),
    },
    report,
  );
  const jobs = objects.flatMap((object) => (object.kind === 'Job' ? [object.metadata.name] : []));
  writeState(place.state, cluster.id, { done: jobs });
  return (await tellAddresses(report, cluster, doors)) ? EXIT.ok : EXIT.failed;
}

/** Or of the whole namespace. */
function isOfServers({ metadata: { labels = {} } }: KubeObject, servers: ReadonlySet<string>): boolean {
  const name = labels['app.kubernetes.io/name'];
  return name === undefined || servers.has(name);
}

/** With the ports of the cluster that is there. */
function renderFor({ context, loaded, options }: Flow, found: FoundCluster | undefined): Rendered {
  const { env } = context;
  const { output, portOffset, resources } = options;
  const secrets = secretModeOf(loaded.stack, options, { cwd: context.cwd, now: new Date() });
  const render = (offset: number): Rendered =>
    renderForKubernetes(loaded, {
      env,
      secrets,
      portOffset: offset,
      ...(output !== undefined && { output }),
      ...(resources && { resources }),
    });
  if (portOffset !== undefined) return render(portOffset);
  const plain = render(0);
  const offset = offsetOf(found, overlayOf(plain).doors);
  return offset === 0 ? plain : render(offset);
}

function overlayOf({ overlays }: Rendered): Rendered['overlays'][number] {
  const overlay = overlays.find(({ name }) => name === OVERLAY);
  if (!overlay) throw new Error(`no overlay ${OVERLAY}`);
  return overlay;
}

function refuseMissing({ missing, values }: Rendered['overlays'][number]): void {
  const [first] = missing;
  if (first === undefined) return;
  const message = `${values?.path ?? OVERLAY} needs values for: ${missing.join(', ')}. For example: devstack secret set ${first} --target kubernetes`;
  throw new FailureError({ code: 'usage', message });
}

async function reached(flow: Flow): Promise<Kubectl> {
  const { kubectl, silence: reason } = await reach(flow);
  if (reason === undefined) return kubectl;
  const { provider, place } = flow;
  const hint = `Has the engine been restarted? Its containers may need a moment. Or make it anew: devstack promote --to ${provider.tool} --recreate`;
  throw new FailureError({ code: 'cluster-failed', cluster: place.name, doing: 'be reached', reason, hint });
}
