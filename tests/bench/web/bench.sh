#!/bin/sh
# bench.sh BUILD_DIR OUT_DIR: the browser player beside hls.js and Shaka Player. README.md says what is measured and how.
# Environment: MINUTES (10, of the memory run), RUNS (3, of the processor time), ONLY (size, first-picture, cpu, memory, interruption).
set -eu
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/../../browser/modules.sh"
UNDERSTUDY_SERVER=$build/server-mock/understudy-server exec node "$here/bench.js" "$out"
