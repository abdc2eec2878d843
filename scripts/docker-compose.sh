#!/bin/bash
# Docker Compose v2 for tests and benchmarks on a Debian machine: prints the path of a `docker-compose` that runs by
# itself and as a plugin (its folder may serve as DOCKER_CONFIG/cli-plugins). What is installed is taken when it is
# version 2; else Debian's package is unpacked below the cache folder once. The system's own packages stay as they are.
#
#   bash scripts/docker-compose.sh [SUITE]      # trixie by default: 2.26
set -euo pipefail

suite=${1:-trixie}
folder=${XDG_CACHE_HOME:-$HOME/.cache}/devstack/docker-compose/$suite
binary=$folder/docker-compose

is_second() { "$1" version --short 2>/dev/null | grep -Eq '^v?[2-9]\.'; }
say() { echo "docker-compose: $*" >&2; }

if [ $# = 0 ]; then
  for installed in "$HOME/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins /usr/libexec/docker/cli-plugins \
    /usr/lib/docker/cli-plugins; do
    if is_second "$installed/docker-compose"; then
      echo "$installed/docker-compose"
      exit 0
    fi
  done
fi
if is_second "$binary"; then
  echo "$binary"
  exit 0
fi
command -v apt-get >/dev/null || { say 'it is not installed, and this is no Debian machine'; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/devstack-compose.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$folder"
eval "$(apt-config shell parts Dir::Etc::sourceparts/d)"
# The machine's own mirror and keys, with another suite.
# shellcheck disable=SC2154
awk 'BEGIN { RS = "" } NR == 1' "$parts/debian.sources" | sed "s/^Suites:.*/Suites: $suite/" >"$work/suite.sources"
options=(
  -o "Dir::Etc::sourcelist=$work/suite.sources" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o APT::Sandbox::User=root
)
say "taking it from Debian $suite"
apt-get -qq "${options[@]}" update >&2
(cd "$work" && apt-get -qq "${options[@]}" download docker-compose >&2)
dpkg-deb -x "$work"/docker-compose_*.deb "$work/unpacked"
install -m 755 "$work/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$folder/next"
mv "$folder/next" "$binary" # whole or not at all
is_second "$binary" || { say 'what was unpacked does not run here'; exit 1; }
echo "$binary"
