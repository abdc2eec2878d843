/** `changes` over `base`; `env` of both, object or function, becomes one. */
export function mergeOptions(base: object, changes: object): object {
  const merged = { ...base, ...changes };
  const [before, after] = [envOf(base), envOf(changes)];
  if (before === undefined || after === undefined) return 'env' in changes ? merged : { ...merged, ...keepEnv(before) };
  if (typeof before !== 'function' && typeof after !== 'function') return { ...merged, env: mergeEnv(before, after) };
  return { ...merged, env: () => mergeEnv(evaluated(before), evaluated(after)) };
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
