/** A mapping as it stands in the file. */
export type Raw = { readonly [key: string]: unknown };

export function mapOf(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A text; a number or a truth value counts as one. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export const textsOf = (value: unknown): readonly string[] => listOf(value).flatMap((item) => textOf(item) ?? []);

/** `KEY=value` in a list, or a mapping: a mapping. One without a value is null. */
export function pairsOf(value: unknown): Raw {
  if (!Array.isArray(value)) return mapOf(value);
  return Object.fromEntries(
    textsOf(value).map((item) => {
      const at = item.indexOf('=');
      return at === -1 ? [item, null] : [item.slice(0, at), item.slice(at + 1)];
    }),
  );
}

/** Names in a list, or a mapping by name: a mapping. */
function namesOf(value: unknown): Raw {
  return Array.isArray(value) ? Object.fromEntries(textsOf(value).map((name) => [name, {}])) : mapOf(value);
}

const PAIRS = new Set(['environment', 'labels', 'args', 'sysctls']);
const NAMES = new Set(['depends_on', 'networks']);
const REPLACED = new Set(['command', 'entrypoint', 'test']);

/** Stands for `!reset`: what is below it is taken away. */
export const RESET = '\0reset';

const withoutReset = (raw: Raw): Raw => Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== RESET));

/** The second over the first, as compose merges files: mappings by key, lists one after the other. */
export function merged(base: Raw, over: Raw): Raw {
  const whole: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    whole[key] = key in base ? mergedValue(key, base[key], value) : value;
  return withoutReset(whole);
}

function mergedValue(key: string, base: unknown, over: unknown): unknown {
  if (REPLACED.has(key) || over === RESET) return over;
  if (over === null) return base;
  if (PAIRS.has(key)) return withoutReset({ ...pairsOf(base), ...pairsOf(over) });
  if (NAMES.has(key)) return withoutReset({ ...namesOf(base), ...namesOf(over) });
  if (key === 'build') return merged(buildOf(base), buildOf(over));
  if (Array.isArray(base) || Array.isArray(over)) {
    const all = [...listOf(base), ...listOf(over)];
    return all.filter(
      (item, index) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(item)) === index,
    );
  }
  if (typeof base === 'object' && base !== null && typeof over === 'object') return merged(mapOf(base), mapOf(over));
  return over;
}

const buildOf = (build: unknown): Raw => (typeof build === 'string' ? { context: build } : mapOf(build));

/** What the service waits for, and for what of it. */
export function dependenciesOf(service: Raw): readonly { readonly name: string; readonly condition: string }[] {
  return Object.entries(namesOf(service['depends_on'])).map(([name, options]) => ({
    name,
    condition: textOf(mapOf(options)['condition']) ?? 'service_started',
  }));
}
