#!/bin/bash
# Stand-in for the entrypoint of the official image: the same variables, files and order.
set -e
if [[ $1 == rabbitmq* ]] && [ "$(id -u)" = 0 ]; then
  mkdir -p /var/lib/rabbitmq /var/log/rabbitmq /etc/rabbitmq/conf.d; chown -R rabbitmq: /var/lib/rabbitmq /var/log/rabbitmq /etc/rabbitmq
  exec /usr/bin/setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups -- "$0" "$@"
fi
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- 
if [ "$1" = rabbitmq-server ]; then
  # User, password and virtual host: the server reads RABBITMQ_DEFAULT_* itself.
  printf 'loopback_users.guest = false\nlog.console = true\n' >/etc/rabbitmq/conf.d/10-defaults.conf
fi
exec "$@"
