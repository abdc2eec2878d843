#!/bin/sh
# Stand-in for the entrypoint of the official image: the same variables, files and order.
set -e
mkdir -p /var/log/nginx /var/lib/nginx /docker-entrypoint.d
exec "$@"
