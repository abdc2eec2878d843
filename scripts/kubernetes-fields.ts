// Writes the table of the fields of Kubernetes from its schema. `--check` fails when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'src/promote/kubernetes/rules/fields/table.ts');
const VERSION = '1.35';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const source = path.join(root, `test/schemas/kubernetes/kubernetes-${VERSION}.json`);
const { $defs } = JSON.parse(readFileSync(source, 'utf8')) as { readonly $defs: Readonly<Record<string, Schema>> };

const GROUPS: Readonly<Record<string, string>> = {
  core: '',
  apps: 'apps/',
  batch: 'batch/',
  autoscaling: 'autoscaling/',
  networking: 'networking.k8s.io/',
  policy: 'policy/',
  rbac: 'rbac.authorization.k8s.io/',
};

/** An object by its version and kind, as manifests name it; every other type by the last part of its name. */
function nameOf(definition: string): string {
  const [, group = '', version = '', kind = ''] = /^io\.k8s\.api\.(\w+)\.(\w+)\.(\w+)$/.exec(definition) ?? [];
  const { properties = {} } = $defs[definition] ?? {};
  const isObject = 'apiVersion' in properties && 'kind' in properties && 'metadata' in properties;
  return isObject ? `${GROUPS[group] ?? ''}${version}/${kind}` : (definition.split('.').at(-1) ?? '');
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/$defs/', '');
    const definition = $defs[name] ?? {};
    return definition.properties ? nameOf(name) : typeOf(definition);
  }
  if (schema.oneOf) return 'q';
  const kind = [schema.type ?? 'object'].flat().find((one) => one !== 'null');
  if (kind === 'array') return `[]${typeOf(schema.items ?? {})}`;
  if (kind === 'object')
    return typeof schema.additionalProperties === 'object' ? `{}${typeOf(schema.additionalProperties)}` : 'o';
  if (kind === 'string') return 's';
  return kind === 'integer' ? 'i' : kind === 'boolean' ? 'b' : 'q';
}

const types = new Map<string, string>();
for (const [definition, { properties }] of Object.entries($defs)) {
  if (!properties) continue;
  const name = nameOf(definition);
  if (types.has(name)) throw new Error(`two types are called ${name}`);
  // What a cluster says of an object is in no file.
  const fields = Object.entries(properties).map(
    ([field, schema]) => `${field}:${field === 'status' ? 'o' : typeOf(schema)}`,
  );
  types.set(name, fields.join(' '));
}

/** Those that objects are made of. */
const reached = new Set([...types.keys()].filter((name) => name.includes('/') || /^v\d/.test(name)));
for (const name of reached)
  for (const [, other = ''] of (types.get(name) ?? '').matchAll(/:(?:\[\]|\{\})*([A-Z]\w+)/g)) reached.add(other);
const lines = [...reached].map((name) => `  '${name}': '${types.get(name) ?? ''}',`);

const text = `// Written from the schema of Kubernetes ${VERSION} by \`npm run docs\`.

/**
 * The fields of each type. \`s\` is a text, \`i\` a whole number, \`b\` true or false, \`q\` a text or a number, \`o\` anything, \`[]\` a list
 * and \`{}\` a map of what follows; all else is another type.
 */
export const FIELDS: { readonly [type: string]: string } = {
${lines.sort().join('\n')}
};
`;
const formatted = await prettier.format(text, { ...(await prettier.resolveConfig(target)), parser: 'typescript' });
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') === formatted) process.exit(0);
  console.error('src/promote/kubernetes/rules/fields/table.ts is stale: npm run docs');
  process.exit(1);
}
writeFileSync(target, formatted);
