#!/bin/bash
# Builds stand-ins for infra images from Debian packages, under the tags the official images have, so that Docker tests
# need no registry. Idempotent: nothing happens while the inputs are the ones the base image is labelled with.
# `build.sh --check` only tells (exit code) whether they are up to date.
#
# The servers inside are Debian's, whatever the tag says: see the label devstack.fixture.server of each image.
set -euo pipefail
cd "$(dirname "$0")"
base=devstack-fixture/base
tags=(postgres:17 postgres:17-alpine redis:8 rabbitmq:4-management mariadb:11.8 mysql:8.4 nats:2 nginx:1.29 node:20-alpine
  edoburu/pgbouncer:v1.25.2-p0)
key=$(cat build.sh services/* | sha256sum | cut -c1-16)

label_of() { docker image inspect -f '{{index .Config.Labels "devstack.fixture.key"}}' "$1" 2>/dev/null || echo absent; }

# An image somebody pulled is theirs, and as good for the tests: only ours and missing ones are built.
mine=()
for tag in "${tags[@]}"; do
  if [ -z "$(label_of "$tag")" ] && [ "${DEVSTACK_FIXTURES_REPLACE:-0}" != 1 ]; then
    echo "$tag is here and is no fixture: left alone (DEVSTACK_FIXTURES_REPLACE=1 replaces it)"
  else
    mine+=("$tag")
  fi
done
up_to_date() {
  local tag
  for tag in "${mine[@]}"; do [ "$(label_of "$tag")" = "$key" ] || return 1; done
}
if up_to_date; then
  echo "fixture images are up to date ($key)"
  exit 0
fi
[ "${1:-}" != --check ] || exit 1

work=$(mktemp -d "${TMPDIR:-/tmp}/devstack-images.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$work/debs/partial"
: >"$work/no-packages"
# The merged /usr layout has to be there before the first package is unpacked.
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done

export DEBIAN_FRONTEND=noninteractive
fetch() {
  # An empty package state makes apt take everything, libc included.
  apt-get install -y -qq --no-install-recommends --download-only \
    -o Dir::State::status="$work/no-packages" -o Dir::Cache::archives="$work/debs" \
    -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
    postgresql-15 redis-server rabbitmq-server mariadb-server nats-server nginx-light bash coreutils sed grep findutils util-linux busybox-static ca-certificates >"$work/apt.log" 2>&1
}
fetch || { apt-get update -qq && fetch; } || { cat "$work/apt.log" >&2; exit 1; }

without=()
for folder in doc man locale i18n info perl; do without+=(--exclude="./usr/share/$folder"); done
without+=(--exclude='./usr/lib/postgresql/15/lib/llvmjit*' --exclude=./usr/lib/postgresql/15/lib/bitcode)
for package in "$work"/debs/*.deb; do
  case $package in
    */perl_* | */perl-modules* | */libperl5* | */python3* | */libpython3* | */libllvm* | */libz3*) continue ;;
    */locales_* | */logrotate* | */systemd* | */udev*) continue ;;
  esac
  dpkg-deb --fsys-tarfile "$package" | tar -C "$root" -x --keep-directory-symlink "${without[@]}"
done

mkdir -p "$root"/{tmp,etc,root,run,data,docker-entrypoint-initdb.d} "$root"/var/{lib,log}
chmod 1777 "$root/tmp"
[ -e "$root/var/run" ] || ln -s /run "$root/var/run"
[ -e "$root/bin/sh" ] || ln -s bash "$root/usr/bin/sh"
# The ids of the official images (Debian variants).
printf '%s\n' root:x:0:0:root:/root:/bin/bash postgres:x:999:999::/var/lib/postgresql:/bin/bash \
  redis:x:999:999::/data:/bin/bash rabbitmq:x:999:999::/var/lib/rabbitmq:/bin/bash \
  mysql:x:999:999::/var/lib/mysql:/bin/bash nginx:x:101:101::/nonexistent:/bin/false \
  nobody:x:65534:65534::/:/bin/false >"$root/etc/passwd"
printf '%s\n' root:x:0: adm:x:4: postgres:x:999: redis:x:999: rabbitmq:x:999: mysql:x:999: nginx:x:101: \
  nogroup:x:65534: >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
for applet in awk ps nc wget vi top ip ping hostname netstat gunzip gzip; do
  [ -e "$root/usr/bin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
done
chroot "$root" /usr/sbin/ldconfig
tar -C "$root" -c . | docker import -c "LABEL devstack.fixture.key=$key" -c 'ENV LANG=C.UTF-8' \
  -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/usr/lib/postgresql/15/bin' - "$base" >/dev/null

is_mine() { [[ " ${mine[*]} " == *" $1 "* ]]; }
# image NAME TAG…: services/NAME.Dockerfile on the base; its entrypoint is services/NAME.sh.
image() {
  local name=$1 tag arguments=()
  shift
  for tag; do is_mine "$tag" && arguments+=(-t "$tag"); done
  [ "${#arguments[@]}" != 0 ] || return 0
  chmod 755 "services/$name.sh"
  DOCKER_BUILDKIT=0 docker build -q "${arguments[@]}" --label "devstack.fixture.key=$key" \
    -f "services/$name.Dockerfile" services >/dev/null 2>"$work/$name.log" || { cat "$work/$name.log" >&2; return 1; }
}
image postgres postgres:17 postgres:17-alpine
image redis redis:8
image rabbitmq rabbitmq:4-management
# MySQL is in no Debian package: MariaDB answers to its variables and speaks its protocol.
image mariadb mariadb:11.8 mysql:8.4
image nats nats:2
image nginx nginx:1.29

# Node: this machine's own binary and the libraries it is linked with.
node=$work/node
binary=$(node -p process.execPath)
mkdir -p "$node"/{usr/bin,tmp,etc,app}
ln -s usr/bin "$node/bin"
cp -L "$binary" "$node/usr/bin/node"
cp "$root/usr/bin/busybox" "$node/usr/bin/"
for applet in sh ls cat sleep wget ps env echo kill true false tail mkdir rm cp chmod chown id; do ln -s busybox "$node/usr/bin/$applet"; done
npm=$(npm root -g)/npm
mkdir -p "$node/usr/lib/node_modules"
cp -R "$npm" "$node/usr/lib/node_modules/"
for tool in npm npx; do ln -s "../lib/node_modules/npm/bin/$tool-cli.js" "$node/usr/bin/$tool"; done
ldd "$binary" | grep -oE '/[^ )]+' | while read -r library; do cp -L --parents "$library" "$node/"; done
mkdir -p "$node"/{root,home/node}
chown 1000:1000 "$node/home/node"
printf 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' >"$node/etc/passwd"
echo 'hosts: files dns' >"$node/etc/nsswitch.conf"
if is_mine node:20-alpine; then
  tar -C "$node" -c . | docker import -c "LABEL devstack.fixture.key=$key" \
    -c "LABEL devstack.fixture.server=node-$(node -p process.versions.node)" -c 'WORKDIR /app' -c 'CMD ["node"]' \
    - node:20-alpine >/dev/null
fi

# PgBouncer: that of the next Debian, with its own libraries. Bookworm's knows nothing of prepared statements.
pooler=$work/pooler
pooled() {
  local lists=$work/trixie
  mkdir -p "$lists/partial" "$work/newer/partial"
  eval "$(apt-config shell parts Dir::Etc::sourceparts/d)"
  # The machine's own mirror and keys, with another suite.
  # shellcheck disable=SC2154
  awk 'BEGIN { RS = "" } NR == 1' "$parts/debian.sources" | sed 's/^Suites:.*/Suites: trixie/' >"$work/trixie.sources"
  local options=(
    -qq -o "Dir::Etc::sourcelist=$work/trixie.sources" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$lists"
    -o "Dir::State::status=$work/no-packages" -o "Dir::Cache::archives=$work/newer" -o Dir::Cache::pkgcache=
    -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root -o Debug::NoLocking=1
  )
  apt-get "${options[@]}" update &&
    apt-get "${options[@]}" install -y --no-install-recommends --download-only pgbouncer postgresql-client-17 busybox-static
} >"$work/apt.log" 2>&1
if is_mine edoburu/pgbouncer:v1.25.2-p0; then
  pooled || { cat "$work/apt.log" >&2; exit 1; }
  mkdir -p "$pooler"/usr/{bin,sbin,lib,lib64}
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$pooler/$folder"; done
  for package in "$work"/newer/{pgbouncer,postgresql-client-17,busybox-static,lib*,zlib1g}_*.deb; do
    case $package in */libperl* | */*-perl_*) continue ;; esac
    dpkg-deb --fsys-tarfile "$package" | tar -C "$pooler" -x --keep-directory-symlink "${without[@]}" --exclude=./etc
  done
  mkdir -p "$pooler"/{tmp,etc/pgbouncer} "$pooler"/var/{log,run}/pgbouncer
  chmod 1777 "$pooler/tmp"
  for applet in sh cat grep cut md5sum sleep ps env nc wget tr; do
    [ -e "$pooler/usr/bin/$applet" ] || ln -s busybox "$pooler/usr/bin/$applet"
  done
  mv "$pooler/usr/sbin/pgbouncer" "$pooler/usr/bin/"
  ln -s ../lib/postgresql/17/bin/psql "$pooler/usr/bin/psql"
  # The ids of Alpine.
  printf 'root:x:0:0::/:/bin/sh\npostgres:x:70:70::/:/bin/sh\n' >"$pooler/etc/passwd"
  printf 'root:x:0:\npostgres:x:70:\n' >"$pooler/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$pooler/etc/nsswitch.conf"
  : >"$pooler/etc/pgbouncer/userlist.txt"
  install -m 755 services/pgbouncer.sh "$pooler/entrypoint.sh"
  chown -R 70:70 "$pooler/etc/pgbouncer" "$pooler"/var/{log,run}/pgbouncer
  tar -C "$pooler" -c . | docker import -c "LABEL devstack.fixture.key=$key" \
    -c 'LABEL devstack.fixture.server=debian-pgbouncer-1.24' -c 'USER postgres' -c 'EXPOSE 5432' \
    -c 'ENTRYPOINT ["/entrypoint.sh"]' -c 'CMD ["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]' \
    - edoburu/pgbouncer:v1.25.2-p0 >/dev/null
fi
# What the images of another key leave behind.
docker image prune -f --filter label=devstack.fixture.key >/dev/null
echo "fixture images built ($key)"
