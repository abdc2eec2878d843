#!/bin/bash
# kube-score, kubeconform and kube-linter for tests: prints the folder that has those that can be had. The first two are
# built with Go where its modules can be had; kube-linter is the one of this machine, since its modules often cannot.
#
#   bash scripts/kubernetes-linters.sh
set -euo pipefail

folder=${XDG_CACHE_HOME:-$HOME/.cache}/devstack/kubernetes-linters/1
PATH=$PATH:/usr/local/go/bin

say() { echo "kubernetes-linters: $*" >&2; }
install_one() {
  local name=$1 module=$2
  [ -x "$folder/$name" ] && return
  command -v go >/dev/null || { say "no Go to build $name with"; return 1; }
  say "building $name of $module"
  GOBIN="$folder" timeout 900 go install "$module" 2>"$folder/$name.log" || { say "$(tail -1 "$folder/$name.log")"; return 1; }
  rm -f "$folder/$name.log"
}

mkdir -p "$folder"
install_one kube-score github.com/zegl/kube-score/cmd/kube-score@v1.20.0 || true
install_one kubeconform github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0 || true
if linter=$(command -v kube-linter); then ln -sf "$linter" "$folder/kube-linter"; fi
echo "$folder"
