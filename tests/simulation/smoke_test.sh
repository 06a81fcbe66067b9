#!/bin/sh
# What understudy-sim promises on the command line: the same seed gives the same run, whatever --jobs says; bad usage is told.
set -eu
sim=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "smoke_test: $*" >&2
  exit 1
}
hash_of() { tail -n 1 "$1" | sed 's/.*"hash": "\([0-9a-f]*\)".*/\1/'; }

# Whether a promise is broken is for other tests to say.
play() {
  out=$1
  shift
  code=0
  "$sim" --minutes 6 --shrink 0 --out "$work" "$@" > "$out" || code=$?
  [ "$code" -le 1 ] || fail "$*: exit $code"
  [ -n "$(hash_of "$out")" ] || fail "$*: no last line with a hash"
}

play "$work/one" --seed 40 --runs 6 --jobs 1
play "$work/again" --seed 40 --runs 6 --jobs 1
play "$work/two" --seed 40 --runs 6 --jobs 2
play "$work/other" --seed 50 --runs 6 --jobs 2
[ "$(hash_of "$work/one")" = "$(hash_of "$work/again")" ] || fail "the same seed twice gives different runs"
[ "$(hash_of "$work/one")" = "$(hash_of "$work/two")" ] || fail "results depend on --jobs"
[ "$(hash_of "$work/one")" != "$(hash_of "$work/other")" ] || fail "the hash does not depend on the seed"

# A drawn script is printed, parsed, and plays as it was drawn.
"$sim" --seed 40 --runs 1 --minutes 6 --print | grep -v '^understudy-sim' > "$work/script"
play "$work/drawn" --seed 40 --runs 1
play "$work/replayed" --replay "$work/script"
[ "$(hash_of "$work/drawn")" = "$(hash_of "$work/replayed")" ] || fail "a printed script plays otherwise than it was drawn"

for wrong in "--runs" "--runs 0" "--runs x" "--seed -1" "--minutes 1" "--only nothing" "--fast" "--replay $work/none" "--jobs 0"; do
  code=0
  # shellcheck disable=SC2086
  "$sim" $wrong > /dev/null 2> "$work/error" || code=$?
  [ "$code" = 2 ] || fail "$wrong: exit $code"
  grep -q '^understudy-sim: ' "$work/error" || fail "$wrong: nothing is said"
done
printf 'understudy-script 1\nset source a\nat 5 earthquake a\n' > "$work/bad"
code=0
"$sim" --replay "$work/bad" > /dev/null 2> "$work/error" || code=$?
[ "$code" = 2 ] && grep -q 'line 3: no such kind of fault' "$work/error" || fail "a bad script is not told"
"$sim" --help | grep -q '^usage' || fail "no help"
