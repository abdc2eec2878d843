#!/bin/sh
# Stand-in for the entrypoint of the official image: the same variables, files and order.
case "$1" in -*) set -- nats-server "$@";; esac
exec "$@"
