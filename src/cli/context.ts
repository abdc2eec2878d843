import type { Failure, FailureCode } from '../core/failure.ts';
import { describe } from '../output/describe.ts';
import type * as Mcp from '../mcp/index.ts';
import type * as Tui from '../tui/index.ts';
import { takeStarter } from './leaving.ts';
import { createStyle, wantsColour, type Style } from '../output/style.ts';

/** The terminal interface is a module of its own: only whoever runs the command line knows where it is. */
export type LoadTui = () => Promise<typeof Tui>;
/** So is what speaks the Model Context Protocol. */
export type LoadMcp = () => Promise<typeof Mcp>;

/** What every command gets: the world around the process, so that tests can hand in another. */
export interface Context {
  readonly version: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly style: Style;
  /** Data. */
  print(text: string): void;
  /** Talk. */
  say(text: string): void;
  /** Why it did not do what was asked, for the end of what it prints with `--json`. */
  readonly failures: Failure[];
  readonly loadTui: LoadTui;
  readonly loadMcp: LoadMcp;
  /** Pid of the shell that waits for this process and can be told to go. */
  readonly starter: number | undefined;
}

/** Options every command takes. */
export interface CommonOptions {
  readonly config?: string;
}

export const EXIT = { ok: 0, failed: 1, usage: 2, rolloutFailed: 3, bug: 70, interrupted: 130 } as const;

export function createContext(version: string, loadTui: LoadTui, loadMcp: LoadMcp): Context {
  let tui: ReturnType<LoadTui> | undefined;
  return {
    version,
    cwd: process.cwd(),
    env: process.env,
    style: createStyle(wantsColour(process.env, process.stdout.isTTY)),
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    failures: [],
    loadTui: () => (tui ??= loadTui()),
    loadMcp,
    starter: takeStarter(process.env),
  };
}

/** Title, detail and hint, as a person reads them. */
export function failureText(failure: Failure): string {
  const { title, detail, hint } = describe(failure);
  return [title, detail, hint].filter((part) => part !== undefined).join('\n');
}

/** It runs where nobody develops. */
export function isPipeline(env: NodeJS.ProcessEnv): boolean {
  return (env['CI'] ?? '') !== '' && env['CI'] !== 'false';
}

/** A mistake in the command line, or nothing to do it with. */
const USAGE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'usage',
  'unknown-name',
  'wrong-kind',
  'use-refused',
  'instance-name-invalid',
  'tool-missing',
  'cluster-failed',
  'cluster-port-in-use',
  'data-source-down',
]);

export function exitCodeOf({ code }: Failure): number {
  if (code === 'interrupted') return EXIT.interrupted;
  if (code === 'rollout-failed' || code === 'data-copy-failed') return EXIT.rolloutFailed;
  return USAGE.has(code) ? EXIT.usage : EXIT.failed;
}
