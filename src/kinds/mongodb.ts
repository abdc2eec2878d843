import type { Address } from './address.ts';
import { databaseValues, encodeForUrl, loginOf } from './address.ts';
import type { Conversation } from './conversation.ts';
import { fine, incomplete, notYet } from './conversation.ts';
import { mongodbCopy } from './data-copy.ts';
import type { ContainerFacts, InfraEngine, ServerSpec, SetUpStep } from './kind.ts';

export const mongodbEngine: InfraEngine = {
  engine: 'mongodb',
  version: '8',
  image: (version) => `mongo:${version}`,
  ports: [{ name: 'mongodb', number: 27017, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  values: {
    ...databaseValues,
    url: mongoUrl,
    jdbcUrl: (at) => `jdbc:mongodb://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  },
  container,
  // A set of one has no primary before it is told to be one, which is what is set up then.
  ready: (spec) => ({ kind: 'conversation', port: 'mongodb', conversation: sayHello(!isReplicaSet(spec)) }),
  setUp,
  hardened: {
    user: 999,
    group: 999,
    writable: ['/tmp', '/data/configdb'],
    health: { kind: 'command', argv: ['mongosh', '--quiet', '--eval', "db.adminCommand('ping').ok || quit(1)"] },
  },
  copy: mongodbCopy,
  sharing: { kind: 'none', reason: 'its users belong to one database' },
  native: { kind: 'none', reason: 'no distribution has MongoDB among its packages' },
  clientEnv: (at) => ({ MONGODB_URI: mongoUrl(at) }),
};

// The user lives in `admin`. A set of one is reached directly: its member name is not known outside the network.
function mongoUrl(at: Address): string {
  const path = `/${encodeForUrl(at.database)}?authSource=admin`;
  if (at.copies !== undefined) {
    const { name, hosts } = operatedSet(at.host, at.port, at.copies);
    return `mongodb://${loginOf(at)}${hosts}${path}&replicaSet=${name}`;
  }
  const set = at.options['replicaSet'] === true ? '&replicaSet=rs0&directConnection=true' : '';
  return `mongodb://${loginOf(at)}${at.host}:${at.port}${path}${set}`;
}

/** A set as its operator names it: all of its members are written, since any of them may be the first, or gone. */
export function operatedSet(
  host: string,
  port: number,
  members: number,
): { readonly name: string; readonly hosts: string } {
  const [name = host, ...domain] = host.split('.');
  const member = (number: number) => [`${name}-${number}`, `${name}-svc`, ...domain].join('.');
  return { name, hosts: Array.from({ length: members }, (_, number) => `${member(number)}:${port}`).join(',') };
}

/** The address of an operated set by what DNS says of its members, of which no number is written; drivers want a whole name. */
export function srvUrl(url: string): string | undefined {
  const [, login, service, path] = /^mongodb:\/\/(.*@)[^./,]+-0\.([^:/,]+):[^/]+(\/.*)$/.exec(url) ?? [];
  if (login === undefined || service === undefined || path === undefined) return undefined;
  return `mongodb+srv://${login}${service}.cluster.local${path}&tls=false`;
}

function isReplicaSet({ resource }: ServerSpec): boolean {
  return resource.settings.options['replicaSet'] === true;
}

const KEY_FILE = '/data/configdb/devstack.key';

function container(spec: ServerSpec): ContainerFacts {
  const { credentials, resource } = spec;
  const init = resource.settings.init.map((file, index) => {
    const name = `${String(index).padStart(3, '0')}-${file.split('/').at(-1) ?? ''}`;
    return [file, `/docker-entrypoint-initdb.d/${name}`] as const;
  });
  return {
    env: credentials
      ? {
          MONGO_INITDB_ROOT_USERNAME: credentials.user,
          MONGO_INITDB_ROOT_PASSWORD: credentials.password,
          MONGO_INITDB_DATABASE: credentials.database,
        }
      : {},
    dataFolder: '/data/db',
    makesData: true,
    // Run by the image, before it listens on any port of ours.
    mounts: Object.fromEntries(init),
    ...(isReplicaSet(spec) && { command: replicaSetCommand() }),
  };
}

/** Members of a set that asks for logins know each other by a file only the server's user may read. */
function replicaSetCommand(): readonly string[] {
  const script = [
    `[ -s ${KEY_FILE} ] || head -c 512 /dev/urandom | base64 -w 0 >${KEY_FILE}`,
    `chmod 400 ${KEY_FILE}`,
    `chown mongodb:mongodb ${KEY_FILE}`,
    `exec docker-entrypoint.sh mongod --replSet rs0 --bind_ip_all --keyFile ${KEY_FILE} "$@"`,
  ].join(' && ');
  return ['bash', '-c', script, 'devstack'];
}

function setUp(spec: ServerSpec): readonly SetUpStep[] {
  if (!isReplicaSet(spec)) return [];
  const member = `${spec.resource.name}:27017`;
  const script = [
    // The image keeps the login in its environment; as an argument it would show up in the list of processes.
    `db.getSiblingDB('admin').auth(process.env.MONGO_INITDB_ROOT_USERNAME, process.env.MONGO_INITDB_ROOT_PASSWORD)`,
    `try { rs.status() } catch { rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: ${JSON.stringify(member)} }] }) }`,
    'while (!db.hello().isWritablePrimary) sleep(50)',
  ].join('; ');
  return [
    { kind: 'exec', doing: 'making the replica set', argv: ['mongosh', '--quiet', '--eval', script] },
    {
      kind: 'conversation',
      doing: 'waiting for the primary',
      port: 'mongodb',
      conversation: sayHello(true),
    },
  ];
}

const OP_MSG = 2013;
const HEADER_BYTES = 16;

/** `hello` needs no login, and its answer tells whether writes are taken. */
export function sayHello(mustBePrimary: boolean): Conversation {
  return {
    asks: 'hello',
    steps: [
      {
        say: helloMessage(),
        hear(received) {
          if (received.length < HEADER_BYTES || received.length < received.readInt32LE(0)) return incomplete;
          if (received.readInt32LE(12) !== OP_MSG) return notYet('it answers something else than hello');
          if (!isTrue(received, 'isWritablePrimary') && mustBePrimary) return notYet('it takes no writes yet');
          return received.includes('maxWireVersion\0') ? fine : notYet('it answers something else than hello');
        },
      },
    ],
  };
}

function helloMessage(): Buffer {
  const number = Buffer.from([0x10, ...Buffer.from('hello\0'), 1, 0, 0, 0]);
  const database = Buffer.from([0x02, ...Buffer.from('$db\0'), 6, 0, 0, 0, ...Buffer.from('admin\0')]);
  const fields = Buffer.concat([number, database]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(fields.length + 5);
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from([0]), size, fields, Buffer.from([0])]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + body.length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([header, body]);
}

/** A boolean of a BSON document, by its own bytes. */
function isTrue(document: Buffer, field: string): boolean {
  return document.includes(Buffer.from([0x08, ...Buffer.from(`${field}\0`), 1]));
}
