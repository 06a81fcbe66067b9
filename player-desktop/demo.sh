#!/bin/bash
# demo.sh BUILD_DIR REPORT_DIR: two live channels, a viewer on the first one, and its encoder fails after ten seconds.
# HEADLESS=1, or no display, plays without a window and leaves a film strip. Exit code: the player's.
set -euo pipefail

build=${1:?usage: demo.sh BUILD_DIR REPORT_DIR}
report=${2:?usage: demo.sh BUILD_DIR REPORT_DIR}
server=$build/server-mock/understudy-server
player=$build/player-desktop/understudy-player
mkdir -p "$report"
log=$report/player.log
server_log=$report/server.log
server_pid=
player_pid=

cleanup() {
  [ -n "$player_pid" ] && kill "$player_pid" 2>/dev/null
  [ -n "$server_pid" ] && kill "$server_pid" 2>/dev/null
  wait 2>/dev/null
  return 0
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Bold for a person, plain for a log.
say() { if [ -t 2 ]; then printf '\n\033[1m%s\033[0m\n' "$*" >&2; else printf '\n%s\n' "$*" >&2; fi; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

# wait_until SECONDS WHAT COMMAND…: tries the command ten times a second.
wait_until() {
  local tries=$(($1 * 10)) what=$2
  shift 2
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || die "$what did not happen"
    sleep 0.1
  done
}

api() { curl -fsS -u demo:demo -H 'Content-Type: application/json' -X "$1" "$url$2" ${3:+-d "$3"} -o "${4:-/dev/null}"; }
listens() { url=$(sed -n 's/^listening on //p' "$server_log"); [ -n "$url" ]; }
plays() { curl -fsS -u demo:demo "$url/channels/$1/status" 2>/dev/null | grep -q '"playing"'; }
shows() { grep -q " started" "$log" || ! kill -0 "$player_pid" 2>/dev/null; }
# Sleeps, but not longer than the player lives.
watch_for() { for ((i = 0; i < $1 * 10; i++)); do kill -0 "$player_pid" 2>/dev/null || return 0; sleep 0.1; done; }

mode=()
if [ "${HEADLESS:-}" = 1 ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  mode=(--headless)
fi

: >"$server_log"
"$server" --demo --listen 127.0.0.1:0 >"$server_log" 2>&1 &
server_pid=$!
wait_until 20 "start of the companion service" listens
wait_until 30 "start of channel ch-a" plays ch-a
wait_until 30 "start of channel ch-b" plays ch-b
say "Two channels are live at $url; ch-a has the fallback ch-b."

: >"$log"
"$player" "${mode[@]}" --end-on-stop --duration 90 --report "$report/report.json" --filmstrip "$report/filmstrip.png" \
  "$url/playout/ch-a" 2>"$log" >"$report/summary.txt" &
player_pid=$!
wait_until 30 "first picture" shows
say "ch-a is on screen. Its encoder fails in ten seconds."
watch_for 10
api POST /channels/ch-a/faults '[{"fault":"drop"}]'
say "ch-a is gone. Watch the picture: nothing should happen but the name of the channel changing."
watch_for 10
api DELETE /channels/ch-a/faults
say "ch-a is back. By default the viewer stays on ch-b until that fails."
watch_for 5
api POST /channels/ch-a/stop
say "ch-a was stopped: the player stops, though ch-b still streams."

code=0
wait "$player_pid" || code=$?
player_pid=
say "What happened"
cat "$report/summary.txt"
printf '\nReport: %s\nFilm strip: %s\n' "$report/report.json" "$report/filmstrip.png"
exit "$code"
