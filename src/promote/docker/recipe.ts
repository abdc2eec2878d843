/** Files of the project as the planner sees them; all paths are relative to the root of the project, with slashes. */
export interface ProjectFiles {
  read(path: string): string | undefined;
  /** Names, those of folders end in a slash; none where there is no such folder. */
  list(folder: string): readonly string[];
}

export interface Program {
  readonly name: string;
  /** Relative to the root of the project, `.` for the root itself. */
  readonly cwd: string;
  /** The shell command of development, or of a task. */
  readonly run: string;
  readonly role: 'service' | 'worker' | 'task';
}

/** The reference to pull for a name such as `node:20-alpine`: with the digest of the lock file, say. */
export type BaseImage = (name: string) => string;

/** A file of the machine that a build may read. It is never in a layer, and a build does without where it is missing. */
export type BuildSecret =
  | { readonly id: string; readonly of: 'home' | 'context'; readonly file: string }
  /** Certificates (PEM) of authorities a proxy signs with; only the user knows where they are. */
  | { readonly id: 'ca'; readonly of: 'machine' };

/** How to make the production image of a program. Programs of one shape have one Dockerfile, of equal args one image. */
export interface Recipe {
  readonly kind: 'recipe';
  /** The end of `Dockerfile.<shape>`. Two recipes of one shape have the same Dockerfile, byte for byte. */
  readonly shape: string;
  readonly dockerfile: string;
  /** Relative to the root of the project. */
  readonly context: string;
  /** What makes it this program. REVISION and SOURCE may be added, for the labels. */
  readonly args: { readonly [name: string]: string };
  /** What runs, as words. */
  readonly command: readonly string[];
  /** The folder to run it in. */
  readonly workdir: string;
  readonly user: number;
  /** Folders that need a tmpfs under a root that is read-only. */
  readonly writable: readonly string[];
  /** Where the server decides it, and not the PORT it is given. */
  readonly port?: number;
  /** Lines of the ignore file. */
  readonly ignore: readonly string[];
  readonly secrets: readonly BuildSecret[];
  /** As the Dockerfile has them. */
  readonly baseImages: readonly string[];
  /** What the user should know, as sentences. */
  readonly notes: readonly string[];
}

export interface Unknown {
  readonly kind: 'unknown';
  /** What was looked for, and what to do. */
  readonly reason: string;
}

export const unknown = (reason: string): Unknown => ({ kind: 'unknown', reason });
