import type { RunInfo, StartSpec } from '../../core/driver.ts';
import type { Failure, RuntimeName } from '../../core/failure.ts';
import type { ContainerResource, RuntimeChoice } from '../../core/stack.ts';
import { infraEngines } from '../../kinds/index.ts';
import type { EngineResult, Env, ReachedEngine } from '../container/client.ts';
import type { EnsuredImage, LocalImage } from '../container/image.ts';
import { volumeName } from '../container/spec.ts';
import { dataFolder } from '../data/folder.ts';
import type { PostgresPackage } from '../embedded/package.ts';
import type { ChosenServer } from '../native/driver.ts';
import { dockerCandidate, embeddedCandidate, nativeCandidate } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import { heldData, type HeldData } from './held-data.ts';

export type RuntimeInfo = NonNullable<RunInfo['runtime']>;

/** What runs it, with all that takes. */
export type Chosen =
  | { readonly kind: 'docker'; readonly info: RuntimeInfo; readonly image?: LocalImage }
  | { readonly kind: 'native'; readonly info: RuntimeInfo; readonly server: ChosenServer }
  | { readonly kind: 'postgres'; readonly info: RuntimeInfo; readonly binaries: PostgresPackage };

export type Choice = Chosen | { readonly kind: 'failure'; readonly failure: Failure };

export interface ChoiceRequest {
  readonly spec: StartSpec<ContainerResource>;
  readonly root: string;
  /** Folder of the instance in the project. */
  readonly state: string;
  readonly instance: string;
  /** Of the command line; wins over the resource's own. */
  readonly override?: RuntimeChoice;
  readonly connect: () => Promise<EngineResult>;
  readonly env: Env;
  /** Pulls or builds the image; without it nothing is made or downloaded, only looked at. */
  readonly ensureImage?: (engine: ReachedEngine) => Promise<EnsuredImage>;
  readonly signal: AbortSignal;
}

const candidates: { readonly [runtime in RuntimeName]: (request: ChoiceRequest) => Promise<Candidate> } = {
  docker: dockerCandidate,
  native: nativeCandidate,
  embedded: embeddedCandidate,
};

/** What runs a server here, and why. Never a silent change: the reason is shown, and held data counts. */
export async function chooseRuntime(request: ChoiceRequest): Promise<Choice> {
  const { resource } = request.spec;
  const wanted = request.override ?? resource.runtime;
  const held = resource.persist ? await heldData(request) : undefined;
  if (wanted === 'auto') return chooseFreely(request, held);
  const asked = request.override === undefined ? 'asked for in the config' : 'asked for with --runtime';
  const candidate = await candidates[wanted](request);
  if (candidate.kind === 'unavailable') return candidate.failure ?? unavailable(request, [[wanted, candidate]]);
  return refusal(request, held, wanted, candidate) ?? candidate.take([asked, ...unusedBy(wanted, resource)].join('; '));
}

async function chooseFreely(request: ChoiceRequest, held: HeldData | undefined): Promise<Choice> {
  const { resource } = request.spec;
  const tried: [RuntimeName, Extract<Candidate, { kind: 'unavailable' }>][] = [];
  const order: readonly RuntimeName[] = ['docker', 'native', 'embedded'];
  for (const runtime of held ? [held.runtime] : order) {
    const candidate = await candidates[runtime](request);
    if (request.signal.aborted) return unavailable(request, []);
    if (candidate.kind === 'unavailable') {
      tried.push([runtime, candidate]);
      continue;
    }
    const refused = refusal(request, held, runtime, candidate);
    if (refused) return refused;
    const missed = tried.map(([, { reason }]) => reason);
    const why = held && runtime !== 'docker' ? [`its data is here, in ${held.place}`] : missed;
    const reasons = [...why, ...(why.length === 0 || runtime === 'docker' ? [candidate.reason] : [])];
    return candidate.take([...reasons, ...unusedBy(runtime, resource)].join('; '));
  }
  if (!held) return unavailable(request, tried);
  const ways = tried.flatMap(([, { ways }]) => ways);
  const reason = tried.map(([, candidate]) => candidate.reason).join('; ');
  return { kind: 'failure', failure: dataElsewhere(request, held, `another runtime (${reason})`, ways) };
}

/** Options that are about containers are named where there is none: nothing is dropped in silence. */
function unusedBy(runtime: RuntimeName, { files, image, engine }: ContainerResource): readonly string[] {
  if (runtime === 'docker' || engine === 'container') return [];
  const kind = infraEngines[engine];
  const isOwnImage = image !== undefined && !kind.image('').startsWith(image.split(/[:@]/)[0] ?? '');
  const unused = [...(Object.keys(files).length > 0 ? ['files'] : []), ...(isOwnImage ? ['image'] : [])];
  return unused.length === 0 ? [] : [`only a container uses ${unused.join(' and ')} of the config`];
}

/** A server of another kind or version would show an empty database where there is one with data. */
function refusal(
  request: ChoiceRequest,
  held: HeldData | undefined,
  runtime: RuntimeName,
  candidate: Extract<Candidate, { kind: 'available' }>,
): Choice | undefined {
  if (!held) return undefined;
  const isSameKind = held.engine === request.spec.resource.engine;
  if (isSameKind && held.runtime === runtime && held.major === candidate.major) return undefined;
  return { kind: 'failure', failure: dataElsewhere(request, held, candidate.name, []) };
}

function dataElsewhere(
  { spec, state, instance }: ChoiceRequest,
  held: HeldData,
  wanted: string,
  ways: readonly string[],
): Failure {
  const { name } = spec.resource;
  const folder = held.runtime === 'docker' ? `Docker volume ${volumeName(instance, name)}` : dataFolder(state, name);
  return { code: 'data-of-other-runtime', resource: name, folder, holds: held.words, wanted, ways };
}

function unavailable(
  { spec: { resource } }: ChoiceRequest,
  tried: readonly (readonly [RuntimeName, Extract<Candidate, { kind: 'unavailable' }>])[],
): Choice {
  const { name, engine } = resource;
  return {
    kind: 'failure',
    failure: {
      code: 'runtime-unavailable',
      resource: name,
      engine,
      tried: tried.map(([runtime, { reason }]) => ({ runtime, reason })),
      ways: [...new Set(tried.flatMap(([, { ways }]) => ways))],
    },
  };
}
