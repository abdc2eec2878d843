#!/bin/bash
# buildx for tests: prints the path of a `docker-buildx`. Debian trixie has 0.13.
#
#   bash scripts/docker-buildx.sh [SUITE]
exec bash "$(dirname "$0")/debian-plugin.sh" docker-buildx 'v?[0-9]+\.' "$@"
