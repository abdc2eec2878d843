#!/bin/bash
# Docker Compose v2 for tests and benchmarks: prints the path of a `docker-compose`. Debian trixie has 2.26.
#
#   bash scripts/docker-compose.sh [SUITE]
exec bash "$(dirname "$0")/debian-plugin.sh" docker-compose 'v?[2-9]\.' "$@"
