import type { FilePart } from '../../core/config-file.ts';
import type { Binding } from '../bindings.ts';
import { variableName } from '../env-text.ts';
import type { Plan } from '../plan.ts';
import type { Value } from '../value.ts';
import type { Workload } from '../workload.ts';
import { controllerKind, elsewhereLabels, instanceOf, labelsOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { appSecretName } from './engine-secrets.ts';
import { defaultUserSource } from './operators/default-user.ts';
import { environmentsOf, openText, placedFiles, secretFilesName, secretName } from './environment.ts';
import { contentOf, variablesSource } from './secret-content.ts';

/** A value nobody may see, or nobody knows yet; each overlay has its own. */
export interface NeededValue {
  readonly variable: string;
  readonly what: 'secret' | 'param';
  /** As the config calls it. */
  readonly name: string;
  readonly description?: string;
  readonly generateLength?: number;
  readonly literal?: string;
}

/** A Secret: what is in it, and the files kustomize can make it of, which are not for git. */
export interface SecretSource {
  /** Of the Secret. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly SecretEntry[];
  readonly files: readonly SecretFile[];
  /** Its values by key, given those of variables. */
  dataOf(values: ReadonlyMap<string, string>): Readonly<Record<string, string>>;
  /** Variables that are in it. */
  readonly variables: readonly string[];
  readonly kind: 'env' | 'files';
  /** `Opaque` unless an operator wants another one. */
  readonly type?: string;
  /** What a Job names keeps its name, since it cannot be changed, and what an operator reads. */
  readonly isFixed: boolean;
  /** What keeps the pods running that read it at their start. */
  readonly controllers: readonly PodController[];
}

export interface PodController {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly name: string;
}

export interface SecretEntry {
  readonly key: string;
  readonly content: readonly FilePart<Value>[];
}

export interface SecretFile {
  /** Below the folder of the overlay. */
  readonly path: string;
  /** In the Secret, where the file is one value of it. */
  readonly key?: string;
  /** Its text, given the values of variables. */
  textOf(values: ReadonlyMap<string, string>): SecretText;
}

export type SecretText =
  | { readonly kind: 'text'; readonly text: string }
  /** A line of a file cannot have it. */
  | { readonly kind: 'unfit'; readonly variables: readonly string[] };

/** Of every value that is still open, by the variable that has it. */
export function neededValues(cluster: Cluster, plan: Plan): readonly NeededValue[] {
  const needed = new Map<string, NeededValue>();
  const ofServers = cluster.bindings.flatMap(({ values }) => Object.values(values));
  for (const value of [...ofServers, ...cluster.workloads.flatMap((workload) => secretValues(workload, cluster))])
    for (const part of value) {
      if (typeof part === 'string' || part.kind === 'published' || openText([part], plan.params) !== undefined)
        continue;
      const key = keyOf(part);
      if (needed.has(key)) continue;
      const known = part.kind === 'secret' ? plan.secrets.get(part.name) : plan.params.get(part.name);
      const taken = new Set([...needed.values()].map(({ variable }) => variable));
      const wished = variableName(part.name);
      let variable = wished;
      for (let number = 2; taken.has(variable); number++) variable = `${wished}_${number}`;
      needed.set(key, { ...known, variable, what: part.kind, name: part.name });
    }
  return [...needed.values()];
}

/** What every Secret is made of: those of servers, then those of each workload. */
export function secretSources(cluster: Cluster, needed: readonly NeededValue[]): readonly SecretSource[] {
  return [
    ...cluster.bindings.flatMap((binding) => [
      serverSource(binding, cluster, needed),
      ...defaultUserSource(binding, cluster, needed),
    ]),
    ...cluster.workloads.flatMap((workload) => workloadSources(workload, cluster, needed)),
  ];
}

function serverSource({ server, values }: Binding, cluster: Cluster, needed: readonly NeededValue[]): SecretSource {
  const name = appSecretName(server);
  const workload = cluster.workloads.find((one) => one.name === server);
  const isReader = (one: Workload) =>
    environmentsOf(one, cluster).some(({ bound }) => Object.values(bound).some((key) => key.name === name));
  const operator = workload?.operated?.operator;
  return {
    ...variablesSource(name, `${server}.app`, values, { cluster, needed }),
    labels: workload ? labelsOf(workload, cluster) : elsewhereLabels(server, cluster),
    // That of RabbitMQ has one of its own.
    isFixed: operator !== undefined && operator !== 'rabbitmq',
    ...(operator === 'cloudnative-pg' && { type: 'kubernetes.io/basic-auth' }),
    controllers: cluster.workloads.filter(isReader).flatMap((one) => controllersOf(one, cluster)),
  };
}

function workloadSources(
  workload: Workload,
  cluster: Cluster,
  needed: readonly NeededValue[],
): readonly SecretSource[] {
  if (workload.operated) return [];
  const common = {
    labels: labelsOf(workload, cluster),
    isFixed: workload.role === 'task' && instanceOf(workload) !== workload.name,
    controllers: controllersOf(workload, cluster),
  };
  const variables = environmentsOf(workload, cluster)
    .filter(({ secret }) => Object.keys(secret).length > 0)
    .map(({ owner, secret }) => ({
      ...common,
      ...variablesSource(secretName(owner), owner, secret, { cluster, needed }),
    }));
  const placed = placedFiles(workload, cluster).flatMap(({ key, content }): SecretEntry[] =>
    typeof content === 'string' ? [] : [{ key, content }],
  );
  if (placed.length === 0) return variables;
  const content = contentOf(placed, { cluster, needed });
  const files = placed.map(({ key }): SecretFile => {
    const textOf: SecretFile['textOf'] = (values) => ({ kind: 'text', text: content.dataOf(values)[key] ?? '' });
    return { path: `secrets/${workload.name}/${key}`, key, textOf };
  });
  return [...variables, { ...common, ...content, name: secretFilesName(workload.name), kind: 'files', files }];
}

function controllersOf(workload: Workload, { workloads }: Cluster): readonly PodController[] {
  if (workload.role === 'task' || workload.operated) return [];
  return [{ kind: controllerKind(workload, workloads), name: workload.name }];
}

function secretValues(workload: Workload, cluster: Cluster): readonly Value[] {
  return [
    ...environmentsOf(workload, cluster).flatMap(({ secret }) => Object.values(secret)),
    ...placedFiles(workload, cluster).flatMap(({ content }) =>
      typeof content === 'string' ? [] : content.flatMap((part) => (typeof part === 'string' ? [] : [part.value])),
    ),
  ];
}

function keyOf(part: { readonly kind: string; readonly name: string }): string {
  return `${part.kind} ${part.name}`;
}

export interface ValueSources {
  /** What the file says now, by variable. */
  readonly known: Readonly<Record<string, string>>;
  /** What was set for this target, by the name of the config. */
  readonly given: Readonly<Record<string, string>>;
  makeUp(length: number): string;
}

/** What is there stays; what is missing is made up, where it may be. */
export function fillNeeded(
  needed: readonly NeededValue[],
  { known, given, makeUp }: ValueSources,
): { readonly values: ReadonlyMap<string, string>; readonly missing: readonly string[] } {
  const values = new Map(
    needed.map(({ variable, name, literal, generateLength }) => {
      const text = given[name] ?? given[variable] ?? (known[variable] || undefined) ?? literal;
      return [variable, text ?? (generateLength === undefined ? '' : makeUp(generateLength))] as const;
    }),
  );
  return { values, missing: [...values].flatMap(([variable, text]) => (text === '' ? [variable] : [])) };
}
