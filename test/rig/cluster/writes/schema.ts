import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { at, isList, textAt } from '../json.ts';
import type { Json } from '../json.ts';
import type { Kind } from '../kinds.ts';
import type { KubeObject } from '../object.ts';
import { badRequest, failed, invalid } from '../refusal.ts';

/** Of the version the server says it is. */
const TABLE = '../../../schemas/kubernetes/kubernetes-1.35.json';

const GROUPS: Readonly<Record<string, string>> = {
  '': 'core.v1',
  apps: 'apps.v1',
  batch: 'batch.v1',
  autoscaling: 'autoscaling.v2',
  'networking.k8s.io': 'networking.v1',
  policy: 'policy.v1',
};

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(JSON.parse(readFileSync(path.resolve(import.meta.dirname, TABLE), 'utf8')), 'k8s');

/** How the object came: the real server has other words for what is applied than for what is sent whole. */
export type Sent = 'applied' | 'whole';

/** Refuses fields that are none, values of the wrong type, and fields that are missing. */
export function checkSchema(kind: Kind, object: KubeObject, sent: Sent, isStrict: boolean): void {
  const validate = ajv.getSchema(`k8s#/$defs/io.k8s.api.${GROUPS[kind.group]}.${kind.kind}`);
  const { status: _status, ...said } = object;
  if (!validate || validate(said)) return;
  const errors = validate.errors ?? [];
  const unknown =
    isStrict || sent === 'applied' ? errors.filter(({ keyword }) => keyword === 'additionalProperties') : [];
  const mistyped = errors.filter(({ keyword }) => keyword === 'type' || keyword === 'enum');
  if (unknown.length + mistyped.length > 0)
    throw sent === 'applied' ? untyped(object, unknown, mistyped) : undecoded(kind, object, unknown, mistyped);
  const required = errors.filter(({ keyword }) => keyword === 'required');
  if (required.length === 0) return;
  const causes = required.map((error) => ({
    reason: 'FieldValueRequired' as const,
    field: `${dotted(error)}${dotted(error) === '' ? '' : '.'}${String(error.params['missingProperty'])}`,
    message: 'Required value',
  }));
  throw invalid(kind, object.metadata.name, causes);
}

function untyped(object: KubeObject, unknown: readonly ErrorObject[], mistyped: readonly ErrorObject[]) {
  const { apiVersion, kind, metadata } = object;
  const lines = [
    ...unknown.map((error) => `${keyed(object, error)}.${fieldOf(error)}: field not declared in schema`),
    ...mistyped.map(
      (error) => `${keyed(object, error)}: expected ${wanted(error)}, got ${typeof valueAt(object, error)}`,
    ),
  ];
  const name = `${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
  const what = lines.length === 1 ? lines[0] : `errors:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  return failed(`failed to create typed patch object (${name}; ${apiVersion}, Kind=${kind}): ${what}`);
}

function undecoded(kind: Kind, object: KubeObject, unknown: readonly ErrorObject[], mistyped: readonly ErrorObject[]) {
  const [first] = mistyped;
  const what = first
    ? `json: cannot unmarshal ${typeof valueAt(object, first)} into Go struct field .${dotted(first)} of type ${wanted(first)}`
    : `strict decoding error: ${unknown
        .map((error) => {
          const before = dotted(error);
          return `unknown field "${before === '' ? '' : `${before}.`}${fieldOf(error)}"`;
        })
        .join(', ')}`;
  return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${what}`);
}

const fieldOf = ({ params }: ErrorObject) => String(params['additionalProperty']);
const stepsOf = ({ instancePath }: ErrorObject) =>
  instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `spec.containers[0]` */
function dotted(error: ErrorObject): string {
  return stepsOf(error)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** `.spec.containers[name="api"]` */
function keyed(object: KubeObject, error: ErrorObject): string {
  let value: Json | undefined = object;
  return stepsOf(error)
    .map((step) => {
      const entry: Json | undefined = isList(value) ? value[Number(step)] : at(value, step);
      const isEntry = isList(value);
      value = entry;
      if (!isEntry) return `.${step}`;
      const name = textAt(entry, 'name');
      return name === undefined ? `[${step}]` : `[name=${JSON.stringify(name)}]`;
    })
    .join('');
}

function valueAt(object: KubeObject, error: ErrorObject): Json | undefined {
  return stepsOf(error).reduce<Json | undefined>(
    (value, step) => (isList(value) ? value[Number(step)] : at(value, step)),
    object,
  );
}

function wanted({ params }: ErrorObject): string {
  const types: unknown = params['type'];
  const [type] = Array.isArray(types) ? types : [types];
  return type === 'integer' || type === 'number' ? 'numeric (int or float)' : String(type);
}
