/** What a tool was given, with what was left out filled in. */
export interface Arguments {
  /** Empty where none were given. */
  readonly names: readonly string[];
  readonly name: string;
  readonly pattern: string;
  readonly cursor: string | undefined;
  readonly all: boolean;
  readonly ignoreCase: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

type Field =
  | { readonly kind: 'names' | 'text' | 'flag'; readonly description: string }
  | {
      readonly kind: 'number';
      readonly description: string;
      readonly least: number;
      readonly most: number;
      readonly fallback: number;
    };

/** Everything a tool may be given; a tool lists the ones it takes. */
const FIELDS = {
  names: { kind: 'names', description: 'Resources or groups. Left out: all of them.' },
  name: { kind: 'text', description: 'One resource.' },
  pattern: { kind: 'text', description: 'Regular expression (JavaScript) that a line must match.' },
  cursor: { kind: 'text', description: 'From an earlier answer: the page it stands for.' },
  all: { kind: 'flag', description: 'Also lines from before the last restart.' },
  ignore_case: { kind: 'flag', description: 'Capital letters do not matter.' },
  max_bytes: {
    kind: 'number',
    description: 'How long the answer may be.',
    least: 500,
    most: 32_000,
    fallback: 8_000,
  },
  timeout_seconds: {
    kind: 'number',
    description: 'How long to wait. What was asked for goes on afterwards.',
    least: 0,
    most: 3_600,
    fallback: 50,
  },
} as const satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** The fields a tool takes, and whether it can do without. */
export type Takes = { readonly [name in FieldName]?: 'required' | 'optional' };

/** What a tool takes, as a JSON schema. */
export function schemaOf(takes: Takes) {
  const fields = entriesOf(takes);
  return {
    type: 'object' as const,
    properties: Object.fromEntries(fields.map(([name]) => [name, schemaOfField(FIELDS[name])])),
    required: fields.filter(([, how]) => how === 'required').map(([name]) => name),
    additionalProperties: false,
  };
}

/** What was given, checked; a text says what is wrong with it. */
export function readArguments(takes: Takes, given: Readonly<Record<string, unknown>>): Arguments | string {
  const fields = entriesOf(takes);
  const known: readonly string[] = fields.map(([name]) => name);
  const problems = [
    ...Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => `there is no argument "${name}"; there are: ${known.join(', ') || 'none'}`),
    ...fields.flatMap(([name, how]) => problemOf(name, FIELDS[name], given[name], how === 'required') ?? []),
  ];
  if (problems.length > 0) return problems.join('\n');
  const { names, name, pattern, cursor, all, ignore_case, max_bytes, timeout_seconds } = given;
  return {
    names: typeof names === 'string' ? [names] : Array.isArray(names) ? names.map(String) : [],
    name: typeof name === 'string' ? name : '',
    pattern: typeof pattern === 'string' ? pattern : '',
    cursor: typeof cursor === 'string' ? cursor : undefined,
    all: all === true,
    ignoreCase: ignore_case === true,
    maxBytes: typeof max_bytes === 'number' ? max_bytes : FIELDS.max_bytes.fallback,
    timeoutMs: (typeof timeout_seconds === 'number' ? timeout_seconds : FIELDS.timeout_seconds.fallback) * 1_000,
  };
}

function entriesOf(takes: Takes): readonly (readonly [FieldName, 'required' | 'optional'])[] {
  return NAMES.flatMap((name) => {
    const how = takes[name];
    return how === undefined ? [] : [[name, how] as const];
  });
}

const NAMES = ['names', 'name', 'pattern', 'cursor', 'all', 'ignore_case', 'max_bytes', 'timeout_seconds'] as const;

function schemaOfField(field: Field): Readonly<Record<string, unknown>> {
  const { kind, description } = field;
  switch (kind) {
    case 'names':
      return { type: 'array', items: { type: 'string' }, description };
    case 'text':
      return { type: 'string', description };
    case 'flag':
      return { type: 'boolean', description };
    case 'number':
      return { type: 'number', minimum: field.least, maximum: field.most, default: field.fallback, description };
  }
}

function problemOf(name: string, field: Field, value: unknown, isRequired: boolean): string | undefined {
  if (value === undefined || value === null)
    return isRequired ? `"${name}" is missing: ${field.description}` : undefined;
  switch (field.kind) {
    case 'names':
      // One alone is meant as a list of one.
      if (typeof value === 'string' || (isTexts(value) && (value.length > 0 || !isRequired))) return undefined;
      return `"${name}" must be a list of names`;
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : `"${name}" must be a text`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `"${name}" must be true or false`;
    case 'number':
      return typeof value === 'number' && value >= field.least && value <= field.most
        ? undefined
        : `"${name}" must be a number from ${field.least} to ${field.most}`;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
