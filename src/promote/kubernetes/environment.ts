import { fillFile } from '../../core/config-file.ts';
import type { FilePart } from '../../core/config-file.ts';
import { fileNames } from '../contents.ts';
import type { Value } from '../value.ts';
import type { Workload } from '../workload.ts';
import type { Cluster } from './cluster.ts';
import { boundTo } from './engine-secrets.ts';
import type { SecretKey } from './engine-secrets.ts';

/** The variables of one container: those everybody may read, and those that go into a Secret. */
export interface Environment {
  /** Of the container: the name of its ConfigMap and its Secret begins with it. */
  readonly owner: string;
  readonly open: Readonly<Record<string, string>>;
  readonly secret: Readonly<Record<string, Value>>;
  /** What the Secret of a server has. */
  readonly bound: Readonly<Record<string, SecretKey>>;
  /** What both of these are in the container. */
  readonly as: 'variables' | 'files';
  /** What only sounds like a secret, where no Secret is read for variables. */
  readonly written: Readonly<Record<string, string>>;
}

/** Names that tools which read manifests take for secrets, whatever the value. */
export const SENSITIVE =
  /password|token|bearer|secret|^AWS_SECRET_ACCESS_KEY$|^GOOGLE_APPLICATION_CREDENTIALS$|^AZURE_.+KEY$|^OCI_CLI_KEY_CONTENT$/i;

function environmentOf(
  owner: string,
  env: { readonly [name: string]: Value },
  workload: Workload,
  cluster: EnvironmentPlace,
): Environment {
  const open: Record<string, string> = {};
  const secret: Record<string, Value> = {};
  const bound: Record<string, SecretKey> = {};
  const written: Record<string, string> = {};
  const as = workload.cluster.secretsAs ?? 'variables';
  for (const [name, value] of Object.entries(env)) {
    const text = openText(value, cluster.params);
    const key = boundTo(value, workload, cluster);
    if (key) bound[name] = key;
    else if (text === undefined) secret[name] = value;
    else if (!SENSITIVE.test(name)) open[name] = text;
    else if (as === 'files') written[name] = text;
    else secret[name] = value;
  }
  return { owner, open, secret, bound, as, written };
}

type EnvironmentPlace = Pick<Cluster, 'params' | 'bindings'>;

/** Of a pod: its program first. */
export function environmentsOf(workload: Workload, cluster: EnvironmentPlace): readonly Environment[] {
  const { name, env, sidecars = [] } = workload;
  return [
    environmentOf(name, withDataFolder(workload), workload, cluster),
    ...sidecars.map((sidecar) => environmentOf(`${name}-${sidecar.name}`, sidecar.env, workload, cluster)),
  ].filter(({ owner }) => owner !== name || Object.keys(env).length > 0);
}

/** A new volume is not empty, which Postgres wants: its data goes one folder further down. */
function withDataFolder({ engine, role, env, volumes }: Workload): { readonly [name: string]: Value } {
  const [place] = Object.values(volumes);
  if (role !== 'server' || engine !== 'postgres' || place?.endsWith('/data') !== true || 'PGDATA' in env) return env;
  return { ...env, PGDATA: [`${place}/pgdata`] };
}

/** What may stand in a file for git: the text of it, with parameters that nobody has to give. */
export function openText(value: Value, params: Cluster['params']): string | undefined {
  let text = '';
  for (const part of value) {
    if (typeof part === 'string') text += part;
    else {
      const fallback = part.kind === 'param' ? params.get(part.name)?.fallback : undefined;
      if (fallback === undefined) return undefined;
      text += fallback;
    }
  }
  return text;
}

/** One file that a program reads, by the key it has in a ConfigMap or a Secret. */
export interface PlacedFile {
  readonly key: string;
  readonly place: string;
  readonly content: string | readonly FilePart<Value>[];
}

export function placedFiles({ files }: Workload, { params }: Pick<Cluster, 'params'>): readonly PlacedFile[] {
  const names = fileNames(Object.keys(files));
  return Object.entries(files).map(([place, file]) => {
    const key = names.get(place) ?? '';
    if (typeof file === 'string') return { key, place, content: file };
    const isOpen = file.every((part) => typeof part === 'string' || openText(part.value, params) !== undefined);
    return { key, place, content: isOpen ? fillFile(file, (value) => openText(value, params) ?? '') : file };
  });
}

export function configName(owner: string): string {
  return `${owner}-config`;
}

export function secretName(owner: string): string {
  return `${owner}-secrets`;
}

export function filesName(owner: string): string {
  return `${owner}-files`;
}

export function secretFilesName(owner: string): string {
  return `${owner}-secret-files`;
}
