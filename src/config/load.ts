import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfigProblem } from '../core/failure.ts';
import { FailureError } from '../core/failure.ts';
import { shownUse, useInstead, type Use } from '../core/use.ts';
import type { Stack } from '../core/stack.ts';
import { isLocal, isStack, stackKey, thisCopy } from './brand.ts';
import { findConfig, findLocal } from './find.ts';
import { explainLoadError } from './load-error.ts';
import { normalizeStack, type Overrides } from './normalize/stack.ts';
import { nearest } from './suggest.ts';
import { forgettingRefs } from './registry.ts';
import type { LastWords } from './scope.ts';

export interface LoadedConfig {
  readonly stack: Stack;
  /** The config and what it imports from this machine's own folders: absolute paths, to be watched. */
  readonly files: readonly string[];
  /** Overrides of this checkout that are in the stack. */
  readonly local?: { readonly file: string };
  /** Where those may be, or may appear, to be watched as well. */
  readonly localFiles: readonly string[];
  readonly warnings: readonly ConfigProblem[];
  /** By resource. */
  readonly lastWords: ReadonlyMap<string, LastWords>;
}

export interface LoadOptions {
  readonly cwd: string;
  /** Instead of looking for one; relative to `cwd`. */
  readonly file?: string;
  /** False: `devstack.local.ts` does not count, as for everything that leaves this machine. Default: it does. */
  readonly local?: boolean;
  /** Resources that run another way this time; they win over those of `devstack.local.ts`. */
  readonly use?: readonly Use[];
}

/** Evaluates the config and checks it. Throws a FailureError with everything that is wrong. */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const file = configFile(options);
  return forgettingRefs(async () => {
    const { exported, files } = await evaluateInTurn(file);
    if (options.local === false) return { ...stackFrom(exported, file), files, localFiles: [], warnings: [] };
    const local = findLocal(file);
    const overrides = local.file === undefined ? undefined : await readOverrides(local.file);
    return {
      ...using(stackFrom(exported, file, overrides, options.use), options.use),
      files: [...new Set([...files, ...(overrides?.files ?? [])])],
      localFiles: local.candidates,
      ...(overrides && { local: { file: overrides.file } }),
      warnings: [],
    };
  });
}

function configFile({ cwd, file }: LoadOptions): string {
  const found = file === undefined ? findConfig(cwd) : path.resolve(cwd, file);
  if (found === undefined || !statSync(found, { throwIfNoEntry: false })?.isFile()) {
    throw new FailureError({
      code: 'config-not-found',
      from: path.resolve(cwd),
      ...(file !== undefined && { file: path.resolve(cwd, file) }),
    });
  }
  return realpathSync(found); // stack traces name the real path, and places are told apart by it
}

interface Evaluated {
  readonly exported: object;
  readonly files: readonly string[];
}

// The module cache jiti uses belongs to the whole process: two loads at once would take half-loaded modules of each other.
let lastTurn: Promise<unknown> = Promise.resolve();

function evaluateInTurn(file: string): Promise<Evaluated> {
  const turn = lastTurn.then(() => evaluate(file));
  lastTurn = turn.catch(() => undefined); // its own caller is told
  return turn;
}

async function evaluate(file: string): Promise<Evaluated> {
  const root = path.dirname(file);
  const [{ createJiti }, api] = await Promise.all([import('jiti'), import('../index.ts')]);
  const jiti = createJiti(file, {
    // Compiled text is kept by a hash of its source, so an edit is never missed.
    fsCache: path.join(root, '.devstack', 'cache', 'jiti'),
    moduleCache: true,
    interopDefault: true,
    tsconfigPaths: true,
    // The module the config imports is this very one, whatever is installed beside it.
    virtualModules: { devstack: api },
  });
  // jiti shares the cache of `require`: without this a second load would see the modules of the first.
  const isLocal = (id: string) => path.isAbsolute(id) && !id.includes(`${path.sep}node_modules${path.sep}`);
  const before = new Set(Object.keys(jiti.cache).filter(isLocal));
  const loaded = () => Object.keys(jiti.cache).filter((id) => isLocal(id) && !before.has(id));
  try {
    const exported: unknown = await jiti.import(file);
    const files = [...new Set([file, ...loaded()])];
    return { exported: typeof exported === 'object' && exported !== null ? exported : {}, files };
  } catch (thrown) {
    throw new FailureError({ code: 'config-invalid', problems: [explainLoadError(thrown, file, root)] }, thrown);
  } finally {
    for (const id of loaded()) delete jiti.cache[id];
  }
}

async function readOverrides(file: string): Promise<Overrides & Pick<Evaluated, 'files'>> {
  const { exported, files } = await evaluateInTurn(file);
  const local: unknown = 'default' in exported ? exported.default : undefined;
  if (isLocal(local)) return { local, file, files };
  const message = `${path.basename(file)} exports no overrides as default. Write: export default defineLocal({ resources: { … } })`;
  throw new FailureError({
    code: 'config-invalid',
    problems: [{ code: 'no-local', at: path.basename(file), message }],
  });
}

function using<Loaded extends Pick<LoadedConfig, 'stack'>>(loaded: Loaded, uses: readonly Use[] = []): Loaded {
  return { ...loaded, stack: uses.reduce(usedIn, loaded.stack) };
}

/** Throws `unknown-name` or `use-refused`. */
function usedIn(stack: Stack, use: Use): Stack {
  const resources = stack.resources.map(({ name }) => name);
  if (!resources.includes(use.name)) {
    const suggestion = nearest(use.name, resources);
    throw new FailureError({
      code: 'unknown-name',
      command: 'up --use',
      name: use.name,
      resources,
      groups: [],
      ...(suggestion !== undefined && { suggestion }),
    });
  }
  const used = useInstead(stack, use);
  if (used.kind === 'used') return used.stack;
  throw new FailureError({ code: 'use-refused', use: shownUse(use), reason: used.reason });
}

function stackFrom(
  exported: object,
  file: string,
  overrides?: Overrides,
  uses: readonly Use[] = [],
): Pick<LoadedConfig, 'stack' | 'lastWords'> {
  const value: unknown = 'default' in exported ? exported.default : undefined;
  const at = path.basename(file);
  if (!isStack(value)) {
    throw new FailureError({
      code: 'config-invalid',
      problems: [{ code: 'no-stack', at, message: noStack(value, exported) }],
    });
  }
  const { copy } = value[stackKey];
  const ours = thisCopy();
  if (copy.version !== ours.version) {
    const message = `The config was made by devstack ${copy.version} (${copy.folder}), but this is devstack ${ours.version}. Keep one: npm dedupe, or npm ls devstack to see who brings the other.`;
    throw new FailureError({ code: 'config-invalid', problems: [{ code: 'two-copies', at, message }] });
  }
  const normalized = normalizeStack(value, file, overrides, new Set(uses.map(({ name }) => name)));
  if (normalized.kind === 'invalid') throw new FailureError({ code: 'config-invalid', problems: normalized.problems });
  return { stack: normalized.stack, lastWords: normalized.lastWords };
}

function noStack(value: unknown, exported: object): string {
  const example = 'export default defineConfig({ resources: { … } })';
  if (value === undefined) {
    const names = Object.keys(exported).filter((name) => name !== 'default');
    const found = names.length === 0 ? 'exports nothing' : `exports ${names.join(', ')}, but nothing as default`;
    return `The config ${found}. End it with: ${example}`;
  }
  if (typeof value === 'function') {
    return `The config exports a function. It is evaluated once for all targets: ${example}. What differs per target is perTarget({ dev, compose, kind }).`;
  }
  if (value instanceof Promise)
    return `The config exports a Promise. Write await inside the file and export the stack itself: ${example}`;
  return `The default export is not a stack. Write: ${example}`;
}
