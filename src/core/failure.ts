import type { FailedRollout, LocalCluster } from './cluster.ts';
import type { PortHolder, PortOwner } from './port-holder.ts';

/** How a run ended. */
export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | {
      readonly kind: 'signal';
      readonly signal: string;
      readonly outOfMemory: boolean;
      /** Of a container: what ended it from outside. */
      readonly because?: 'engine-stopped' | 'removed';
    }
  | { readonly kind: 'not-started'; readonly failure: Failure };

export type RuntimeName = 'docker' | 'native' | 'embedded';

/** One config problem; `at` is `file:line`. */
export interface ConfigProblem {
  readonly code: string;
  readonly at?: string;
  readonly message: string;
}

/**
 * Everything a user can meet, as data. `output/describe.ts` holds the words.
 * A `resource` is always a name in the stack.
 */
export type Failure =
  // a run
  | {
      readonly code: 'exited';
      readonly resource: string;
      readonly exit: Exit;
      readonly upMs: number;
      readonly beforeReady: boolean;
    }
  | {
      readonly code: 'not-ready';
      readonly resource: string;
      readonly afterMs: number;
      readonly lastProbe: string;
      readonly listening: readonly number[];
      readonly expected?: number;
    }
  | { readonly code: 'unhealthy'; readonly resource: string; readonly failures: number; readonly lastProbe: string }
  | { readonly code: 'timed-out'; readonly resource: string; readonly afterMs: number }
  | { readonly code: 'not-stopped'; readonly resource: string; readonly pid?: number }
  // start of a run
  | { readonly code: 'command-not-found'; readonly resource: string; readonly command: string; readonly cwd: string }
  | { readonly code: 'spawn-failed'; readonly resource: string; readonly reason: string }
  /** It wants a terminal, and the optional package that makes them is not there or does not load. */
  | { readonly code: 'pty-unavailable'; readonly resource: string; readonly package: string; readonly reason: string }
  | { readonly code: 'cwd-missing'; readonly resource: string; readonly cwd: string; readonly suggestion?: string }
  | { readonly code: 'env-file-missing'; readonly resource: string; readonly file: string }
  | { readonly code: 'env-file-invalid'; readonly resource: string; readonly at: string; readonly reason: string }
  | {
      readonly code: 'port-in-use';
      readonly resource: string;
      readonly port: number;
      readonly holder?: PortHolder;
      readonly owner?: PortOwner;
    }
  | { readonly code: 'secret-missing'; readonly name: string; readonly usedBy: readonly string[] }
  | { readonly code: 'param-missing'; readonly name: string; readonly usedBy: readonly string[] }
  | { readonly code: 'build-failed'; readonly resource: string; readonly command: string; readonly exit: Exit }
  | {
      readonly code: 'writes-what-it-watches';
      readonly resource: string;
      readonly file: string;
      readonly restarts: number;
    }
  // infra
  | {
      readonly code: 'engine-unreachable';
      readonly resource?: string;
      /** Nothing but a container runs it: it has no server program and no command of its own. */
      readonly onlyContainer?: boolean;
      readonly tried: readonly string[];
      readonly reason: string;
    }
  | { readonly code: 'image-not-found'; readonly resource: string; readonly image: string; readonly reason: string }
  | { readonly code: 'image-denied'; readonly resource: string; readonly image: string; readonly reason: string }
  | { readonly code: 'image-unreachable'; readonly resource: string; readonly image: string; readonly reason: string }
  | { readonly code: 'dockerfile-missing'; readonly resource: string; readonly file: string }
  | {
      readonly code: 'image-build-failed';
      readonly resource: string;
      /** Dockerfile, with its line where the step is known. */
      readonly at: string;
      /** `RUN npm ci` */
      readonly step?: string;
      readonly reason: string;
      /** What it printed is on the terminal already, and in no log. */
      readonly isShown?: true;
    }
  | { readonly code: 'push-denied'; readonly image: string; readonly reason: string }
  | { readonly code: 'push-failed'; readonly image: string; readonly reason: string }
  | { readonly code: 'disk-full'; readonly resource: string; readonly doing: string; readonly reason: string }
  | { readonly code: 'container-failed'; readonly resource: string; readonly doing: string; readonly reason: string }
  | {
      readonly code: 'runtime-unavailable';
      readonly resource: string;
      readonly engine: string;
      readonly tried: readonly { readonly runtime: RuntimeName; readonly reason: string }[];
      readonly ways: readonly string[];
    }
  | {
      readonly code: 'data-of-other-runtime';
      readonly resource: string;
      readonly folder: string;
      readonly holds: string;
      readonly wanted: string;
      /** What would make the data usable again. */
      readonly ways: readonly string[];
    }
  | {
      readonly code: 'shared-server-differs';
      readonly resource: string;
      readonly wanted: string;
      readonly found: string;
      readonly users: readonly string[];
    }
  | { readonly code: 'server-shared'; readonly resource: string; readonly command: string; readonly instead: string }
  | { readonly code: 'init-failed'; readonly resource: string; readonly file: string; readonly reason: string }
  | {
      readonly code: 'loopback-only';
      readonly resource: string;
      /** A process of the user's, or a server that runs on this machine. */
      readonly kind: 'process' | 'server';
      readonly host: string;
      readonly port: number;
      /** Those that look for it on this machine. */
      readonly containers: readonly string[];
    }
  // config
  /** `file` is the one that was asked for. */
  | { readonly code: 'config-not-found'; readonly from: string; readonly file?: string }
  | { readonly code: 'config-invalid'; readonly problems: readonly ConfigProblem[] }
  // commands
  | {
      readonly code: 'unknown-name';
      readonly command: string;
      readonly name: string;
      readonly suggestion?: string;
      readonly resources: readonly string[];
      readonly groups: readonly string[];
    }
  | {
      readonly code: 'wrong-kind';
      readonly command: string;
      readonly name: string;
      readonly kind: string;
      readonly reason: string;
    }
  | { readonly code: 'use-refused'; readonly use: string; readonly reason: string }
  | { readonly code: 'usage'; readonly message: string }
  | { readonly code: 'instance-name-invalid'; readonly name: string }
  | { readonly code: 'not-running'; readonly instance: string }
  | { readonly code: 'already-running'; readonly instance: string; readonly pid: number }
  | { readonly code: 'not-answering'; readonly instance: string; readonly pid: number; readonly afterMs: number }
  | { readonly code: 'connection-lost'; readonly instance: string }
  | { readonly code: 'protocol-mismatch'; readonly ours: number; readonly theirs: number }
  | {
      readonly code: 'timeout';
      readonly afterMs: number;
      /** `why` is a sentence about it. */
      readonly waitingFor: readonly { readonly name: string; readonly why: string }[];
    }
  /** What was generated was changed by hand since. */
  | { readonly code: 'file-edited'; readonly files: readonly string[]; readonly override: string }
  /** Made with passwords that nobody has any more. */
  | { readonly code: 'volumes-without-secrets'; readonly volumes: readonly string[]; readonly file: string }
  | { readonly code: 'compose-missing'; readonly reason: string }
  /** Of these the registries told no digest; nothing was lost of the file. */
  | {
      readonly code: 'digest-unknown';
      readonly images: readonly { readonly image: string; readonly reason: string }[];
      readonly file: string;
    }
  | { readonly code: 'compose-failed'; readonly command: string; readonly exitCode: number }
  | { readonly code: 'buildx-missing'; readonly reason: string; readonly platforms: readonly string[] }
  | { readonly code: 'buildx-failed'; readonly command: string; readonly exitCode: number }
  /** Nothing can be sealed with it. */
  | { readonly code: 'certificate-invalid'; readonly file: string; readonly reason: string }
  | { readonly code: 'sops-missing' }
  | { readonly code: 'sops-failed'; readonly file: string; readonly reason: string }
  /** Not manifests of Kubernetes, or not to be read; `at` is the file, with its line where there is one. */
  | {
      readonly code: 'manifests-invalid';
      readonly problems: readonly { readonly at: string; readonly reason: string }[];
    }
  // clusters
  | { readonly code: 'tool-missing'; readonly tool: LocalCluster | 'kubectl' | 'docker' }
  | {
      readonly code: 'cluster-failed';
      readonly cluster: string;
      /** `be created` */
      readonly doing: string;
      readonly reason: string;
      readonly hint: string;
    }
  | {
      readonly code: 'cluster-port-in-use';
      readonly cluster: string;
      readonly port: number;
      /** Who was to be reached there. */
      readonly resource: string;
      readonly holder?: PortHolder;
    }
  | { readonly code: 'cluster-refused'; readonly cluster: string; readonly doing: string; readonly reason: string }
  | { readonly code: 'apply-refused'; readonly cluster: string; readonly reason: string; readonly hint: string }
  | {
      readonly code: 'rollout-failed';
      readonly cluster: string;
      /** Absent for one that is elsewhere. */
      readonly target?: LocalCluster;
      readonly namespace: string;
      readonly afterMs: number;
      readonly failed: readonly FailedRollout[];
    }
  /** Their data was to be copied from dev, where they do not run. */
  | { readonly code: 'data-source-down'; readonly resources: readonly string[] }
  | {
      readonly code: 'data-copy-failed';
      readonly resource: string;
      readonly cluster: string;
      /** `be written` */
      readonly doing: string;
      readonly reason: string;
      readonly hint: string;
    }
  | { readonly code: 'file-exists'; readonly file: string }
  | { readonly code: 'source-unreadable'; readonly file: string; readonly reason: string }
  | { readonly code: 'platform-unsupported'; readonly platform: string }
  | { readonly code: 'node-too-old'; readonly version: string }
  | { readonly code: 'state-unwritable'; readonly path: string; readonly reason: string }
  | { readonly code: 'interrupted' };

export type FailureCode = Failure['code'];

/** A failure a command ends with. Only `cli/main.ts` catches it. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, cause?: unknown) {
    super(failure.code, cause === undefined ? undefined : { cause });
    this.name = 'FailureError';
    this.failure = failure;
  }
}
