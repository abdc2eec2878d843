import { joined, member, value, type Entry, type Expression } from '../expression.ts';
import { filled, pieces, type Piece } from './interpolate.ts';
import { isDatabase, peerAt, type Peer, type Peers } from './peer.ts';
import { textOf } from './raw.ts';
import { referring } from './references.ts';
import type { SecretNames } from './secret-names.ts';
import type { ComposeService } from './service.ts';

const SENSITIVE =
  /(?:^|_)(?:SECRET|SECRET_KEY|TOKEN|PASSWORD|PASSWD|PASS|PRIVATE_KEY|API_?KEY|ACCESS_KEY|ENCRYPTION_KEY|SECRET_KEY_BASE|APP_KEY)$/i;

export const isSensitive = (name: string): boolean => SENSITIVE.test(name);

/** Variables of one that runs, with references for what they say of others. */
export function environmentOf(
  service: Pick<ComposeService, 'name' | 'environment' | 'raw'>,
  peers: Peers,
  variables: ReadonlyMap<string, string>,
  secrets: SecretNames,
): readonly Entry[] {
  const texts = new Map(
    [...service.environment].map(([key, raw]) => [
      key,
      raw === null ? undefined : filled(pieces(textOf(raw) ?? ''), variables),
    ]),
  );
  const ofPeer = peersByPrefix(texts, peers);
  return [...service.environment].map(([key, raw]): Entry => {
    const text = texts.get(key);
    // Without a value: the one of whoever starts it.
    if (text === undefined) return [key, isSensitive(key) ? secret(key, false) : { kind: 'param', name: key }];
    const said = referring(key, text, peers) ?? partOf(key, text, ofPeer) ?? keyOf(key, text, peers);
    return [key, said ?? written(service, key, raw, secrets)];
  });
}

const secret = (name: string, isGenerated: boolean): Expression => ({ kind: 'secret', name, isGenerated });

const PART =
  /^(.*?)_?(HOST(?:NAME)?|SERVER|ADDR(?:ESS)?|URL|URI|DSN|PORT|USER(?:NAME)?|PASS(?:WORD)?|PASSWD|NAME|DATABASE|DB)$/i;

/** `DB_HOST: db` says whose `DB_PORT`, `DB_USER` and `DB_PASSWORD` are. */
function peersByPrefix(texts: ReadonlyMap<string, string | undefined>, peers: Peers): ReadonlyMap<string, Peer> {
  const found = new Map<string, Peer>();
  for (const [key, text = ''] of texts) {
    const [, prefix] = PART.exec(key) ?? [];
    const host = /^(?:[a-z][\w+.:-]*:\/\/)?(?:[^@/\s]*@)?([a-zA-Z0-9][\w.-]*)/.exec(text.replace(/^jdbc:/, ''))?.[1];
    const peer = host === undefined ? undefined : peerAt(host, peers);
    if (prefix !== undefined && peer && !found.has(prefix)) found.set(prefix, peer);
  }
  return found;
}

function partOf(key: string, text: string, peers: ReadonlyMap<string, Peer>): Expression | undefined {
  const [, prefix = '', word = ''] = PART.exec(key) ?? [];
  const peer = peers.get(prefix);
  if (!peer || word === '') return undefined;
  const part = word.toUpperCase();
  const { account } = peer;
  if (part === 'PORT')
    return peer.ports.some(({ target }) => target === Number(text)) ? member(peer.name, 'port') : undefined;
  const hasUser = isDatabase(peer) || peer.builder === 'rabbitmq';
  if (part.startsWith('USER'))
    return hasUser && [account.user, account.root].includes(text) ? member(peer.name, 'user') : undefined;
  if (part.startsWith('PASS'))
    return isPassword(peer, text) ? member(peer.name, peer.builder === 'minio' ? 'secretKey' : 'password') : undefined;
  return isDatabase(peer) && text === account.database ? member(peer.name, 'database') : undefined;
}

function isPassword({ builder, account }: Peer, text: string): boolean {
  const known = [account.password, account.rootPassword].filter((password) => password !== undefined);
  return (
    ['postgres', 'mysql', 'mariadb', 'mongodb', 'rabbitmq', 'redis', 'valkey', 'minio'].includes(builder) &&
    known.includes(text)
  );
}

/** A key of an S3 server, by whatever name: the servers of one file are told apart by it. */
function keyOf(key: string, text: string, peers: Peers): Expression | undefined {
  const peer = peers.find(
    ({ builder, account }) => builder === 'minio' && [account.user, account.password].includes(text),
  );
  if (!peer || !/(?:KEY|USER|SECRET|PASSWORD|_ID)/i.test(key)) return undefined;
  return member(peer.name, text === peer.account.user && text !== peer.account.password ? 'accessKey' : 'secretKey');
}

/** What says nothing of others: text, what is asked from outside, or a secret that should not have stood there. */
function written(
  service: Pick<ComposeService, 'name' | 'raw'>,
  key: string,
  raw: unknown,
  secrets: SecretNames,
): Expression {
  if (typeof raw === 'number' || typeof raw === 'boolean') return value(raw);
  const parts = pieces(textOf(raw) ?? '');
  const [only] = parts;
  if (only?.kind === 'text' && parts.length === 1 && isSensitive(key) && !isSpelledOut(service, only.text))
    return secret(secrets.nameOf(service.name, key, only.text), true);
  return joined(parts.map((piece) => expressionOf(piece)));
}

/** A command that holds it itself would not know another. */
export function isSpelledOut({ raw }: Pick<ComposeService, 'raw'>, text: string): boolean {
  return JSON.stringify([raw['command'], raw['entrypoint'], raw['healthcheck']]).includes(
    JSON.stringify(text).slice(1, -1),
  );
}

function expressionOf(piece: Piece): Expression {
  if (piece.kind === 'text') return value(piece.text);
  const fallback = piece.fallback === undefined ? undefined : filled(piece.fallback, new Map());
  // A default that stood in the file was good for development alone.
  if (isSensitive(piece.name)) return secret(piece.name, fallback !== undefined && fallback !== '');
  return { kind: 'param', name: piece.name, ...(fallback === undefined ? {} : { default: fallback }) };
}
