#!/bin/bash
# Builds everything of the browser player: FFmpeg (cached), the engine, the decoders, the npm package.
#
#   player-wasm/build.sh [BUILD_DIR]      default build/wasm
#
# Leaves in BUILD_DIR: engine.mjs, engine.wasm, decoders/software.{mjs,wasm}, understudy-player-<version>.tgz; and the package
# in player-wasm/package/dist.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
build=${1:-$root/build/wasm}
jobs=${JOBS:-$(nproc)}

for tool in em++ emcmake cmake ninja node npm; do
  command -v "$tool" >/dev/null || { echo "build.sh: missing: $tool (make deps installs it)" >&2; exit 1; }
done
# Debian's emscripten looks for its JavaScript tools nowhere else; without this, optimised links die.
export NODE_PATH=${NODE_PATH:-/usr/share/nodejs}
mkdir -p "$build"
build=$(cd "$build" && pwd)

ffmpeg=$("$root/player-wasm/ffmpeg/build.sh" | tail -1)
"$root/player-wasm/headers.sh" "$build/include"

cd "$root"
emcmake cmake --preset wasm -B "$build" -DUNDERSTUDY_BUILD_TESTS=OFF -DNLOHMANN_INCLUDE="$build/include" \
  -DUNDERSTUDY_FFMPEG_PREFIX="$ffmpeg"
cmake --build "$build" -j "$jobs"

cd "$root/player-wasm/package"
[ -d node_modules ] && [ node_modules -nt package-lock.json ] || npm ci --no-audit --no-fund
UNDERSTUDY_WASM_BUILD=$build node build.js
npm pack --silent --pack-destination "$build"
