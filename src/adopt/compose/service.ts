import { dirname, normalize } from 'node:path/posix';
import type { Read } from '../adopted.ts';
import { filledIn, partlyFilled, pieces } from './interpolate.ts';
import { imageOf, type Image } from './image.ts';
import { portsOf, type ComposePort } from './ports.ts';
import type { ComposeProject } from './project.ts';
import { dependenciesOf, listOf, mapOf, pairsOf, textOf, textsOf, type Raw } from './raw.ts';

export interface Mount {
  readonly source?: string;
  readonly target: string;
  /** A path of the project is bound; all others are volumes, or memory. */
  readonly isBind: boolean;
}

/** A service of a compose file, read but not yet understood. */
export interface ComposeService {
  readonly name: string;
  readonly raw: Raw;
  readonly image?: Image;
  readonly build?: {
    readonly context: string;
    readonly dockerfile?: string;
    readonly target?: string;
    readonly args: Raw;
  };
  readonly ports: readonly ComposePort[];
  readonly mounts: readonly Mount[];
  /** As written: with variables. One without a value is the variable of its name. */
  readonly environment: ReadonlyMap<string, unknown>;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string | readonly string[];
  readonly dependsOn: readonly { readonly name: string; readonly condition: string }[];
  readonly profiles: readonly string[];
  /** It starts when asked for: none of its profiles is on in `.env`. */
  readonly isOptional: boolean;
  /** By what others may reach it: its name, its container's name, its aliases. */
  readonly hosts: readonly string[];
  readonly notes: readonly string[];
}

export function serviceOf(name: string, raw: Raw, { variables }: ComposeProject): ComposeService {
  const text = (value: string): string => filledIn(value, variables);
  const filled = (key: string): string | undefined => {
    const value = textOf(raw[key]);
    return value === undefined ? undefined : text(value);
  };
  const words = (key: string): string | readonly string[] | undefined => {
    const value = raw[key];
    if (Array.isArray(value)) return textsOf(value).map(text);
    return filled(key);
  };
  const notes: string[] = [];
  const ports = listOf(raw['ports']).flatMap((entry) => {
    const found = portsOf(entry, text);
    if (!found) notes.push(`ports: ${JSON.stringify(entry)} is not carried over`);
    return found ?? [];
  });
  const exposed = textsOf(raw['expose']).flatMap((entry) => portsOf(entry, text) ?? []);
  const image = filled('image')?.replace(/:$/, '');
  const unset = pieces(textOf(raw['image']) ?? '').find(
    (piece) => piece.kind === 'variable' && !piece.fallback && !variables.has(piece.name),
  );
  if (unset?.kind === 'variable') notes.push(`image: nothing sets ${unset.name}, which is part of its name`);
  const command = words('command');
  const entrypoint = words('entrypoint');
  const container = filled('container_name');
  const networks = Object.values(mapOf(raw['networks'])).flatMap((network) => textsOf(mapOf(network)['aliases']));
  const hostname = filled('hostname');
  const profiles = textsOf(raw['profiles']);
  const active = (variables.get('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  return {
    name,
    raw,
    ...(image === undefined || image === '' ? {} : { image: imageOf(image) }),
    ...buildOf(raw['build'], text),
    ports: withoutTwice([...ports, ...exposed], notes),
    mounts: listOf(raw['volumes']).flatMap((entry) => mountOf(entry, (path) => partlyFilled(pieces(path), variables))),
    environment: new Map(
      Object.entries(pairsOf(raw['environment'])).map(([key, value]) => [key, value ?? `\${${key}}`]),
    ),
    ...(command === undefined ? {} : { command }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    dependsOn: dependenciesOf(raw),
    profiles,
    isOptional: profiles.length > 0 && !profiles.some((profile) => active.includes(profile)),
    hosts: [
      name,
      ...(container === undefined ? [] : [container]),
      ...(hostname === undefined ? [] : [hostname]),
      ...networks,
    ].filter((host) => host !== ''),
    notes,
  };
}

function buildOf(value: unknown, text: (value: string) => string): Pick<ComposeService, 'build'> {
  if (value === undefined || value === null) return {};
  const build = typeof value === 'string' ? { context: value } : mapOf(value);
  const dockerfile = textOf(build['dockerfile']);
  const target = textOf(build['target']);
  return {
    build: {
      context: folderText(text(textOf(build['context']) ?? '.')),
      ...(dockerfile === undefined ? {} : { dockerfile: text(dockerfile) }),
      ...(target === undefined ? {} : { target: text(target) }),
      args: pairsOf(build['args']),
    },
  };
}

/** `./api` for a folder of the project, as the rest of a config writes it; other places stay as they are. */
export function folderText(folder: string): string {
  if (/^[/~]|:\/\/|^git@/.test(folder)) return folder;
  const plain = normalize(folder).replace(/\/$/, '');
  return plain === '.' || plain.startsWith('..') ? plain : `./${plain}`;
}

/** One that is published says more than one that is only exposed. */
function withoutTwice(ports: readonly ComposePort[], notes: string[]): readonly ComposePort[] {
  return ports.filter((port, index) => {
    const earlier = ports.slice(0, index).find(({ target }) => target === port.target);
    if (earlier && earlier.protocol !== port.protocol)
      notes.push(`ports: ${port.target}/${port.protocol} is not carried over: a number is of one protocol`);
    return !earlier;
  });
}

function mountOf(entry: unknown, text: (value: string) => string): readonly Mount[] {
  const short = textOf(entry);
  if (short === undefined) {
    const long = mapOf(entry);
    const target = textOf(long['target']);
    const source = textOf(long['source']);
    if (target === undefined) return [];
    const isBind = long['type'] === 'bind';
    return [{ ...(source === undefined ? {} : { source: text(source) }), target: text(target), isBind }];
  }
  const parts = text(short).split(':');
  const [source = '', target] = parts;
  if (target === undefined) return [{ target: source, isBind: false }];
  return [{ source, target, isBind: /^[./~]/.test(source) }];
}

/** The folder of the project a program of it is in: what is built, or bound where it works. */
export function folderOf({ build, mounts, raw }: ComposeService, read: Read): string | undefined {
  const work = textOf(raw['working_dir']);
  const sources = mounts.filter(({ isBind, source = '' }) => isBind && source.startsWith('.'));
  const bound =
    sources.find(({ target }) => target === work) ??
    sources.find(({ target }) => work?.startsWith(`${target}/`) === true) ??
    (build ? undefined : sources.find(({ source = '' }) => !/\.[a-z]+$/.test(source) && isPackage(source, read)));
  if (bound?.source !== undefined) {
    const below = work?.slice(bound.target.length).replace(/^\//, '') ?? '';
    return folderText(`${bound.source}/${below}`);
  }
  if (!build) return undefined;
  const dockerfileFolder = dirname(build.dockerfile ?? 'Dockerfile');
  // One context for many programs: each is where its Dockerfile is.
  const inner = folderText(`${build.context}/${dockerfileFolder}`);
  return dockerfileFolder !== '.' && isPackage(inner, read) ? inner : build.context;
}

const MANIFESTS = [
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pyproject.toml',
  'requirements.txt',
  'manage.py',
  'pom.xml',
  'Gemfile',
];

const isPackage = (folder: string, read: Read): boolean =>
  MANIFESTS.some((file) => read(`${folder}/${file}`) !== undefined);
