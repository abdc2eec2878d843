import { joined, member, value, type Expression } from '../expression.ts';
import { hasEndpoints, isDatabase, isPassword, passwordPart, peerAt, type Peer, type Peers } from './peer.ts';
import { secretOf, type Hidden } from './references.ts';

/** Words of ADO.NET, ODBC and libpq. */
const HOST = /^(?:server|host|hostname|data source|address|addr)$/i;
const PASSWORD = /^(?:password|pwd)$/i;
const USER = /^(?:user|user ?name|user id|uid)$/i;
const DATABASE = /^(?:database|dbname|initial catalog)$/i;
/** `tcp:` before it and `,1433` after it are of SQL Server. */
const PLACE = /^(tcp:)?([a-zA-Z0-9][\w.-]*)(?:([,:])(\d+))?$/;
/** What programs in Go give to their driver of MySQL. */
const GO = /^([^:@/\s]+)(?::([^@/\s]*))?@tcp\(([\w.-]+)(?::\d+)?\)(\/[^?\s]*)?(\?\S*)?$/;

/** `Server=db;User Id=sa;Password=…`, `host=db user=…` and `user:…@tcp(db:3306)/shop` with what they say of others. */
export function connecting(text: string, peers: Peers, hidden: Hidden): Expression | undefined {
  const [, user, password, host = '', path = '', query = ''] = GO.exec(text) ?? [];
  if (user !== undefined) {
    const peer = peerAt(host, peers);
    if (!peer) return undefined;
    const secret = password === undefined ? [] : [value(':'), word('password', password, peer, hidden)];
    const place = [member(peer.name, 'host'), value(':'), member(peer.name, 'port')];
    const database = path === '' ? [] : [value('/'), word('database', path.slice(1), peer, hidden)];
    return joined([
      word('user', user, peer, hidden),
      ...secret,
      value('@tcp('),
      ...place,
      value(')'),
      ...database,
      value(query),
    ]);
  }
  const separator = text.includes(';') ? /(\s*;\s*)/ : /(\s+)/;
  const parts = text.split(separator);
  const pairs = parts.map((part) => /^([^=]+?)\s*=\s*(.*)$/.exec(part));
  const places = pairs.flatMap((pair) =>
    pair && HOST.test(pair[1] ?? '') ? [PLACE.exec(pair[2] ?? '')?.[2] ?? ''] : [],
  );
  const peer = peerAt(places[0] ?? '', peers);
  if (!peer || pairs.filter(Boolean).length < 2) return undefined;
  return joined(
    parts.flatMap((part, index) => {
      const [whole, key = '', said = ''] = pairs[index] ?? [];
      if (whole === undefined) return [value(part)];
      return [value(part.slice(0, part.length - said.length)), word(key, said, peer, hidden)];
    }),
  );
}

/** One value of it: a reference where the server has it, and itself where not. */
function word(key: string, text: string, peer: Peer, hidden: Hidden): Expression {
  const { account, name } = peer;
  if (HOST.test(key)) {
    const [, before = '', , comma = '', port] = PLACE.exec(text) ?? [];
    const end = port === undefined ? [] : [value(comma), member(name, 'port')];
    return joined([value(before), member(name, 'host'), ...end]);
  }
  if (/^port$/i.test(key)) return member(name, 'port');
  if (PASSWORD.test(key)) {
    if (hasEndpoints(peer)) return secretOf(peer, text, hidden);
    return isPassword(peer, text) ? member(name, passwordPart(peer)) : value(text);
  }
  const isUser = USER.test(key) && [account.user, account.root].includes(text);
  if (isDatabase(peer) && isUser) return member(name, 'user');
  return isDatabase(peer) && DATABASE.test(key) && text === account.database ? member(name, 'database') : value(text);
}
