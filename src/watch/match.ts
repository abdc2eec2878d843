import path from 'node:path';
import picomatch from 'picomatch';

/** What one resource watches. Patterns are relative to `base`; a plain path means it and everything below. */
export interface WatchTarget {
  readonly name: string;
  /** Absolute. */
  readonly base: string;
  /** Globs, folders and files; `!pattern` ignores. */
  readonly paths: readonly string[];
  /** Globs; one without a slash applies at any depth; `!pattern` takes back. */
  readonly ignore: readonly string[];
}

/** A file watched by itself: an env file, the config, an import of it. Nothing ignores it. */
export interface WatchedFile {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

export interface WatchSet {
  readonly targets: readonly WatchTarget[];
  readonly files: readonly WatchedFile[];
}

/** Whether ignore files of the tree exclude a path; `top` is the watched folder it was reached from. */
export type IgnoredByTree = (file: string, isDirectory: boolean, top: string) => boolean;

export interface Match {
  /** Paths that are watched with everything below; they need not exist. */
  readonly roots: readonly string[];
  /** Paths watched by themselves. */
  readonly files: readonly string[];
  /** Whether to descend into it. */
  readonly wantsDirectory: (directory: string) => boolean;
  /** The targets a file belongs to. */
  readonly namesOf: (file: string) => readonly string[];
}

interface Pattern {
  readonly root: string;
  /** How many folders below the root a match may be. */
  readonly depth: number;
  matches(relative: string): boolean;
}

interface CompiledTarget {
  readonly name: string;
  readonly patterns: readonly Pattern[];
  ignores(file: string, root: string): boolean;
}

const PRUNED = new Set(['.git', 'node_modules', 'dist', 'target', '.devstack']);
/** Swap, backup and probe files of vim, emacs, nano, sublime, kate and JetBrains. */
const EDITOR_FILE = /(?:\.sw[a-z]|~|\.tmp|\.crswap|___jb_(?:tmp|old)___)$|^(?:\.#.*|#.*#|4913|\.goutputstream-.*)$/;

export function createMatch(set: WatchSet, ignoredByTree: IgnoredByTree): Match {
  const targets = set.targets.map(compileTarget);
  const patterns = targets.flatMap((target) => target.patterns);
  const excludes = (target: CompiledTarget, { root }: Pattern, file: string, isDirectory: boolean) =>
    isPruned(relativeTo(root, isDirectory ? file : path.dirname(file)) ?? '') ||
    target.ignores(file, root) ||
    // What is named explicitly is watched, even when git ignores it: `watch: 'build'`.
    (!ignoredByTree(root, true, root) && ignoredByTree(file, isDirectory, root));
  return {
    roots: [...new Set(patterns.map((pattern) => pattern.root))],
    files: [...new Set(set.files.map(({ file }) => file))],
    wantsDirectory: (directory) =>
      targets.some((target) =>
        target.patterns.some((pattern) => {
          const relative = relativeTo(pattern.root, directory);
          if (relative === undefined) return false;
          if (relative === '') return true;
          return depthOf(relative) <= pattern.depth && !excludes(target, pattern, directory, true);
        }),
      ),
    namesOf: (file) => {
      const named = set.files.filter((watched) => watched.file === file).map(({ name }) => name);
      const below = targets.filter((target) =>
        target.patterns.some((pattern) => {
          const relative = relativeTo(pattern.root, file);
          if (relative === undefined || !pattern.matches(relative)) return false;
          return relative === '' || (!isEditorFile(file) && !excludes(target, pattern, file, false));
        }),
      );
      return [...new Set([...named, ...below.map(({ name }) => name)])];
    },
  };
}

function compileTarget(target: WatchTarget): CompiledTarget {
  const isNegated = (entry: string) => entry.startsWith('!') && !entry.startsWith('!(');
  const wanted = target.paths.filter((entry) => !isNegated(entry));
  const negated = target.paths.filter(isNegated).map((entry) => entry.slice(1));
  const ignored = anyOf([...target.ignore.filter((entry) => !isNegated(entry)), ...negated]);
  const takenBack = anyOf(target.ignore.filter(isNegated).map((entry) => entry.slice(1)));
  return {
    name: target.name,
    patterns: wanted.map((entry) => compilePattern(target.base, entry)),
    ignores: (file, root) => {
      const relative = relativeTo(target.base, file) ?? relativeTo(root, file) ?? '';
      return relative !== '' && ignored(relative) && !takenBack(relative);
    },
  };
}

function compilePattern(base: string, entry: string): Pattern {
  const scan = picomatch.scan(entry);
  if (!scan.isGlob) {
    return { root: path.resolve(base, unescape(entry)), depth: Number.POSITIVE_INFINITY, matches: () => true };
  }
  // The fixed part may lead out of the base (`../shared/**`), which a glob cannot.
  const matches = picomatch(scan.glob, { dot: true });
  return {
    root: path.resolve(base, scan.base),
    depth: scan.glob.includes('**') ? Number.POSITIVE_INFINITY : depthOf(scan.glob) - 1,
    matches: (relative) => relative !== '' && matches(relative),
  };
}

/** Each pattern matches the path and everything below it; one without a slash does so at any depth. */
function anyOf(entries: readonly string[]): (relative: string) => boolean {
  const globs = entries.flatMap((entry) => {
    const isAnchored = entry.replace(/\/+$/, '').includes('/');
    const glob = entry.replace(/^\.?\//, '').replace(/\/+$/, '');
    if (glob === '') return [];
    const placed = isAnchored ? glob : `**/${glob}`;
    return [placed, `${placed}/**`];
  });
  return globs.length === 0 ? () => false : picomatch(globs, { dot: true });
}

const isPruned = (relative: string) => relative.split('/').some((part) => PRUNED.has(part));
const isEditorFile = (file: string) => EDITOR_FILE.test(path.basename(file));
/** A plain path may be written as a glob would need it. */
const unescape = (entry: string) => entry.replace(/\\(.)/g, '$1');
const depthOf = (relative: string) => relative.split('/').length;

/** The path below `root`, empty for the root itself, undefined outside. */
export function relativeTo(root: string, file: string): string | undefined {
  if (file === root) return '';
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}
