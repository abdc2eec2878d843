import { posix } from 'node:path';
import type { Resource, Stack } from '../../core/stack.ts';
import { nearest } from '../docker/places.ts';
import { readManifest } from '../docker/node/manifest.ts';
import { nodeMajor } from '../docker/node/version.ts';
import { installationOf } from '../docker/node/workspace.ts';
import type { Installation } from '../docker/node/workspace.ts';
import type { ProjectFiles } from '../docker/recipe.ts';
import { belowRoot } from '../planning.ts';

/** How the tests of a package are run on a machine that has nothing but its language. */
export interface PackageTests {
  readonly folder: string;
  readonly language: 'node' | 'go' | 'python' | 'rust';
  /** Of the language; of Go, the file that says it. */
  readonly version: string;
  /** In `context`, below the root. */
  readonly install: string;
  readonly context: string;
  readonly run: string;
}

/** Of every package that is run, and has tests; each once. */
export function packageTests({ root, resources }: Stack, files: ProjectFiles): readonly PackageTests[] {
  const found = new Map<string, PackageTests>();
  for (const folder of resources.flatMap((resource) => folderOf(root, resource))) {
    const tests = testsAt(folder, files);
    if (tests) found.set(tests.folder, tests);
  }
  return [...found.values()].toSorted((one, other) => (one.folder < other.folder ? -1 : 1));
}

function folderOf(root: string, resource: Resource): readonly string[] {
  const folders = [
    ...(resource.kind === 'container' ? [] : [resource.cwd]),
    ...(resource.build ? [resource.build.context] : []),
  ];
  return folders.map((folder) => belowRoot(root, folder)).filter((folder) => !folder.startsWith('..'));
}

const MANIFESTS = ['package.json', 'go.mod', 'Cargo.toml', 'pyproject.toml', 'requirements.txt'];
/** What npm writes when it is asked for a new package. */
const NONE = /no test specified/;

function testsAt(from: string, files: ProjectFiles): PackageTests | undefined {
  const folder = nearest(files, from, MANIFESTS);
  if (folder === undefined) return undefined;
  const has = (name: string): boolean => files.read(posix.join(folder, name)) !== undefined;
  if (has('package.json')) return nodeTests(folder, files);
  if (has('go.mod')) {
    const version = posix.join(folder, 'go.mod');
    return { folder, language: 'go', version, context: folder, install: 'go mod download', run: 'go test ./...' };
  }
  if (has('Cargo.toml'))
    return { folder, language: 'rust', version: 'stable', context: folder, install: 'cargo fetch', run: 'cargo test' };
  return pythonTests(folder, files);
}

function nodeTests(folder: string, files: ProjectFiles): PackageTests | undefined {
  const manifest = readManifest(files, folder);
  const script = manifest?.scripts['test'];
  if (!manifest || script === undefined || NONE.test(script)) return undefined;
  const installation = installationOf(files, manifest);
  const { context, manager } = installation;
  const run = `${manager === 'berry' ? 'yarn' : manager} test`;
  const version = String(nodeMajor(files, folder, manifest.engine));
  return { folder, language: 'node', version, context, install: installOf(installation), run };
}

function installOf({ manager, isLocked }: Installation): string {
  switch (manager) {
    case 'npm':
      return isLocked ? 'npm ci' : 'npm install';
    case 'pnpm':
      return 'corepack enable && pnpm install --frozen-lockfile';
    case 'yarn':
      return 'corepack enable && yarn install --frozen-lockfile';
    case 'berry':
      return 'corepack enable && yarn install --immutable';
  }
}

/** Those of pytest, where a file of the package names it. */
function pythonTests(folder: string, files: ProjectFiles): PackageTests | undefined {
  const read = (name: string): string | undefined => files.read(posix.join(folder, name));
  const named = ['requirements-dev.txt', 'requirements.txt', 'pyproject.toml'].filter((name) =>
    /\bpytest\b/.test(read(name) ?? ''),
  );
  const [first] = named;
  if (first === undefined) return undefined;
  const common = { folder, language: 'python', context: folder } as const;
  const version = /^\s*(3\.\d+)/.exec(read('.python-version') ?? '')?.[1] ?? '3.13';
  if (read('uv.lock') !== undefined)
    return { ...common, version, install: 'pip install uv && uv sync --locked', run: 'uv run pytest' };
  if (read('poetry.lock') !== undefined)
    return { ...common, version, install: 'pip install poetry && poetry install', run: 'poetry run pytest' };
  const lists = ['requirements.txt', 'requirements-dev.txt'].filter((name) => read(name) !== undefined);
  const install =
    lists.length > 0 ? `pip install ${lists.map((name) => `-r ${name}`).join(' ')}` : 'pip install . pytest';
  return { ...common, version, install, run: 'python -m pytest' };
}
