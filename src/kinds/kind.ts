import type { StartSpec } from '../core/driver.ts';
import type { ContainerResource, EngineKind, Port } from '../core/stack.ts';
import type { Address } from './address.ts';
import type { Conversation } from './conversation.ts';
import type { DataCopy } from './data-copy.ts';
import type { NativeServer } from './native.ts';

/** A server about to be started: what the config says, with its ports and credentials known. */
export type ServerSpec = StartSpec<ContainerResource>;

/** One kind of server, as data and pure functions: all that is special to it when it runs. See docs/infra.md. */
export interface InfraEngine {
  readonly engine: EngineKind;
  /** Used when the config names none. */
  readonly version: string;
  image(version: string): string;
  /** The first is the one of `url`, `host` and `port`. */
  readonly ports: readonly {
    readonly name: string;
    readonly number: number;
    readonly protocol: Port['protocol'];
    readonly title?: string;
  }[];
  /** How it asks who you are when the config says nothing. */
  readonly login:
    | { readonly kind: 'none' }
    | { readonly kind: 'optional-password' }
    | { readonly kind: 'user-and-password'; readonly user: string };
  /** It holds databases, one of which is made at first start. */
  readonly hasDatabase: boolean;
  readonly values: { readonly [part: string]: (address: Address) => string };
  /** What its image has to be told. */
  container(spec: ServerSpec): ContainerFacts;
  /** The same where it is promoted, when that differs: no file there has a secret in it, and others reach it as `host`. */
  promoted?(spec: ServerSpec, host: string): ContainerFacts;
  /** When it is usable: always something only the server itself can say, never a mere connection. */
  ready(spec: ServerSpec): ReadyCheck;
  /** Made after it is usable and before anybody is told, at every start: each step leaves alone what is there. */
  setUp?(spec: ServerSpec): readonly SetUpStep[];
  /** Without a container. */
  readonly native: NativeServer;
  /** Whether instances can have one server, each in a part of it that its own values lead to. */
  readonly sharing: { readonly kind: 'databases' } | { readonly kind: 'none'; readonly reason: string };
  readonly hardened: HardenedFacts;
  /** Stands before it where it is promoted, if the config asks for that. */
  readonly pooler?: Pooler;
  /** Brings its data into another one; absent where no client of its image prints all of it. */
  readonly copy?: DataCopy;
  /** Variables its ordinary clients read, for `exec`. */
  clientEnv?(address: Address): { readonly [name: string]: string };
  /** By client: arguments for what no variable tells it. They come first, so that those of the user win. */
  clientArguments?(address: Address): { readonly [client: string]: readonly string[] };
}

/** What has to be known about an image to run it: not in the config, since it is the same for everybody. */
export interface ContainerFacts {
  /** What the entrypoint reads; the config's own env wins. */
  readonly env?: { readonly [name: string]: string };
  /** Instead of the image's own command; `args` of the config follow. */
  readonly command?: readonly string[];
  /** Where the data is, inside the container. */
  readonly dataFolder?: string;
  /** The first start makes the data, and data that is only half made is of no use to any later one. */
  readonly makesData?: boolean;
  readonly sharedMemoryBytes?: number;
  /** Path inside to its text; written into the container before it starts. */
  readonly files?: { readonly [path: string]: string };
  /** Path on this machine to path inside, read only. */
  readonly mounts?: { readonly [source: string]: string };
  /** Ports for this machine that are not the ones other containers use. */
  readonly published?: { readonly [port: string]: number };
}

/**
 * What its image needs where it runs as promoted files have it: not as root, without capabilities, on a root file
 * system it cannot write to. `user` is the one the image makes for it, and owns its data folder there.
 */
export interface HardenedFacts {
  readonly user: number;
  readonly group: number;
  /** Folders it writes to besides its data, for memory. */
  readonly writable: readonly string[];
  /** For those who cannot speak its protocol, with the variables of `clientEnv`; nothing secret is in a command line. */
  readonly health: HealthProbe;
}

/** Lets many connections of clients share few of a server: an image that is known, listening where the server would. */
export interface Pooler {
  readonly engine: string;
  readonly image: string;
  readonly hardened: HardenedFacts;
  readonly stopSignal: string;
  /** What it does differently from the server itself, for whoever gets its address. */
  readonly limits: string;
  /** What its entrypoint reads; `server` is as the pooler reaches it, and takes that many connections in all. */
  env(server: PooledServer): { readonly [name: string]: string };
}

export interface PooledServer extends Pick<Address, 'host' | 'port' | 'user' | 'password' | 'database'> {
  readonly maxConnections: number;
}

export type HealthProbe =
  /** Inside; exit code 0 is healthy. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** 2xx or 3xx of `path`: where the image has no client, often not even a shell. */
  | { readonly kind: 'http'; readonly port: string; readonly path: string };

export type ReadyCheck =
  /** 2xx or 3xx of `path`. */
  | { readonly kind: 'http'; readonly port: string; readonly path: string }
  | { readonly kind: 'conversation'; readonly port: string; readonly conversation: Conversation }
  /** A query of the user in the database, which also makes databases and runs init files. */
  | { readonly kind: 'sql'; readonly dialect: 'postgres' | 'mysql' };

export type SetUpStep =
  | {
      readonly kind: 'conversation';
      readonly doing: string;
      readonly port: string;
      readonly conversation: Conversation;
    }
  | {
      readonly kind: 'http';
      readonly doing: string;
      readonly port: string;
      /** `host` is host:port as the request names it. */
      request(host: string, now: Date): HttpRequest;
      /** Besides 2xx. */
      readonly accepts?: readonly number[];
      /** Sent as the body. */
      readonly file?: string;
    }
  /** Inside the container; exit code 0 is success. */
  | { readonly kind: 'exec'; readonly doing: string; readonly argv: readonly string[] };

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
}

export function shellProbe(command: string): HealthProbe {
  return { kind: 'command', argv: ['sh', '-c', command] };
}
