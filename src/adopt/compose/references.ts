import { joined, member, value, type Expression } from '../expression.ts';
import { hasEndpoints, isDatabase, peerAt, publisherOf, type Peer, type Peers } from './peer.ts';

/** user, password, host, port, path and query of an address. */
const ADDRESS =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^:@/\s]*)(?::([^@/\s]*))?@)?([a-zA-Z0-9][\w.-]*)(?::(\d+|\$\{\w+\}))?(\/[^\s?,]*)?(\?[^\s,]*)?$/;
const PLACE = /^([a-zA-Z0-9][\w.-]*):(\d+|\$\{\w+\})$/;
/** Of which kind a variable is that may hold a bare host. */
const HOSTED =
  /HOST|(?:^|_)(?:SERVERS?|SEEDS|ADDR(?:ESS)?|ENDPOINTS?|UR[LI]S?|DOMAIN|BROKERS?|NODES?|UPSTREAM|PROXY)(?:_|$)/i;
/** Names where a browser comes from: to be told them is no need of the one named. */
const BROWSER = /^(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|PUBLIC|EXPO_PUBLIC|VUE_APP)_/;

/** The secret that was made of the text of a variable. */
export type Hidden = (key: string, text: string) => Expression;

/** A text with what it says of others as references; undefined where it says nothing of them. */
export function referring(key: string, text: string, peers: Peers, hidden: Hidden): Expression | undefined {
  if (text === '') return undefined;
  const parts = text.split(/(\s*,\s*)/);
  if (parts.length > 1) {
    const found = parts.map((part) => referringPart(key, part, peers, hidden));
    const [first] = found.filter((part) => part !== undefined);
    // All brokers of a cluster are one broker here.
    if (first?.kind === 'member' && first.member === 'brokers') return first;
    return first ? joined(found.map((part, index) => part ?? value(parts[index] ?? ''))) : undefined;
  }
  return referringPart(key, text, peers, hidden);
}

function referringPart(key: string, text: string, peers: Peers, hidden: Hidden): Expression | undefined {
  const jdbc = /^jdbc:(.*)$/.exec(text)?.[1];
  const [, scheme = '', user, password, host = '', port, path = '', query = ''] = ADDRESS.exec(jdbc ?? text) ?? [];
  if (scheme !== '') {
    const peer = peerAt(host, peers) ?? serverHere(scheme, host, port, peers);
    if (peer && isReachable(peer))
      return address(peer, { isJdbc: jdbc !== undefined, scheme, user, password, port, path, query }, hidden);
    return local(key, { scheme, host, port, path, query }, peers);
  }
  const [, placeHost = '', placePort] = PLACE.exec(text) ?? [];
  const peer = peerAt(placePort === undefined ? text : placeHost, peers);
  if (!peer || !isReachable(peer)) return undefined;
  if (placePort === undefined) return HOSTED.test(key) ? endpointOf(peer, undefined, 'host') : undefined;
  if (peer.builder === 'kafka') return member(peer.name, 'brokers');
  return joined([endpointOf(peer, placePort, 'host'), value(':'), endpointOf(peer, placePort, 'port')]);
}

/** `postgres://localhost:5432`: what publishes that port, where it is a server. */
function serverHere(scheme: string, host: string, port: string | undefined, peers: Peers): Peer | undefined {
  if (!LOCAL.test(host) || /^https?$/.test(scheme)) return undefined;
  const peer = publisherOf(Number(port ?? 0), peers)?.peer;
  return peer && !hasEndpoints(peer) ? peer : undefined;
}

const LOCAL = /^(?:localhost|127\.0\.0\.1)$/;

const isReachable = ({ builder }: Peer): boolean => builder !== 'worker' && builder !== 'task';

interface Address {
  readonly isJdbc: boolean;
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string;
}

function address(
  peer: Peer,
  { isJdbc, scheme, user, password, port, path, query }: Address,
  hidden: Hidden,
): Expression {
  if (hasEndpoints(peer)) {
    const isPlain = /^https?$/.test(scheme) && user === undefined;
    const login = user === undefined ? [] : [value(user), ...passwordIn(peer, password, hidden), value('@')];
    const base = isPlain
      ? [endpointOf(peer, port, 'url')]
      : [
          value(`${isJdbc ? 'jdbc:' : ''}${scheme}://`),
          ...login,
          endpointOf(peer, port, 'host'),
          value(':'),
          endpointOf(peer, port, 'port'),
        ];
    return joined([...base, value(`${path === '/' ? '' : path}${query}`)]);
  }
  if (peer.builder === 'kafka') return member(peer.name, 'brokers');
  const page = /^https?$/.test(scheme) ? pageOf(peer, port) : undefined;
  if (page !== undefined) return joined([member(peer.name, page), value(path === '/' ? '' : path), value(query)]);
  const named = path.slice(1);
  // Whose account it is, the address knows.
  const rest = isDatabase(peer) ? query.replace(/([?&])authSource=[^&]*&?/, '$1').replace(/[?&]$/, '') : query;
  if (isJdbc) return joined([member(peer.name, 'jdbcUrl'), value(rest)]);
  const isOwn =
    named === '' || !isDatabase(peer) || named === peer.account.database || peer.account.database === undefined;
  const isPlain = !scheme.includes('+') && !/^(?:ecto|prisma|asyncpg)/.test(scheme) && scheme !== 'rediss';
  if (isPlain && isOwn) {
    // A number of Redis, a virtual host that is not the one of the server.
    const path =
      named === '' || isDatabase(peer) || named === peer.account.database || `/${named}` === '/%2F' ? '' : `/${named}`;
    return joined([member(peer.name, 'url'), value(peer.builder === 'minio' || path !== '' ? path : ''), value(rest)]);
  }
  const login = user === undefined && password === undefined ? [] : loginOf(peer);
  const place = [member(peer.name, 'host'), value(':'), member(peer.name, 'port')];
  const end = isDatabase(peer) && isOwn && named !== '' ? [value('/'), member(peer.name, 'database')] : [value(path)];
  return joined([value(`${scheme}://`), ...login, ...place, ...end, value(rest)]);
}

const passwordIn = (peer: Peer, password: string | undefined, hidden: Hidden): readonly Expression[] =>
  password === undefined ? [] : [value(':'), secretOf(peer, password, hidden)];

/** A secret in its variables is the same one here; any other text stays. */
export function secretOf(peer: Peer, text: string, hidden: Hidden): Expression {
  const key = peer.hidden.get(text);
  return key === undefined ? value(text) : hidden(key, text);
}

function loginOf(peer: Peer): readonly Expression[] {
  if (peer.builder === 'redis' || peer.builder === 'valkey')
    return [value(':'), member(peer.name, 'password'), value('@')];
  if (!isDatabase(peer) && peer.builder !== 'rabbitmq') return [];
  return [member(peer.name, 'user'), value(':'), member(peer.name, 'password'), value('@')];
}

/** `http://localhost:8080`: what the host sees. A browser of a frontend goes there; for all others it is a name. */
function local(
  key: string,
  {
    scheme,
    host,
    port,
    path,
    query,
  }: { scheme: string; host: string; port: string | undefined; path: string; query: string },
  peers: Peers,
): Expression | undefined {
  if (!LOCAL.test(host) || !/^https?$/.test(scheme)) return undefined;
  const found = publisherOf(Number(port ?? 80), peers);
  if (!found || !hasEndpoints(found.peer)) return undefined;
  const part = BROWSER.test(key) ? 'publicUrl' : 'origin';
  const whole = found.peer.ports[0]?.key === found.key ? part : `endpoint('${found.key}').${part}`;
  return joined([member(found.peer.name, whole), value(path === '/' ? '' : path), value(query)]);
}

/** A part of the address of one of its ports. */
function endpointOf(peer: Peer, port: string | undefined, part: 'url' | 'host' | 'port'): Expression {
  const found = port === undefined ? peer.ports[0] : peer.ports.find(({ target }) => target === Number(port));
  if (!hasEndpoints(peer) || !found || found === peer.ports[0]) return member(peer.name, part);
  return member(peer.name, `endpoint('${found.key}').${part}`);
}

/** Some servers have a second door. */
function pageOf({ builder }: Peer, port: string | undefined): string | undefined {
  if (builder === 'rabbitmq') return 'managementUrl';
  if (builder === 'mailpit') return 'webUrl';
  if (builder === 'nats') return 'monitoringUrl';
  return builder === 'minio' && port === '9001' ? 'consoleUrl' : undefined;
}
