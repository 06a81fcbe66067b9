#!/bin/sh
# test.sh CMAKE BUILD_DIR CXX SANITIZERS: installs the SDK into a temporary prefix, moves it, and builds and runs an app against it,
# once by find_package and once by pkg-config.
set -eu
cmake=$1
build=$2
cxx=$3
flags=${4:+-fsanitize=$4}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # what command…: quiet unless it fails
  what=$1; shift
  "$@" >"$work/log" 2>&1 || { echo "$what failed:"; cat "$work/log"; exit 1; }
  echo "$what: passed"
}

run "install" "$cmake" --install "$build" --component sdk --prefix "$work/installed"
mv "$work/installed" "$work/sdk"
grep -rlF -e "$work/installed" -e "$build" "$work/sdk" --include='*.cmake' --include='*.pc' >"$work/log" &&
  { echo "these files name a folder of the build:"; cat "$work/log"; exit 1; }

run "configure with find_package" "$cmake" -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/sdk" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$flags"
run "build with find_package" "$cmake" --build "$work/build"
run "run" "$work/build/consumer"

PKG_CONFIG_PATH=$(dirname "$(find "$work/sdk" -name understudy.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046,SC2086
run "build with pkg-config" "$cxx" -std=c++20 $flags "$here/main.cpp" -o "$work/consumer" $(pkg-config --cflags --libs understudy)
run "run" "$work/consumer"
