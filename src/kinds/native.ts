import type { ServerSpec } from './kind.ts';

/** How a server of this machine is run without a container. */
export type NativeServer =
  | NativeProgram
  /** Postgres, whose data is handled the same whether its binaries are this machine's or npm's. */
  | { readonly kind: 'postgres' }
  | { readonly kind: 'none'; readonly reason: string };

export interface NativeProgram {
  readonly kind: 'program';
  /** File name of the server. */
  readonly program: string;
  /** Looked into before PATH, which often lacks them; `*` stands for any name. */
  readonly folders: readonly string[];
  /** Arguments that make it tell its version (none: its real path tells), and where that is in what it prints. */
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** Debian and Homebrew packages, for the error that names ways out. */
  readonly packages: { readonly debian: string; readonly brew: string };
  /** Commands that make the data of a first start. */
  create?(at: NativePlace): readonly NativeCommand[];
  /** Made below the folder. */
  readonly subfolders?: readonly string[];
  /** Path below the folder to its text; written before every start. */
  files?(at: NativePlace): { readonly [path: string]: string };
  /** The same with passwords in them: gone as soon as the server has read them. */
  secretFiles?(at: NativePlace): { readonly [path: string]: string };
  command(at: NativePlace): NativeCommand;
  /** What its clients need beside what is told to those of a container. */
  clientEnv?(folder: string): { readonly [name: string]: string };
  readonly stopSignal: NodeJS.Signals;
}

export interface NativePlace {
  readonly spec: ServerSpec;
  /** Absolute path of the server. */
  readonly program: string;
  /** For config, logs and the like. */
  readonly folder: string;
  /** Belongs to one major version. */
  readonly data: string;
  readonly isRoot: boolean;
  /** Two ports besides those of the resource, for what never leaves this machine. */
  readonly innerPorts: readonly [number, number];
}

export interface NativeCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

/** A port of the resource on this machine. */
export function portOf({ ports }: ServerSpec, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`port ${name} has no number`);
  return port;
}
