// Writes the tables of the fields of operators' kinds from the packages of kubernetes-models (MIT), which are made from the
// types of the operators themselves. Run by hand after a version below is raised: it asks the registry for them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import prettier from 'prettier';
import { FIELDS } from '../src/promote/kubernetes/rules/fields/table.ts';

const folder = path.resolve(import.meta.dirname, '../src/promote/kubernetes/rules/fields');

const SOURCES: { readonly [pack: string]: { readonly version: string; readonly kinds: readonly string[] } } = {
  'argo-cd': { version: '4.0.0', kinds: ['argoproj.io/v1alpha1/Application'] },
  autoscaler: { version: '5.0.0', kinds: ['autoscaling.k8s.io/v1/VerticalPodAutoscaler'] },
  'cloudnative-pg': { version: '2.0.0', kinds: ['postgresql.cnpg.io/v1/Cluster', 'postgresql.cnpg.io/v1/Database'] },
  'external-secrets': { version: '2.0.0', kinds: ['external-secrets.io/v1/ExternalSecret'] },
  'flux-cd': {
    version: '4.0.0',
    kinds: [
      'helm.toolkit.fluxcd.io/v2/HelmRelease',
      'kustomize.toolkit.fluxcd.io/v1/Kustomization',
      'source.toolkit.fluxcd.io/v1/GitRepository',
      'source.toolkit.fluxcd.io/v1/OCIRepository',
    ],
  },
  'gateway-api': { version: '2.0.0', kinds: ['gateway.networking.k8s.io/v1/HTTPRoute'] },
  keda: { version: '2.0.0', kinds: ['keda.sh/v1alpha1/ScaledObject', 'keda.sh/v1alpha1/TriggerAuthentication'] },
  'prometheus-operator': {
    version: '6.0.0',
    kinds: ['monitoring.coreos.com/v1/PrometheusRule', 'monitoring.coreos.com/v1/ServiceMonitor'],
  },
  'sealed-secrets': { version: '6.0.0', kinds: ['bitnami.com/v1alpha1/SealedSecret'] },
};

const PLAIN: { readonly [name: string]: string } = {
  IntOrString: 'q',
  Quantity: 'q',
  Time: 's',
  MicroTime: 's',
  JSON: 'o',
  RawExtension: 'o',
};

const types = new Map<string, string>();
/** Files of types to what they are called in the table. */
const named = new Map<string, string>();

const work = mkdtempSync(path.join(tmpdir(), 'devstack-models-'));
try {
  for (const [pack, { version, kinds }] of Object.entries(SOURCES)) {
    const unpacked = path.join(work, pack);
    mkdirSync(unpacked);
    const file = execFileSync('npm', ['pack', '--silent', `@kubernetes-models/${pack}@${version}`], {
      cwd: unpacked,
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', file.trim()], { cwd: unpacked });
    for (const kind of kinds) typeIn(path.join(unpacked, 'package', `${kind}.d.ts`), kind);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What the table calls the type of a file: a name, or what the type stands for. */
function typeIn(file: string, kind?: string): string {
  const known = named.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
  const imports = new Map(
    [...source.matchAll(/^import \{ (I\w+) \} from "([^"]+)";/gm)].map(([, name = '', from = '']) => [name, from]),
  );
  const resolve = (name: string): string => {
    const from = imports.get(name);
    if (from === undefined) throw new Error(`${file}: nothing is called ${name}`);
    if (from.startsWith('.')) return typeIn(path.join(path.dirname(file), from.replace(/\.js$/, '.d.ts')));
    return ofKubernetes(from.split('/').at(-1) ?? '', file);
  };
  const alias = /^export type I\w+ = ([^]+?);\nexport /m.exec(source)?.[1];
  if (alias !== undefined) {
    const type = parser(alias, resolve, '').type();
    named.set(file, type);
    return type;
  }
  const [, short = '', bases = '', body = ''] =
    /^export interface I(\w+)(?: extends ([\w, ]+?))? (\{[^]*?\n\})/m.exec(source) ?? [];
  if (short === '') throw new Error(`${file} has no type`);
  const name = kind ?? freeName(short);
  named.set(file, name);
  parser(body, resolve, name).type(name);
  const inherited = bases.split(', ').filter((base) => base !== '' && base !== 'TypeMeta');
  const all = [...inherited.map(resolve).map((base) => types.get(base) ?? FIELDS[base]), types.get(name)];
  if (all.includes(undefined)) throw new Error(`${file} has something of what is not known`);
  types.set(name, all.filter((fields) => fields !== '').join(' '));
  return name;
}

function freeName(short: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? short : `${short}${number}`;
    if (!types.has(name) && !Object.hasOwn(FIELDS, name) && ![...named.values()].includes(name)) return name;
  }
}

function ofKubernetes(name: string, file: string): string {
  const type = PLAIN[name] ?? [name, `v1/${name}`].find((one) => Object.hasOwn(FIELDS, one));
  // Types that no object of Kubernetes has; all of them are in what a cluster says.
  if (type === undefined) console.error(`${path.basename(file)}: ${name} is not held against anything`);
  return type ?? 'o';
}

/** Types as these packages write them: names, lists, maps, objects and unions. */
function parser(text: string, resolve: (name: string) => string, within: string) {
  const tokens = text.match(/"[^"]*"|\w+|[^\s\w]/g) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const take = (expected: string): void => {
    const found = next();
    if (found !== expected) throw new Error(`${within}: ${expected} expected, not ${found}`);
  };

  function type(name?: string): string {
    const all = [one(name)];
    while (tokens[at] === '|') {
      at += 1;
      all.push(one());
    }
    const different = [...new Set(all)].filter((each) => each !== 'null');
    if (different.length === 1) return different[0] ?? 'o';
    return different.every((each) => ['s', 'n', 'q'].includes(each)) ? 'q' : 'o';
  }

  function one(name?: string): string {
    const token = next();
    if (token.startsWith('"')) return 's';
    if (token === 'string') return 's';
    if (token === 'number' || /^\d+$/.test(token)) return 'n';
    if (token === 'boolean' || token === 'true' || token === 'false') return 'b';
    if (token === 'null') return 'null';
    if (token === 'any' || token === 'unknown' || token === 'object') return 'o';
    if (token === '{') return mapping(name);
    if (token !== 'Array') return resolve(token);
    take('<');
    const item = type();
    take('>');
    return `[]${item}`;
  }

  function mapping(name = freeName(`${within.split('/').at(-1)}Part`)): string {
    if (tokens[at] === '[') {
      at += 5; // [key: string]:
      take(':');
      const value = type();
      take(';');
      take('}');
      return `{}${value}`;
    }
    types.set(name, '');
    const fields: string[] = [];
    while (tokens[at] !== '}') {
      const field = next().slice(1, -1);
      if (tokens[at] === '?') at += 1;
      take(':');
      const value = type();
      take(';');
      fields.push(`${field}:${field === 'status' ? 'o' : value}`);
    }
    take('}');
    types.set(name, fields.join(' '));
    return fields.length === 0 ? 'o' : name;
  }

  return { type };
}

/** What two operators call the same, and is the same. */
for (let isMore = true; isMore;) {
  const keyOf = (name: string, fields: string): string => `${name.replace(/\d+$/, '')} ${fields}`;
  const first = new Map(Object.entries(FIELDS).map(([name, fields]) => [keyOf(name, fields), name]));
  const same = new Map<string, string>();
  for (const [name, fields] of types) {
    const other = first.get(keyOf(name, fields));
    if (other === undefined) first.set(keyOf(name, fields), name);
    else same.set(name, other);
  }
  isMore = same.size > 0;
  for (const name of same.keys()) types.delete(name);
  for (const [name, fields] of types)
    types.set(
      name,
      fields.replaceAll(
        /:((?:\[\]|\{\})*)([A-Z]\w+)/g,
        (_, lists: string, type: string) => `:${lists}${same.get(type) ?? type}`,
      ),
    );
}

/** Those that what is written of some kinds can have: what a cluster says is left out. */
function reachedFrom(kinds: readonly string[]): ReadonlySet<string> {
  const reached = new Set(kinds);
  for (const name of reached)
    for (const [, other = ''] of (types.get(name) ?? '').matchAll(/:(?:\[\]|\{\})*([A-Z]\w+)/g))
      if (types.has(other)) reached.add(other);
  return reached;
}

const DELIVERY = new Set(['argo-cd', 'flux-cd', 'prometheus-operator']);
const kindsOf = (isDelivery: boolean): readonly string[] =>
  Object.entries(SOURCES).flatMap(([pack, { kinds }]) => (DELIVERY.has(pack) === isDelivery ? kinds : []));
const operators = reachedFrom(kindsOf(false));
await write('operators.ts', 'OPERATOR_FIELDS', 'what runs beside a stack', [...operators]);
await write(
  'delivery.ts',
  'DELIVERY_FIELDS',
  'what brings a stack into a cluster and measures it',
  [...reachedFrom(kindsOf(true))].filter((name) => !operators.has(name)),
);

async function write(file: string, name: string, what: string, names: readonly string[]): Promise<void> {
  const target = path.join(folder, file);
  const text = `// Written from types of operators by \`npx tsx scripts/kubernetes-custom.ts\`, of kubernetes-models.
// Copyright (c) 2018 Tommy Chen, MIT License.

/** The fields of kinds of ${what}, as those of Kubernetes; \`n\` is a number. Types that are not here are in the other tables. */
// prettier-ignore
export const ${name}: { readonly [type: string]: string } = {
${names
  .toSorted()
  .map((type) => `  '${type}': '${types.get(type) ?? ''}',`)
  .join('\n')}
};
`;
  writeFileSync(
    target,
    await prettier.format(text, { ...(await prettier.resolveConfig(target)), parser: 'typescript' }),
  );
}
