#!/bin/bash
# Runs a command beside a Docker engine of its own, which the command may stop, kill and start again:
#
#   run.sh 26|20 COMMAND…
#
# 26 is Debian trixie's docker.io, unpacked and not installed; 20 is the engine that is installed here. Both engine and
# command are in a network namespace of their own, so published ports are reachable, and neither ports nor packet
# filters of the machine are touched. The command finds DOCKER_HOST and, in DEVSTACK_PRIVATE_ENGINE, the folder of the
# engine: `dockerd` there starts it (with more options), `docker.pid` holds its process id.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$1
shift
[ "$(id -u)" = 0 ] || { echo 'an engine of its own needs root' >&2; exit 1; }

root=$(mktemp -d "${TMPDIR:-/tmp}/devstack-engine.XXXXXX")
chmod 755 "$root"
space=${root##*/}
say() { echo "engine $version: $*" >&2; }

# Everything of this engine has its folder in the command line: dockerd, containerd, shims (whose children are the
# containers).
own() { pgrep -f -- "$root/" || true; }

clean_up() {
  local status=$? mounted pids
  trap - EXIT
  set +e
  if [ "$status" != 0 ] && [ -e "$root/dockerd.log" ]; then tail -n 15 "$root/dockerd.log" >&2; fi
  pids=$(own)
  [ -z "$pids" ] || pids="$pids $(pgrep -d ' ' -P "$(echo $pids | tr ' ' ,)")"
  kill -TERM $pids 2>/dev/null
  for _ in $(seq 100); do
    [ -n "$(own)" ] || break
    sleep 0.1
  done
  kill -KILL $pids $(own) 2>/dev/null
  for mounted in $(awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r); do
    umount -l "$mounted"
  done
  ip netns delete "$space" 2>/dev/null
  rm -rf "$root"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# 26 needs nothing newer than this system has, but for runc, which is the installed one.
binaries=$PATH
if [ "$version" = 26 ]; then
  mkdir -p "$root"/apt/lists/partial "$root"/apt/cache/archives/partial "$root/packages"
  mirror=$(grep -rhoE '^(URIs:|deb) +http[^ ]*debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
    grep -oE 'http[^ ]+' | head -n 1 || true)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} trixie main" >"$root/apt/sources.list"
  options=(-qq -o Dir::Etc::sourcelist="$root/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State::lists="$root/apt/lists" -o Dir::Cache="$root/apt/cache" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$root/apt" && apt-get "${options[@]}" download docker.io containerd)
  for package in "$root"/apt/*.deb; do dpkg-deb -x "$package" "$root/packages"; done
  rm -rf "$root/apt"
  binaries=$root/packages/usr/sbin:$root/packages/usr/bin:$PATH
fi

ip netns add "$space"
# Not `ip netns exec`: that hides the cgroups the engine needs.
inside() { nsenter --net="/run/netns/$space" "$@"; }
inside ip link set lo up
cat >"$root/dockerd" <<SCRIPT
#!/bin/sh
PATH=$binaries exec dockerd --data-root "$root/data" --exec-root "$root/exec" --pidfile "$root/docker.pid" \\
  --host "unix://$root/docker.sock" "\$@" >>"$root/dockerd.log" 2>&1 </dev/null
SCRIPT
chmod 755 "$root/dockerd"
export DOCKER_HOST=unix://$root/docker.sock DEVSTACK_PRIVATE_ENGINE=$root
inside setsid "$root/dockerd" &
for _ in $(seq 300); do
  docker version >/dev/null 2>&1 && break
  sleep 0.1
done
say "$(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})') answers after $SECONDS s"
images=(postgres:17 redis:8 nats:2 node:20-alpine)
env -u DOCKER_HOST docker save "${images[@]}" | docker load -q >/dev/null
say "${images[*]} loaded after $SECONDS s"
inside "$@"
say "done after $SECONDS s"
