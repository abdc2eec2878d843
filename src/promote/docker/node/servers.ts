import type { Manifest } from './manifest.ts';

/** What a program of the Node world does in production. */
export type Served =
  /** It only serves files while they are worked on; `output` is where its build puts them. */
  | { readonly kind: 'files'; readonly output: string }
  /** Its own server, started in another way. */
  | { readonly kind: 'command'; readonly words: readonly string[] }
  /** It starts others, and nothing tells which. */
  | { readonly kind: 'runner' };

const FILES: { readonly [program: string]: string } = {
  vite: 'dist',
  'react-scripts': 'build',
  'vue-cli-service': 'dist',
  ng: 'dist',
  astro: 'dist',
  webpack: 'dist',
  'webpack-dev-server': 'dist',
  parcel: 'dist',
  rsbuild: 'dist',
  gatsby: 'public',
  docusaurus: 'build',
};
const RUNNERS = new Set(['turbo', 'nx', 'lerna', 'concurrently', 'npm-run-all', 'run-p', 'run-s', 'wireit']);
const BUILDS = new Set(['build', 'generate']);

/** Undefined for a program that is none of these: it runs as it is. */
export function servedBy(words: readonly string[], own: Manifest): Served | undefined {
  const [program = '', first = ''] = words;
  const uses = (name: string): boolean => name in own.dependencies || name in own.devDependencies;
  if (RUNNERS.has(program)) return { kind: 'runner' };
  if (BUILDS.has(first)) return undefined;
  if (program === 'next') return { kind: 'command', words: ['next', 'start', ...ported(words)] };
  if (program === 'nuxt' || program === 'nuxi') return { kind: 'command', words: ['node', '.output/server/index.mjs'] };
  if (program === 'nest') return { kind: 'command', words: ['node', 'dist/main.js'] };
  if (program === 'astro' && uses('@astrojs/node'))
    return { kind: 'command', words: ['node', 'dist/server/entry.mjs'] };
  if (program === 'vite' && uses('@sveltejs/adapter-node')) return { kind: 'command', words: ['node', 'build'] };
  if (program === 'vite' && uses('@sveltejs/kit')) return { kind: 'files', output: 'build' };
  const output = FILES[program];
  return output === undefined ? undefined : { kind: 'files', output };
}

/** The port of a dev server is the one that others of the stack may expect. */
function ported(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => word === '-p' || word === '--port');
  return at === -1 ? [] : words.slice(at, at + 2);
}
