import { infraEngines } from '../../kinds/index.ts';
import { majorOf, satisfies } from '../../kinds/version.ts';
import type { ReachedEngine } from '../container/client.ts';
import { hasImage } from '../container/image.ts';
import { imageOf } from '../container/spec.ts';
import type { ContainerResource } from '../../core/stack.ts';
import { findPostgresPackage, installCommand } from '../embedded/package.ts';
import type { PostgresPackage } from '../embedded/package.ts';
import { findNativePostgres, findServers, pick } from '../native/find.ts';
import type { Choice, ChoiceRequest, Chosen } from './choose.ts';

/** A way to run a server, or why it is none here. */
export type Candidate =
  | {
      readonly kind: 'available';
      /** `a container of postgres:17` */
      readonly name: string;
      readonly major: number | undefined;
      /** When nothing else was in the way. */
      readonly reason: string;
      readonly take: (reason: string) => Chosen;
    }
  | {
      readonly kind: 'unavailable';
      readonly reason: string;
      /** What would make it available. */
      readonly ways: readonly string[];
      /** Where a more exact failure is known. */
      readonly failure?: Extract<Choice, { kind: 'failure' }>;
    };

export async function dockerCandidate(request: ChoiceRequest): Promise<Candidate> {
  const { resource } = request.spec;
  const image = imageOf(resource, request.instance);
  const engine = await request.connect();
  if (engine.kind === 'unreachable') {
    const { tried, reason } = engine;
    const onlyContainer = resource.engine === 'container';
    return {
      kind: 'unavailable',
      reason: `no Docker engine: ${reason}`,
      ways: ['start a Docker engine'],
      failure: {
        kind: 'failure',
        failure: { code: 'engine-unreachable', resource: resource.name, onlyContainer, tried, reason },
      },
    };
  }
  const ensured = await request.ensureImage?.(engine);
  if (ensured?.kind === 'failure') {
    const missing = ensured.failure;
    const said = 'reason' in missing ? missing.reason : missing.code;
    const isImage = 'image' in missing;
    return {
      kind: 'unavailable',
      reason: isImage ? `${image} is not on this machine and cannot be pulled: ${said}` : `Docker engine: ${said}`,
      ways: isImage ? [`make ${image} available (docker pull ${image})`] : [],
      failure: { kind: 'failure', failure: missing },
    };
  }
  const more = ensured && !resource.build ? '' : await aside(engine, resource, image);
  const info = { name: 'docker', version: `${image} (engine ${engine.version}${more})` } as const;
  return {
    kind: 'available',
    name: `a container of ${image}`,
    major: majorOf(resource.version),
    reason: `Docker engine answers at ${engine.socket}`,
    take: (reason) => ({ kind: 'docker', info: { ...info, reason }, ...(ensured && { image: ensured.image }) }),
  };
}

/** What is still to be done to have the image, before anything is done. */
async function aside(engine: ReachedEngine, { build }: ContainerResource, image: string): Promise<string> {
  if (build) return `, built from ${build.context}`;
  return (await hasImage(engine, image)) ? '' : ', to be pulled';
}

export async function nativeCandidate({ spec: { resource }, env }: ChoiceRequest): Promise<Candidate> {
  if (resource.engine === 'container')
    return { kind: 'unavailable', reason: 'a container of any image needs an engine', ways: [] };
  const { native } = infraEngines[resource.engine];
  switch (native.kind) {
    case 'none':
      return { kind: 'unavailable', reason: native.reason, ways: [] };
    case 'postgres': {
      const found = await findNativePostgres(env);
      const binaries = pick(resource.version, found);
      if (!binaries) return notHere('postgres', resource.version, found, { debian: 'postgresql', brew: 'postgresql' });
      return postgresCandidate(binaries, 'native');
    }
    case 'program': {
      const found = await findServers(native, env);
      const server = pick(resource.version, found);
      if (!server) return notHere(native.program, resource.version, found, native.packages);
      const info = { name: 'native', version: `${native.program} ${server.version} (${server.path})` } as const;
      return {
        kind: 'available',
        name: `${native.program} ${server.version} of this machine`,
        major: majorOf(server.version),
        reason: 'found on this machine',
        take: (reason) => ({ kind: 'native', info: { ...info, reason }, server: { native, server } }),
      };
    }
  }
}

export async function embeddedCandidate({ spec: { resource }, root }: ChoiceRequest): Promise<Candidate> {
  if (resource.engine !== 'postgres')
    return { kind: 'unavailable', reason: `there is no real ${resource.engine} among the npm packages`, ways: [] };
  const major = majorOf(resource.version);
  const install = installCommand(major);
  const ways = install === undefined ? [] : [install];
  const found = await findPostgresPackage(root, major);
  if (found.kind === 'missing') return { kind: 'unavailable', reason: found.reason, ways };
  if (!satisfies(resource.version, found.version)) {
    const reason = `PostgreSQL ${major} is asked for and the installed package is ${found.version}`;
    return { kind: 'unavailable', reason, ways };
  }
  return postgresCandidate(found, 'embedded');
}

function postgresCandidate(binaries: PostgresPackage, runtime: 'native' | 'embedded'): Candidate {
  const { version, major, folder } = binaries;
  const info = { name: runtime, version: runtime === 'native' ? `PostgreSQL ${version} (${folder})` : version };
  return {
    kind: 'available',
    name: `the ${runtime} PostgreSQL ${version}`,
    major,
    reason: runtime === 'native' ? 'found on this machine' : 'installed from npm',
    take: (reason) => ({ kind: 'postgres', info: { ...info, reason }, binaries }),
  };
}

/** Others than the asked major version are named, with the option that would take them. */
function notHere(
  program: string,
  asked: string,
  found: readonly { readonly version: string }[],
  packages: { readonly debian: string; readonly brew: string },
): Candidate {
  const [other] = found;
  if (other) {
    const reason = `${program} ${other.version} is on this machine, and ${asked} is asked for`;
    return { kind: 'unavailable', reason, ways: [`version: '${majorOf(other.version)}' takes it`] };
  }
  const install = process.platform === 'darwin' ? `brew install ${packages.brew}` : `apt install ${packages.debian}`;
  return { kind: 'unavailable', reason: `there is no ${program} on this machine`, ways: [install] };
}
