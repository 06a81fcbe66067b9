#!/bin/bash
# headers.sh DIR: nlohmann/json in an include folder of its own, for em++: /usr/include must not come onto its path.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: headers.sh DIR" >&2; exit 1; }
[ -e "$1/nlohmann/json.hpp" ] && exit 0
found=$(echo '#include <nlohmann/json.hpp>' | c++ -x c++ -M - | tr -d '\\' | tr -s ' ' '\n' | grep 'nlohmann/json.hpp$')
mkdir -p "$1"
cp -r "$(dirname "$found")" "$1/"
