/**
 * How the data of one kind of server gets into another server of it, by the clients of its image. All are scripts of a
 * shell: `$1` is the database, and in dev what follows leads the client to the server. In the cluster they run beside
 * the server, where logins are in the variables its image was given; nothing secret is ever an argument.
 */
export interface DataCopy {
  readonly shell: 'sh' | 'bash';
  /** What is counted: `['table', 'row']`. */
  readonly units: readonly [thing: string, part: string];
  /** In dev: whose arguments lead it to the server. */
  readonly client?: string;
  /** In dev: prints all there is. */
  readonly dump: string;
  /** Prints a line for each thing that is not empty: its name, a tab, how many parts it has. Fails where nobody answers: what is empty is overwritten. */
  readonly filled: string;
  /** Reads what `dump` printed. */
  readonly restore: string;
  /** How it is all or nothing. */
  readonly whole:
    /** Written before and after the dump: without the second, nothing has happened. What was there goes with it. */
    | { readonly kind: 'transaction'; readonly begin: string; readonly commit: string }
    /** Empties the database: before, and after a copy that was cut off. */
    | { readonly kind: 'cleared'; readonly clear: string };
}

const OWN_SCHEMAS = "nspname !~ '^pg_' AND nspname <> 'information_schema'";
/** Of extensions there are rows in every database that has them. */
const OWN_TABLES = `relkind = 'r' AND ${OWN_SCHEMAS} AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')`;
const PG_LOGIN = 'export PGPASSWORD="$POSTGRES_PASSWORD" PGOPTIONS="-c client_min_messages=warning"; ';

export const postgresCopy: DataCopy = {
  shell: 'sh',
  units: ['table', 'row'],
  // Everything belongs to the user of the config, who is the same there.
  dump: 'exec pg_dump --no-owner --no-privileges --dbname="$1"',
  filled: `${PG_LOGIN}printf '%s' "SELECT format('SELECT %L, count(*) FROM %s HAVING count(*) > 0', c.oid::regclass, c.oid::regclass) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OWN_TABLES} ORDER BY c.oid::regclass::text \\gexec" | psql -XqAt -F "$(printf '\\t')" -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$1"`,
  restore: `${PG_LOGIN}exec psql -Xq -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$1" >/dev/null`,
  whole: {
    kind: 'transaction',
    begin: `BEGIN;
SET LOCAL lock_timeout = '60s';
SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql' \\gexec
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE ${OWN_SCHEMAS} \\gexec
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
`,
    commit: '\nCOMMIT;\n',
  },
};

/** The root of either server has the password of the config. */
export function mysqlCopy(prefix: 'MYSQL' | 'MARIADB', client: string, dump: string): DataCopy {
  const login = `export MYSQL_PWD="$${prefix}_ROOT_PASSWORD"; `;
  const shell = `${client} --user=root --batch --skip-column-names`;
  const counts = "'SELECT ''', table_name, ''', COUNT(*) FROM \\`', table_name, '\\` HAVING COUNT(*) > 0;'";
  return {
    shell: 'sh',
    units: ['table', 'row'],
    client: dump,
    dump: `name="$1"; shift; exec ${dump} "$@" --user=root --single-transaction --no-tablespaces --routines --triggers --events "$name"`,
    filled: `${login}counts="$(${shell} -e "SELECT CONCAT(${counts}) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name" "$1")" && printf '%s' "$counts" | ${shell} "$1"`,
    restore: `${login}exec ${client} --user=root "$1"`,
    // Each change of a table is for good at once.
    whole: {
      kind: 'cleared',
      clear: `${login}exec ${client} --user=root -e "DROP DATABASE IF EXISTS \\\`$1\\\`; CREATE DATABASE \\\`$1\\\`"`,
    },
  };
}

/** It runs in containers only, and its tools read their password from a file: here one that is never on a disk. */
const MONGO_LOGIN =
  'set --; [ -z "$MONGO_INITDB_ROOT_USERNAME" ] || set -- --username="$MONGO_INITDB_ROOT_USERNAME" --authenticationDatabase=admin; ' +
  'password() { printf \'password: "%s"\\n\' "$(printf %s "$MONGO_INITDB_ROOT_PASSWORD" | sed \'s/["\\\\]/\\\\&/g\')"; }; ';
const MONGO_SHELL = (script: string): string =>
  `DATABASE="$1" exec mongosh --quiet --eval 'const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password, DATABASE } = process.env; if (user) db.getSiblingDB("admin").auth(user, password); const own = db.getSiblingDB(DATABASE); ${script}'`;

export const mongodbCopy: DataCopy = {
  shell: 'bash',
  units: ['collection', 'document'],
  dump: `name="$1"; ${MONGO_LOGIN}exec mongodump --quiet --archive "$@" --config=<(password) --db="$name"`,
  filled: MONGO_SHELL(
    'for (const name of own.getCollectionNames().sort()) { const count = name.startsWith("system.") ? 0 : own.getCollection(name).countDocuments(); if (count > 0) print(name + "\\t" + count); }',
  ),
  restore: `name="$1"; ${MONGO_LOGIN}exec mongorestore --quiet --archive --stopOnError "$@" --config=<(password) --nsInclude="$name.*"`,
  whole: { kind: 'cleared', clear: MONGO_SHELL('own.dropDatabase()') },
};

/** Commands that make every key again, in the form the client sends them in. */
const REDIS_DUMP = `
local out = {}
local function say(...)
  local words = {...}
  out[#out + 1] = '*' .. #words .. '\\r\\n'
  for _, word in ipairs(words) do out[#out + 1] = '$' .. #word .. '\\r\\n' .. word .. '\\r\\n' end
end
for database = 0, 15 do
  if redis.pcall('SELECT', database).err then break end
  say('SELECT', tostring(database))
  local cursor = '0'
  repeat
    local page = redis.call('SCAN', cursor, 'COUNT', '1000')
    cursor = page[1]
    for _, key in ipairs(page[2]) do
      local left = redis.call('PTTL', key)
      local value = redis.call('DUMP', key)
      if value then say('RESTORE', key, string.format('%.0f', math.max(left, 0)), value, 'REPLACE') end
    end
  until cursor == '0'
end
return table.concat(out)`;

export function redisCopy(client: string): DataCopy {
  return {
    shell: 'sh',
    units: ['database', 'key'],
    client,
    dump: `shift; exec ${client} "$@" --raw EVAL "${REDIS_DUMP.replaceAll('$', '\\$')}" 0`,
    // A refusal is an answer to it, too.
    filled: `all="$(${client} INFO keyspace)" && case "$all" in *Keyspace*) printf '%s\\n' "$all" | sed -n "s/^\\(db[0-9]*\\):keys=\\([0-9]*\\).*/\\1$(printf '\\t')\\2/p" ;; *) printf '%s\\n' "$all" >&2; exit 1 ;; esac`,
    restore: `exec ${client} --pipe >&2`,
    whole: { kind: 'cleared', clear: `[ "$(${client} FLUSHALL)" = OK ]` },
  };
}
