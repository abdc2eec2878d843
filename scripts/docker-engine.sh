#!/bin/bash
# Makes a Docker engine answer on a Debian machine, for the tests that need one. Run as root; does nothing when an
# engine answers already. No service manager is needed: the engine is started in a session of its own and stays.
set -euo pipefail

say() { echo "docker-engine: $*"; }
answers() { docker version >/dev/null 2>&1; }
version() { docker version --format '{{.Server.Version}}'; }

if answers; then
  say "engine $(version) answers already"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  say 'no engine answers, and installing or starting one needs root' >&2
  exit 1
fi
if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
  command -v apt-get >/dev/null || { say 'dockerd is missing and this is no Debian machine' >&2; exit 1; }
  say 'installing docker.io'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends docker.io iptables iproute2 >/dev/null
fi
log=${DEVSTACK_DOCKERD_LOG:-/var/log/devstack-dockerd.log}
# A pid file of an engine that was killed would keep the new one from starting.
if [ -e /var/run/docker.pid ] && ! kill -0 "$(cat /var/run/docker.pid)" 2>/dev/null; then rm -f /var/run/docker.pid; fi
setsid dockerd >"$log" 2>&1 </dev/null &
pid=$!
for _ in $(seq 300); do
  if answers; then
    say "started engine $(version) (log: $log)"
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
say "the engine did not start; the end of $log:" >&2
tail -n 20 "$log" >&2
exit 1
