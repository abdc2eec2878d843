import type { ContainerResource } from '../core/stack.ts';
import type { Planning } from './planning.ts';
import type { Workload } from './workload.ts';

/**
 * Makes the databases a server has besides its first, at every start those that are not there yet: what its image runs by
 * itself, it runs for an empty volume only.
 */
export function databasesWorkload(
  resource: ContainerResource,
  server: Workload,
  { reader }: Pick<Planning, 'reader'>,
): Workload | undefined {
  const { databases, user = '', password } = resource.settings;
  const script = scriptFor(resource);
  if (databases.length === 0 || script === undefined) return undefined;
  const { health: _health, sharedMemoryBytes: _memory, operated: _operated, ...image } = server;
  const secret = (password && reader.valueOf(password)) ?? [];
  return {
    ...image,
    name: databasesName(resource.name),
    role: 'task',
    command: ['sh', '-c', script],
    env: {
      SERVER: [resource.name],
      SERVER_USER: [user],
      [resource.engine === 'postgres' ? 'PGPASSWORD' : 'MYSQL_PWD']: secret,
      DATABASES: [databases.join(' ')],
    },
    ports: [],
    needs: [{ on: resource.name, gate: 'ready' }],
    reaches: [resource.name],
    restart: 'no',
    given: [],
    cluster: {},
    volumes: {},
    files: {},
  };
}

export function databasesName(server: string): string {
  return `${server}-databases`;
}

/** Names of databases are letters, digits, _ and -. */
function scriptFor({ engine }: ContainerResource): string | undefined {
  if (engine === 'postgres') {
    const isThere = `psql -h "$SERVER" -U "$SERVER_USER" -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$name'"`;
    return `set -e; for name in $DATABASES; do [ "$(${isThere})" = 1 ] || createdb -h "$SERVER" -U "$SERVER_USER" "$name"; done`;
  }
  if (engine !== 'mysql' && engine !== 'mariadb') return undefined;
  const sql = "CREATE DATABASE IF NOT EXISTS \\`$name\\`; GRANT ALL ON \\`$name\\`.* TO '$SERVER_USER'@'%';";
  // The root of the server has the same password.
  return `set -e; for name in $DATABASES; do ${engine === 'mysql' ? 'mysql' : 'mariadb'} -h "$SERVER" -u root -e "${sql}"; done`;
}
