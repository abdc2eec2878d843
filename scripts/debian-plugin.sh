#!/bin/bash
# A plugin of the docker command for tests on a Debian machine: prints the path of a program that runs by itself and as a
# plugin (its folder may serve as DOCKER_CONFIG/cli-plugins). What is installed is taken when it is as wanted; else
# Debian's package is unpacked below the cache folder once. The system's own packages stay as they are.
#
#   bash scripts/debian-plugin.sh docker-compose 'v?[2-9]\.' [SUITE]      # trixie by default
set -euo pipefail

name=$1
wanted=$2
suite=${3:-trixie}
folder=${XDG_CACHE_HOME:-$HOME/.cache}/devstack/$name/$suite
binary=$folder/$name

is_wanted() { "$1" version 2>/dev/null | grep -Eq "(^| )$wanted"; }
say() { echo "$name: $*" >&2; }

if [ $# -lt 3 ]; then
  for installed in "$HOME/.docker/cli-plugins" /usr/local/lib/docker/cli-plugins /usr/libexec/docker/cli-plugins \
    /usr/lib/docker/cli-plugins; do
    if is_wanted "$installed/$name"; then
      echo "$installed/$name"
      exit 0
    fi
  done
fi
if is_wanted "$binary"; then
  echo "$binary"
  exit 0
fi
command -v apt-get >/dev/null || { say 'it is not installed, and this is no Debian machine'; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/devstack-plugin.XXXXXX")
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
(cd "$work" && apt-get -qq "${options[@]}" download "$name" >&2)
dpkg-deb -x "$work/$name"_*.deb "$work/unpacked"
install -m 755 "$work/unpacked/usr/libexec/docker/cli-plugins/$name" "$folder/next"
mv "$folder/next" "$binary" # whole or not at all
is_wanted "$binary" || { say 'what was unpacked does not run here'; exit 1; }
echo "$binary"
