#!/bin/sh
# replay_test.sh REPLAY TRACE: the exit codes of understudy-replay, on a trace that this build records from TRACE's inputs.
# (Whether TRACE's own outputs are still those of today's engine is not asked: that changes with every change of behaviour.)
set -u
replay=$1
trace=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
expect() { # status what command…
  want=$1; what=$2; shift 2
  "$@" >"$work/out" 2>&1
  got=$?
  [ "$got" -eq "$want" ] && return
  echo "$what: exit status $got, expected $want"
  cat "$work/out"
  exit 1
}
"$replay" --print "$trace" >"$work/now.trace" || exit 1
expect 0 "own recording" "$replay" "$work/now.trace"
sed 's/ seed=42/ seed=43/' "$work/now.trace" >"$work/other.trace"
expect 1 "another seed" "$replay" "$work/other.trace"
grep -q '^replayed: > ' "$work/out" || { echo "the difference is not shown"; exit 1; }
echo '#EXTM3U' >"$work/bad.trace"
expect 2 "not a trace" "$replay" "$work/bad.trace"
expect 2 "no such file" "$replay" "$work/none.trace"
expect 2 "no argument" "$replay"
expect 0 "help" "$replay" --help
