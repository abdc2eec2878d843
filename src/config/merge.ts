/** `changes` over `base`; `env` of both, object or function, becomes one. */
export function mergeOptions(base: object, changes: object): object {
  const merged = { ...base, ...changes };
  const [before, after] = [envOf(base), envOf(changes)];
  if (before === undefined || after === undefined) return 'env' in changes ? merged : { ...merged, ...keepEnv(before) };
  if (typeof before !== 'function' && typeof after !== 'function') return { ...merged, env: mergeEnv(before, after) };
  return { ...merged, env: () => mergeEnv(evaluated(before), evaluated(after)) };
}

/** The same for changes of one checkout, where ports are merged one by one as well. */
export function mergeChanges(base: object, changes: object): object {
  const merged = mergeOptions(base, changes);
  if (!('ports' in base) || !('ports' in changes)) return merged;
  const [before, after] = [entriesOf(base.ports), entriesOf(changes.ports)];
  const ports = [...after].map(([name, port]) => [name, mergePort(before.get(name), port)] as const);
  return { ...merged, ports: Object.fromEntries([...before, ...ports]) };
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function mergePort(before: unknown, after: unknown): unknown {
  const [one, other] = [before, after].map((port) => (typeof port === 'object' ? port : { port }));
  return { ...one, ...other };
}

function keepEnv(env: unknown): object {
  return env === undefined ? {} : { env };
}

function envOf(options: object): unknown {
  return 'env' in options ? options.env : undefined;
}

function evaluated(env: unknown): unknown {
  if (typeof env !== 'function') return env;
  const made: unknown = Reflect.apply(env, undefined, []);
  return made;
}

// What is no object is kept as it is, so that the shape check names it.
function mergeEnv(before: unknown, after: unknown): unknown {
  if (typeof before !== 'object' || before === null) return before;
  if (typeof after !== 'object' || after === null) return after;
  return { ...before, ...after };
}
