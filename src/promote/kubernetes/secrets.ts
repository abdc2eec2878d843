import { fillFile } from '../../core/config-file.ts';
import type { FilePart } from '../../core/config-file.ts';
import { encodeForUrl } from '../../kinds/address.ts';
import { variableName } from '../env-text.ts';
import type { Plan } from '../plan.ts';
import type { Value, ValuePart } from '../value.ts';
import type { Workload } from '../workload.ts';
import { instanceOf, isStateful, labelsOf } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { environmentsOf, openText, placedFiles, secretFilesName, secretName } from './environment.ts';

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
  /** A Job cannot be changed, so what it names keeps its name. */
  readonly isFixed: boolean;
  /** What keeps the pods running that read it at their start. */
  readonly controller?: PodController;
}

export interface PodController {
  readonly kind: 'Deployment' | 'StatefulSet';
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
export function neededValues(workloads: readonly Workload[], cluster: Cluster, plan: Plan): readonly NeededValue[] {
  const needed = new Map<string, NeededValue>();
  for (const value of workloads.flatMap((workload) => secretValues(workload, cluster)))
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

/** What each Secret of a workload is made of. */
export function secretSources(
  workload: Workload,
  cluster: Cluster,
  needed: readonly NeededValue[],
): readonly SecretSource[] {
  const isFixed = workload.role === 'task' && instanceOf(workload) !== workload.name;
  const controller: PodController = {
    kind: isStateful(workload, cluster.workloads) ? 'StatefulSet' : 'Deployment',
    name: workload.name,
  };
  const common = { labels: labelsOf(workload, cluster), isFixed, ...(workload.role !== 'task' && { controller }) };
  const contentOf = (entries: readonly SecretEntry[]): Pick<SecretSource, 'entries' | 'dataOf' | 'variables'> => ({
    entries,
    dataOf: (values) =>
      Object.fromEntries(
        entries.map(({ key, content }) => [
          key,
          fillFile(content, (value) => filledIn(value, values, needed, cluster)),
        ]),
      ),
    variables: variablesOf(entries, cluster, needed),
  });
  const variables = environmentsOf(workload, cluster).flatMap(({ owner, secret }): SecretSource[] => {
    if (Object.keys(secret).length === 0) return [];
    const content = contentOf(
      Object.entries(secret).map(([key, value]) => ({ key, content: [{ value, as: 'text' as const }] })),
    );
    const textOf: SecretFile['textOf'] = (values) => {
      const lines = Object.entries(content.dataOf(values));
      const unfit = lines.flatMap(([name, text]) => (/[\r\n]/.test(text) ? [name] : []));
      if (unfit.length > 0) return { kind: 'unfit', variables: unfit };
      return { kind: 'text', text: lines.map(([name, text]) => `${name}=${text}\n`).join('') };
    };
    const files = [{ path: `secrets/${owner}.env`, textOf }];
    return [{ ...common, ...content, name: secretName(owner), kind: 'env', files }];
  });
  const placed = placedFiles(workload, cluster).flatMap(({ key, content }): SecretEntry[] =>
    typeof content === 'string' ? [] : [{ key, content }],
  );
  if (placed.length === 0) return variables;
  const content = contentOf(placed);
  const files = placed.map(({ key }): SecretFile => {
    const textOf: SecretFile['textOf'] = (values) => ({ kind: 'text', text: content.dataOf(values)[key] ?? '' });
    return { path: `secrets/${workload.name}/${key}`, key, textOf };
  });
  return [...variables, { ...common, ...content, name: secretFilesName(workload.name), kind: 'files', files }];
}

function variablesOf(
  entries: readonly SecretEntry[],
  { params }: Cluster,
  needed: readonly NeededValue[],
): readonly string[] {
  const parts = entries.flatMap(({ content }) => content.flatMap((one) => (typeof one === 'string' ? [] : one.value)));
  const open = parts.filter((part) => openText([part], params) === undefined);
  return [...new Set(open.flatMap((part) => variableOf(part, needed) ?? []))];
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

/** Which variable has what is open in a value. */
export function variableOf(part: ValuePart, needed: readonly NeededValue[]): string | undefined {
  if (typeof part === 'string' || part.kind === 'published') return undefined;
  return needed.find(({ what, name }) => what === part.kind && name === part.name)?.variable;
}

/** A whole value: an address with a password in it is one, percent-encoded, since no cluster could do that. */
function filledIn(
  value: Value,
  values: ReadonlyMap<string, string>,
  needed: readonly NeededValue[],
  { params }: Pick<Cluster, 'params'>,
): string {
  return value
    .map((part) => {
      if (typeof part === 'string') return part;
      const open = openText([part], params);
      if (open !== undefined || part.kind === 'published') return open ?? '';
      const text = values.get(variableOf(part, needed) ?? '') ?? '';
      return part.kind === 'secret' && part.isEncoded ? encodeForUrl(text) : text;
    })
    .join('');
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
