import type { Builder } from '../adopted.ts';
import type { Account } from './account.ts';
import type { ComposePort } from './ports.ts';

/** What values of others may point at. */
export interface Peer {
  readonly name: string;
  readonly builder: Builder;
  readonly hosts: readonly string[];
  readonly account: Account;
  /** The secrets in its variables that are made anew: the text of each, and its variable. */
  readonly hidden: ReadonlyMap<string, string>;
  /** With the names they have in the config; of a server its own one alone. */
  readonly ports: readonly (ComposePort & {
    readonly key: string;
    /** The variable it reads the number from, where that is not PORT. */
    readonly env?: string;
  })[];
}

export type Peers = readonly Peer[];

export const isDatabase = ({ builder }: Peer): boolean => ['postgres', 'mysql', 'mariadb', 'mongodb'].includes(builder);

const PROCESSES: readonly Builder[] = ['service', 'container'];

export const hasEndpoints = ({ builder }: Peer): boolean => PROCESSES.includes(builder);

export const peerAt = (host: string, peers: Peers): Peer | undefined => peers.find(({ hosts }) => hosts.includes(host));

export const isPassword = ({ account }: Peer, text: string): boolean =>
  [account.password, account.rootPassword].includes(text);

export const passwordPart = ({ builder }: Peer): string => (builder === 'minio' ? 'secretKey' : 'password');

/** The peer whose port of the host this is. */
export function publisherOf(port: number, peers: Peers): { readonly peer: Peer; readonly key: string } | undefined {
  for (const peer of peers) {
    const found = peer.ports.find(({ published }) => published === port);
    if (found) return { peer, key: found.key };
  }
  return undefined;
}
