#!/bin/bash
# Installs the servers that can run without a container, a registry, shells, a clock that jumps and the languages of the examples (Debian, root),
# for the tests that start them. No service is started: their programs are all that is wanted. Does nothing when they
# are here.
set -euo pipefail

packages=(redis-server nats-server rabbitmq-server mariadb-server postgresql docker-registry zsh fish faketime)
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
# Any Go and Python do, from wherever they are: /usr/local/go is where Go's own archive is unpacked.
PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null || missing+=(golang-go)
command -v python3 >/dev/null || missing+=(python3)
if [ "${#missing[@]}" = 0 ]; then
  echo "native-servers: ${packages[*]}, go and python3 are here already"
  exit 0
fi

# What the packages ask before they start a service; 101 forbids it. Somebody's own is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
echo "native-servers: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
