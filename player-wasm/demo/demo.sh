#!/bin/bash
# demo.sh [OPTIONS] BUILD_DIR: two live channels and a page that plays both, with buttons to break them. Prints the page's
# address and stays until Ctrl-C.
#
#   BUILD_DIR          where understudy-server was built, e.g. build/release
#   --port N           of the page (8090)
#   --service-port N   of the companion service (8080)
#   --isolated         serve the page cross-origin isolated (SharedArrayBuffer)
#   --no-media-chrome  do not install media-chrome, which the page offers as controls
#   --help
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n '2,10s/^# \{0,1\}//p' "$here/demo.sh"; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }
wrong() { printf 'demo: %s\n\n' "$*" >&2; usage >&2; exit 1; }
port_of() { [[ "$2" =~ ^[0-9]+$ ]] && [ "$2" -le 65535 ] || wrong "$1: '$2' is not a port"; echo "$2"; }

port=8090
service_port=8080
isolated=()
media_chrome=1
build=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --port) [ $# -gt 1 ] || wrong "$1 needs a number"; port=$(port_of "$1" "$2"); shift ;;
    --service-port) [ $# -gt 1 ] || wrong "$1 needs a number"; service_port=$(port_of "$1" "$2"); shift ;;
    --isolated) isolated=(--isolated) ;;
    --no-media-chrome) media_chrome=0 ;;
    -*) wrong "unknown option $1" ;;
    *) [ -z "$build" ] || wrong "one BUILD_DIR, not also '$1'"; build=$1 ;;
  esac
  shift
done
[ -n "$build" ] || wrong "BUILD_DIR is missing"
server=$build/server-mock/understudy-server
[ -x "$server" ] || die "there is no $server; build it with: make build PRESET=release"
command -v node >/dev/null || die "node is missing (make deps installs it)"

work=$(mktemp -d)
pids=()
cleanup() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 0' INT TERM

# start NAME PATTERN COMMAND…: runs it and waits for a line that matches; what it matched is in `line`.
start() {
  local name=$1 pattern=$2 tries=200
  shift 2
  : >"$work/$name"
  "$@" >>"$work/$name" 2>&1 &
  pids+=($!)
  until line=$(grep -m1 -o "$pattern" "$work/$name"); do
    kill -0 "${pids[-1]}" 2>/dev/null || { cat "$work/$name" >&2; die "$name did not start"; }
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "$name did not start within 20 s"
    sleep 0.1
  done
}

if [ "$media_chrome" = 1 ] && [ ! -d "$here/node_modules/media-chrome" ]; then
  (cd "$here" && npm ci --silent --no-audit --no-fund) || echo "demo: media-chrome could not be installed; the page goes without it" >&2
fi
start "the companion service" 'http://[^ ]*' "$server" --demo --listen "127.0.0.1:$service_port"
service=$line
start "the page's server" 'http://[^ ]*' node "$here/serve.js" --port "$port" --service "$service" "${isolated[@]}"
printf '\nTwo channels are live at %s; ch-a has the fallback ch-b.\n\n    %s\n\nCtrl-C ends.\n' "$service" "$line"

# Whichever ends first ends the demo, with its last words.
wait -n "${pids[@]}" || true
for name in "$work"/*; do tail -n 3 "$name" >&2; done
die "a server ended"
