import { joined, member, value, type Entry, type Expression } from '../expression.ts';
import { connecting } from './connection.ts';
import { filled, partlyFilled, pieces, type Piece } from './interpolate.ts';
import { isDatabase, isPassword, passwordPart, peerAt, type Peer, type Peers } from './peer.ts';
import { textOf } from './raw.ts';
import { referring } from './references.ts';
import type { SecretNames } from './secret-names.ts';
import type { ComposeService } from './service.ts';

const SENSITIVE =
  /(?:^|_)(?:SECRET_KEY|PASS|PRIVATE_KEY|API_?KEY|SECRET_ACCESS_KEY|ENCRYPTION_KEY|SECRET_KEY_BASE|APP_KEY)$|_PWD$|(?:SECRET|TOKEN|PASSWORD|PASSWD)$/i;

export const isSensitive = (name: string): boolean => SENSITIVE.test(name);

/** Variables of one that runs, with references for what they say of others. */
export function environmentOf(
  service: Pick<ComposeService, 'name' | 'environment' | 'raw'>,
  peers: Peers,
  variables: ReadonlyMap<string, string>,
  secrets: SecretNames,
): readonly Entry[] {
  const texts = new Map(
    [...service.environment].map(([key, raw]) => [key, partlyFilled(pieces(textOf(raw) ?? ''), variables)]),
  );
  const ofPeer = peersByPrefix(texts, peers);
  const hidden = (key: string, text: string): Expression => written(service, key, text, secrets, variables);
  return [...service.environment].map(([key, raw]): Entry => {
    const text = texts.get(key) ?? '';
    const said =
      referring(key, text, peers, hidden) ??
      connecting(text, peers, hidden) ??
      partOf(key, text, ofPeer) ??
      keyOf(key, text, peers) ??
      passwordOf(key, text, peers) ??
      referring(key, fallbackOf(raw), peers, hidden);
    return [key, said ? readAgain(said) : written(service, key, raw, secrets, variables)];
  });
}

/** What stands there where nobody sets the variable; a `.env` of the machine may point past the network. */
function fallbackOf(raw: unknown): string {
  const [only, ...more] = pieces(textOf(raw) ?? '');
  return only?.kind === 'variable' && only.fallback && more.length === 0 ? partlyFilled(only.fallback, new Map()) : '';
}

/** Texts of it as they are written: variables that had no value are variables again. */
function readAgain(expression: Expression): Expression {
  if (expression.kind === 'text') return joined(expression.parts.map(readAgain));
  if (expression.kind !== 'value' || typeof expression.value !== 'string') return expression;
  return joined(pieces(expression.value).map((piece) => expressionOf(piece)));
}

const secret = (name: string, isGenerated: boolean): Expression => ({ kind: 'secret', name, isGenerated });

const PART =
  /^(.*?)_?(HOST(?:NAME)?|SERVER|ADDR(?:ESS)?|URL|URI|DSN|PORT|SEEDS|USER(?:NAME)?|PASS(?:WORD)?|PASSWD|PWD|AUTH|NAME|DATABASE|DB)$/i;

/** `DB_HOST: db` says whose `DB_PORT`, `DB_USER` and `DB_PASSWORD` are. */
function peersByPrefix(texts: ReadonlyMap<string, string>, peers: Peers): ReadonlyMap<string, Peer> {
  const found = new Map<string, Peer>();
  for (const [key, text] of texts) {
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
  if (!peer || word === '' || text === '') return undefined;
  const part = word.toUpperCase();
  const { account } = peer;
  if (part === 'PORT')
    return peer.ports.some(({ target }) => target === Number(text)) ? member(peer.name, 'port') : undefined;
  const hasUser = isDatabase(peer) || peer.builder === 'rabbitmq';
  if (part.startsWith('USER'))
    return hasUser && [account.user, account.root].includes(text) ? member(peer.name, 'user') : undefined;
  if (/^(?:PASS|PWD|AUTH)/.test(part))
    return isPassword(peer, text) ? member(peer.name, passwordPart(peer)) : undefined;
  return isDatabase(peer) && text === account.database ? member(peer.name, 'database') : undefined;
}

const OWN_WORDS: { readonly [builder in Peer['builder']]?: RegExp } = {
  postgres: /POSTGRES|PG|SQL|DB|DATABASE|DATASOURCE/i,
  mysql: /SQL|MARIA|DB|DATABASE|DATASOURCE/i,
  mariadb: /SQL|MARIA|DB|DATABASE|DATASOURCE/i,
  mongodb: /MONGO|DB|DATABASE/i,
  redis: /REDIS|VALKEY|CACHE|QUEUE|BROKER/i,
  valkey: /REDIS|VALKEY|CACHE|QUEUE|BROKER/i,
  rabbitmq: /RABBIT|AMQP|MQ|QUEUE|BROKER/i,
};

/** `POSTGRES_PASSWORD` without a host: the server's, when it is the same. */
function passwordOf(key: string, text: string, peers: Peers): Expression | undefined {
  if (text === '' || !/PASS|PWD|AUTH/i.test(key)) return undefined;
  const peer = peers.find((one) => isPassword(one, text) && OWN_WORDS[one.builder]?.test(key) === true);
  return peer && member(peer.name, passwordPart(peer));
}

/** A key of an S3 server, by whatever name: the servers of one file are told apart by it. */
function keyOf(key: string, text: string, peers: Peers): Expression | undefined {
  const peer = peers.find(
    ({ builder, account }) => builder === 'minio' && [account.user, account.password].includes(text),
  );
  if (text === '' || !peer || !/(?:KEY|USER|SECRET|PASSWORD|_ID)/i.test(key)) return undefined;
  return member(peer.name, text === peer.account.user && text !== peer.account.password ? 'accessKey' : 'secretKey');
}

/** What says nothing of others: text, what is asked from outside, or a secret that should not have stood there. */
export function written(
  service: Pick<ComposeService, 'name' | 'raw'>,
  key: string,
  raw: unknown,
  secrets: SecretNames,
  variables: ReadonlyMap<string, string>,
): Expression {
  if (typeof raw === 'number' || typeof raw === 'boolean') return value(raw);
  const parts = pieces(textOf(raw) ?? '');
  const [only] = parts;
  if (only?.kind === 'text' && parts.length === 1 && isSensitive(key) && isHidden(service, only.text))
    return secret(secrets.nameOf(service.name, key, only.text), true);
  if (only?.kind === 'variable' && parts.length === 1 && (isSensitive(key) || isSensitive(only.name))) {
    // A default that stands for two variables is one secret.
    const text = filled(only.fallback ?? [], variables);
    const isOwn = text === '' || variables.has(only.name);
    return secret(isOwn ? only.name : secrets.nameOf(service.name, only.name, text), text !== '');
  }
  return joined(parts.map((piece) => expressionOf(piece)));
}

/** Where no secret may be: the text as it stood, and a variable as a parameter. */
export function plainly(raw: unknown): Expression {
  const parts = pieces(textOf(raw) ?? '').map((piece): Expression => {
    if (piece.kind === 'text') return value(piece.text);
    return {
      kind: 'param',
      name: piece.name,
      ...(piece.fallback ? { default: filled(piece.fallback, new Map()) } : {}),
    };
  });
  return joined(parts);
}

/** A secret that is made anew: no mere word for yes or no, no path, and nothing a command holds itself. */
export const isHidden = (service: Pick<ComposeService, 'raw'>, text: string): boolean =>
  text.startsWith('/') || /^(?:yes|no|true|false|on|off|[01])?$/i.test(text) ? false : !isSpelledOut(service, text);

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
