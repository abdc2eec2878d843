#!/bin/bash
# Stand-in for the entrypoint of the official image: the same variables, files and order.
set -eo pipefail
[ "${1:0:1}" = - ] && set -- mariadbd "$@"
D=/var/lib/mysql
v() { local m=MARIADB_$1 y=MYSQL_$1; local mf=${m}_FILE yf=${y}_FILE; if [ -n "${!m}" ]; then echo "${!m}"; elif [ -n "${!y}" ]; then echo "${!y}"; elif [ -n "${!mf}" ]; then cat "${!mf}"; elif [ -n "${!yf}" ]; then cat "${!yf}"; fi; }
if [ "$1" = mariadbd ] || [ "$1" = mysqld ]; then
  shift; set -- mariadbd "$@"
  if [ "$(id -u)" = 0 ]; then mkdir -p $D /run/mysqld; chown -R mysql: $D /run/mysqld; exec /usr/bin/setpriv --reuid=mysql --regid=mysql --clear-groups -- "$0" "$@"; fi
  if [ ! -d $D/mysql ]; then
    RP=$(v ROOT_PASSWORD)
    if [ -z "$RP" ] && [ -z "$(v ALLOW_EMPTY_PASSWORD)" ] && [ -z "$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" ] && [ -z "$(v RANDOM_ROOT_PASSWORD)" ]; then echo '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified' >&2; exit 1; fi
    mariadb-install-db --datadir=$D --auth-root-authentication-method=normal --skip-test-db >/dev/null
    mariadbd --datadir=$D --skip-networking --socket=/run/mysqld/mysqld.sock & pid=$!
    for i in $(seq 300); do mariadb-admin --socket=/run/mysqld/mysqld.sock ping >/dev/null 2>&1 && break; sleep .1; done
    q() { mariadb --socket=/run/mysqld/mysqld.sock -uroot ${AP:+-p"$AP"} "$@"; }
    DB=$(v DATABASE); U=$(v USER)
    escape() { sed "s/[\\\\']/\\\\&/g"; }
    RQ=$(printf %s "$RP" | escape); PW=$(v PASSWORD | escape)
    { echo "CREATE USER root@'%' IDENTIFIED BY '$RQ'; GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
      [ -z "$DB" ] || echo "CREATE DATABASE IF NOT EXISTS \`$DB\`;"
      [ -z "$U" ] || echo "CREATE USER '$U'@'%' IDENTIFIED BY '$PW';"
      [ -z "$U" ] || [ -z "$DB" ] || echo "GRANT ALL ON \`$DB\`.* TO '$U'@'%';"
      echo "ALTER USER root@localhost IDENTIFIED BY '$RQ';"; } | q
    AP=$RP
    for f in /docker-entrypoint-initdb.d/*; do case "$f" in *.sh) [ -x "$f" ] && "$f" || . "$f";; *.sql) q $DB < "$f";; *.sql.gz) gunzip -c "$f" | q $DB;; esac; done
    mariadb-admin --socket=/run/mysqld/mysqld.sock -uroot ${AP:+-p"$AP"} shutdown; wait $pid
    echo '[Note] [Entrypoint]: MariaDB init process done. Ready for start up.'
  fi
  exec mariadbd --bind-address=0.0.0.0 --datadir=$D --socket=/run/mysqld/mysqld.sock "${@:2}"
fi
exec "$@"
