import { nearest } from '../../../../config/suggest.ts';
import type { ObjectSet } from '../object-set.ts';
import type { Report, Rule } from '../rule.ts';
import { DELIVERY_FIELDS } from './delivery.ts';
import { OPERATOR_FIELDS } from './operators.ts';
import { OTHER_FIELDS } from './others.ts';
import { FIELDS } from './table.ts';

export const SCHEMA = {
  fields: {
    says: 'A field is one of its kind, of Kubernetes (1.35) or of an operator, and its value of the right type.',
    kubeLinter: ['schema-validation'],
    optional: ['schema-validation'],
  },
} as const satisfies Record<string, Rule>;

type Type = ReadonlyMap<string, string>;
type Say = (path: string, what: string) => void;

const types = new Map<string, Type>();

const TABLES = [FIELDS, OPERATOR_FIELDS, DELIVERY_FIELDS, OTHER_FIELDS];

/** The fields of a type by name; each is read out of its table once. */
function typeNamed(name: string): Type | undefined {
  const known = types.get(name);
  if (known) return known;
  const text = TABLES.find((table) => Object.hasOwn(table, name))?.[name];
  if (text === undefined) return undefined;
  const type = new Map(
    text.split(' ').map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1)]),
  );
  types.set(name, type);
  return type;
}

/** Kinds the API itself has, and those of operators that devstack writes objects for. */
export function checkFields({ objects }: ObjectSet, report: Report<typeof SCHEMA>): void {
  for (const object of objects) {
    const name = `${object.apiVersion}/${object.kind}`;
    if (typeNamed(name) !== undefined)
      checkValue(object, name, '', (path, what) => report({ rule: 'fields', object, text: `${path} ${what}` }));
  }
}

function checkValue(value: unknown, type: string, path: string, say: Say): void {
  if (value === null || value === undefined || type === 'o') return;
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return say(path, 'has to be a list');
    for (const [index, item] of value.entries()) checkValue(item, type.slice(2), `${path}[${index}]`, say);
  } else if (type.startsWith('{}')) {
    if (!isMapping(value)) return say(path, 'has to be a mapping');
    for (const [key, item] of Object.entries(value)) checkValue(item, type.slice(2), `${path}.${key}`, say);
  } else checkPlain(value, type, path, say);
}

const PLAIN: { readonly [type: string]: readonly [fits: (value: unknown) => boolean, what: string] } = {
  s: [(value) => typeof value === 'string', 'has to be a text'],
  i: [Number.isInteger, 'has to be a whole number'],
  b: [(value) => typeof value === 'boolean', 'has to be true or false'],
  n: [(value) => typeof value === 'number', 'has to be a number'],
  q: [(value) => typeof value === 'string' || typeof value === 'number', 'has to be a text or a number'],
};

function checkPlain(value: unknown, type: string, path: string, say: Say): void {
  const plain = PLAIN[type];
  if (plain) {
    const [fits, what] = plain;
    if (!fits(value)) say(path, what);
    return;
  }
  const fields = typeNamed(type);
  if (!fields) return;
  if (!isMapping(value)) return say(path, 'has to be a mapping');
  for (const [key, item] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`;
    const field = fields.get(key);
    if (field !== undefined) checkValue(item, field, below, say);
    else {
      const guess = nearest(key, [...fields.keys()]);
      say(below, `is no field of ${type.split('/').at(-1)}${guess === undefined ? '' : `; ${guess} is one`}`);
    }
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
