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
  /** How many an operator runs of it, where one does. */
  readonly copies?: number;
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
