#!/bin/bash
# Stand-in for the entrypoint of the official image: the same variables, init folder, messages and order.
set -Eeuo pipefail

# from_file VARIABLE [default]: the value may also come from the file VARIABLE_FILE names.
from_file() {
  local variable=$1 file=$1_FILE
  if [ -n "${!variable:-}" ] && [ -n "${!file:-}" ]; then
    echo "error: both $variable and $file are set (but are exclusive)" >&2
    exit 1
  fi
  [ -z "${!file:-}" ] || printf -v "$variable" %s "$(cat "${!file}")"
  [ -n "${!variable:-}" ] || printf -v "$variable" %s "${2:-}"
  export "$variable"
}
sql() { psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password "$@"; }

[ "${1:0:1}" = - ] && set -- postgres "$@"
if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    chown -R postgres "$PGDATA" /var/run/postgresql
    # By full path: the applet of the same name in busybox knows no --reuid.
    exec /usr/bin/setpriv --reuid=postgres --regid=postgres --clear-groups -- "$BASH_SOURCE" "$@"
  fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    from_file POSTGRES_PASSWORD
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    if [ -z "$POSTGRES_PASSWORD" ] && [ trust != "$POSTGRES_HOST_AUTH_METHOD" ]; then
      echo "Error: Database is uninitialized and superuser password is not specified." >&2
      exit 1
    fi
    initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    export PGPASSWORD=$POSTGRES_PASSWORD
    pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start
    [ "$POSTGRES_DB" = postgres ] || sql -d postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db" ;'
    for file in /docker-entrypoint-initdb.d/*; do
      case "$file" in
        *.sh)
          if [ -x "$file" ]; then
            echo "$0: running $file"
            "$file"
          else
            echo "$0: sourcing $file"
            . "$file"
          fi
          ;;
        *.sql)
          echo "$0: running $file"
          sql -d "$POSTGRES_DB" -f "$file"
          ;;
        *.sql.gz)
          echo "$0: running $file"
          gunzip -c "$file" | sql -d "$POSTGRES_DB"
          ;;
        *'*') ;;
        *) echo "$0: ignoring $file" ;;
      esac
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
fi
exec "$@"
