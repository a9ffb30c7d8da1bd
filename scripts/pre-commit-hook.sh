#!/bin/sh
# The entry of .pre-commit-hooks.yaml: runs the command of this checkout, and builds it the first time.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
if [ ! -f "$here/dist/cli.js" ]; then
  (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node esbuild.mjs) >&2
fi
exec node "$here/dist/cli.js" "$@"
