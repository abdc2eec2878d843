#!/bin/sh
# Stand-in for the entrypoint of edoburu/pgbouncer: the same variables, defaults, files and order.
set -e
folder=/etc/pgbouncer
users=${AUTH_FILE:-$folder/userlist.txt}
[ -e "$users" ] || : >"$users"
if [ -n "$DB_USER" ] && [ -n "$DB_PASSWORD" ] && ! grep -q "^\"$DB_USER\"" "$users"; then
  case $AUTH_TYPE in
    plain | scram-sha-256) password=$DB_PASSWORD ;;
    *) password=md5$(printf %s "$DB_PASSWORD$DB_USER" | md5sum | cut -d ' ' -f 1) ;;
  esac
  echo "\"$DB_USER\" \"$password\"" >>"$users"
  echo "Wrote authentication credentials for '$DB_USER' to $users"
fi

settings() {
  printf '[databases]\n%s = host=%s port=%s auth_user=%s\n\n[pgbouncer]\n' "${DB_NAME:-*}" \
    "${DB_HOST:?DB_HOST has to be set}" "${DB_PORT:-5432}" "${DB_USER:-postgres}"
  echo "listen_addr = ${LISTEN_ADDR:-0.0.0.0}"
  echo "listen_port = ${LISTEN_PORT:-5432}"
  echo "unix_socket_dir = $UNIX_SOCKET_DIR"
  echo 'user = postgres'
  echo "auth_file = $users"
  echo "auth_type = ${AUTH_TYPE:-md5}"
  echo "ignore_startup_parameters = ${IGNORE_STARTUP_PARAMETERS:-extra_float_digits}"
  echo "admin_users = ${ADMIN_USERS:-postgres}"
  # Most others are only there when they are set.
  for name in POOL_MODE MAX_CLIENT_CONN DEFAULT_POOL_SIZE MIN_POOL_SIZE RESERVE_POOL_SIZE MAX_DB_CONNECTIONS \
    MAX_USER_CONNECTIONS MAX_PREPARED_STATEMENTS STATS_USERS SERVER_RESET_QUERY QUERY_WAIT_TIMEOUT; do
    eval "value=\$$name"
    [ -z "$value" ] || echo "$(echo "$name" | tr A-Z a-z) = $value"
  done
}
if [ ! -f "$folder/pgbouncer.ini" ]; then
  echo "Creating pgbouncer config in $folder"
  settings >"$folder/pgbouncer.ini"
  cat "$folder/pgbouncer.ini"
fi
echo "Starting $*..."
exec "$@"
