#!/bin/bash
# What the README promises: `npm start` brings the demo up; Ctrl-C takes it down. Then everything of it is removed.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A session of its own, so that the interrupt reaches what a terminal would reach.
setsid npm start -- "$@" >"$log" 2>&1 &
leader=$!
for _ in $(seq 600); do
  grep -q 'all 5 ready in' "$log" && break
  kill -0 "$leader" 2>/dev/null || break
  sleep 0.2
done
grep 'all 5 ready in' "$log" || { cat "$log"; exit 1; }
kill -INT -- "-$leader"
wait "$leader" || true
grep 'everything has stopped' "$log" || { cat "$log"; exit 1; }
node bin/devstack.js down --volumes --yes
