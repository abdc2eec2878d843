import type { Address } from './address.ts';
import { databaseValues, encodeForUrl, loginOf } from './address.ts';
import type { ContainerFacts, HardenedFacts, InfraEngine, ServerSpec } from './kind.ts';
import type { NativePlace, NativeProgram } from './native.ts';
import { portOf } from './native.ts';

/** What MySQL and MariaDB have in common. */
export const mysqlFamily = {
  ports: [{ name: 'mysql', number: 3306, protocol: 'tcp' }],
  login: { kind: 'user-and-password', user: 'app' },
  hasDatabase: true,
  sharing: { kind: 'databases' },
  ready: () => ({ kind: 'sql', dialect: 'mysql' }),
  clientEnv: (at: Address) => ({
    MYSQL_HOST: at.host,
    MYSQL_TCP_PORT: String(at.port),
    MYSQL_PWD: at.password,
    MYSQL_USER: at.user,
    MYSQL_DATABASE: at.database,
    DATABASE_URL: mysqlUrl(at),
  }),
  clientArguments,
} as const satisfies Partial<InfraEngine>;

/** The user is told by no variable, and the address only to some clients; without one they look for a socket. */
function clientArguments(at: Address): { readonly [client: string]: readonly string[] } {
  const login = [`--host=${at.host}`, `--port=${at.port}`, '--protocol=tcp', `--user=${at.user}`];
  const others = ['admin', 'dump', 'import', 'check'].flatMap((name) => [`mysql${name}`, `mariadb-${name}`]);
  const shell = [...login, `--database=${at.database}`];
  return { mysql: shell, mariadb: shell, ...Object.fromEntries(others.map((name) => [name, login])) };
}

/** The scheme is mysql for both: most clients know no other; only JDBC has a name of its own. */
export function mysqlUrl(at: Address): string {
  return `mysql://${loginOf(at)}${at.host}:${at.port}/${encodeForUrl(at.database)}`;
}

export function mysqlValues(jdbcScheme: string): InfraEngine['values'] {
  return {
    ...databaseValues,
    url: mysqlUrl,
    jdbcUrl: (at) => `jdbc:${jdbcScheme}://${at.host}:${at.port}/${encodeForUrl(at.database)}`,
  };
}

/** By address: while it makes its data, it listens on its socket only. A refused login is an answer, too. */
export function mysqlHardened(admin: string): HardenedFacts {
  return {
    user: 999,
    group: 999,
    writable: ['/tmp', '/run/mysqld'],
    health: { kind: 'command', argv: [admin, 'ping', '--silent', '--host=127.0.0.1'] },
  };
}

const PASSWORDS = '/etc/devstack-passwords.sql';

/** The root of the server gets the same password: databases added later are made by it. */
export function mysqlContainer({ credentials }: ServerSpec, prefix: 'MYSQL' | 'MARIADB'): ContainerFacts {
  const { user, password, database } = credentials ?? { user: 'root', password: '', database: '' };
  return {
    env: {
      [`${prefix}_ROOT_PASSWORD`]: password,
      // The image refuses to make root a second time.
      ...(user !== 'root' && { [`${prefix}_USER`]: user, [`${prefix}_PASSWORD`]: password }),
      [`${prefix}_DATABASE`]: database,
    },
    // Data that is there already gets the password of the config: the image sets one only when it makes the data.
    command: [`--init-file=${PASSWORDS}`],
    files: { [PASSWORDS]: passwordStatements(user, password).join('') },
    dataFolder: '/var/lib/mysql',
    makesData: true,
  };
}

/** The image makes the users when it makes the data; nothing else needs to be told. */
export function mysqlPromoted(spec: ServerSpec, prefix: 'MYSQL' | 'MARIADB'): ContainerFacts {
  const { command: _command, files: _files, ...facts } = mysqlContainer(spec, prefix);
  return facts;
}

/** While the image makes its data these users are not there yet, and it is the one to make them. */
function passwordStatements(user: string, password: string): readonly string[] {
  const users = [...new Set(['root', user])];
  return users.map((name) => `ALTER USER IF EXISTS ${text(name)}@'%' IDENTIFIED BY ${text(password)};\n`);
}

const LOGIN_FILE = 'login.sql';

/** Arguments of a server of this machine, whatever its own configuration files say. */
export function mysqlNative(own: Pick<NativeProgram, 'program' | 'version' | 'packages' | 'create'>): NativeProgram {
  return {
    kind: 'program',
    folders: ['/usr/sbin', '/usr/local/sbin', '/usr/local/mysql/bin', '/opt/homebrew/bin'],
    ...own,
    // Carried out before anybody can connect, at every start.
    secretFiles: ({ spec }) => ({ [LOGIN_FILE]: loginStatements(spec) }),
    command: (at) => ({
      file: at.program,
      args: [
        ...dataArguments(at),
        `--init-file=${at.folder}/${LOGIN_FILE}`,
        '--bind-address=127.0.0.1',
        `--port=${portOf(at.spec, 'mysql')}`,
        // Its path may be too long for a socket, and nobody comes that way.
        `--socket=${socketOf(at)}`,
        `--pid-file=${at.folder}/server.pid`,
        '--skip-name-resolve',
        // A second protocol on a fixed port, which MariaDB does not have.
        '--loose-mysqlx=OFF',
        ...(at.spec.resource.persist ? [] : ['--innodb-flush-log-at-trx-commit=0']),
        ...at.spec.resource.args,
      ],
    }),
    stopSignal: 'SIGTERM',
  };
}

export function dataArguments({ data, isRoot }: NativePlace): readonly string[] {
  return ['--no-defaults', `--datadir=${data}`, ...(isRoot ? ['--user=root'] : [])];
}

function socketOf({ spec }: NativePlace): string {
  return `/tmp/devstack-mysql-${portOf(spec, 'mysql')}.sock`;
}

/** User, password and database as the image would make them, and again whenever the config changes them. */
function loginStatements({ credentials }: ServerSpec): string {
  const { user, password, database } = credentials ?? { user: 'root', password: '', database: '' };
  const users = [...new Set(['root', user])];
  return [
    ...users.flatMap((name) => [
      `CREATE USER IF NOT EXISTS ${text(name)}@'%' IDENTIFIED BY ${text(password)};`,
      `ALTER USER ${text(name)}@'%' IDENTIFIED BY ${text(password)};`,
    ]),
    "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;",
    // What making the data leaves open to everybody here.
    ...['localhost', '127.0.0.1', '::1'].map((host) => `DROP USER IF EXISTS 'root'@'${host}';`),
    ...(database === ''
      ? []
      : [
          `CREATE DATABASE IF NOT EXISTS ${identifier(database)};`,
          `GRANT ALL PRIVILEGES ON ${identifier(database).replaceAll('_', '\\_')}.* TO ${text(user)}@'%';`,
        ]),
    '',
  ].join('\n');
}

/** One statement is one line in such a file. */
function text(value: string): string {
  const escaped = value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
  return `'${escaped}'`;
}

function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
