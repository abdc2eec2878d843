#!/bin/sh
# Stand-in for the entrypoint of the official image: the same variables, files and order.
set -e
case "$1" in -*|*.conf) set -- redis-server "$@";; esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis '{}' +
  exec /usr/bin/setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi
umask 0077
if [ "$1" = redis-server ]; then exec "$@" --protected-mode no; fi
exec "$@"
