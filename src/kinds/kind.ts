import type { EngineKind, Port } from '../../core/stack.ts';

/** All that an address is made of, for one reader of it. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Raw; a value that is a URL encodes it. */
  readonly password: string;
  readonly database: string;
  /** Further ports by name, as this reader reaches them. */
  readonly extraPorts: { readonly [name: string]: number };
  /** Ports by name, as a browser on the developer's machine reaches them. */
  readonly publicPorts: { readonly [name: string]: number };
  readonly publicHost: string;
  /** Engine options as written in the config. */
  readonly options: { readonly [name: string]: unknown };
}

/** One kind of server: data only, so that adding an engine is adding a file. */
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
}

/** `user:password@`, percent-encoded; empty without a password. */
export function loginOf(address: Address): string {
  if (address.password === '') return '';
  return `${encodeForUrl(address.user)}:${encodeForUrl(address.password)}@`;
}

/** encodeURIComponent leaves `!'()*` alone; in a URL that a shell or a YAML file carries they only make trouble. */
export function encodeForUrl(text: string): string {
  return encodeURIComponent(text).replace(/[!'()]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The values every server has. */
export const commonValues = {
  host: (address: Address) => address.host,
  port: (address: Address) => String(address.port),
} as const;

/** The values of a server that knows users and databases. */
export const databaseValues = {
  ...commonValues,
  user: (address: Address) => address.user,
  password: (address: Address) => address.password,
  database: (address: Address) => address.database,
} as const;
