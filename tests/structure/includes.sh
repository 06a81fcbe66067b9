#!/bin/bash
# includes.sh [ROOT]: the arrows of #include point one way. The rules stand below, one line a folder, longest folder first;
# a folder without a rule is an error, so that a new one is thought about.
# includes.sh --self-test: a tree with one violation of each kind must be refused.
set -euo pipefail

# FOLDER : what it may include of ours (beginnings, separated by blanks); "own": also files beside it or below its top folder.
rules='
sdk/include/understudy      : understudy/
sdk/core/base               : understudy/ core/base/
sdk/core/hls                : understudy/ core/base/ core/hls/
sdk/core/timeline           : understudy/ core/base/ core/hls/ core/timeline/
sdk/core/loading            : understudy/ core/base/ core/hls/ core/timeline/ core/loading/
sdk/core/health             : understudy/ core/base/ core/health/
sdk/core/status             : understudy/ core/base/ core/status/
sdk/core/failover           : understudy/ core/base/ core/health/ core/status/ core/failover/
sdk/core/session            : understudy/ core/base/ core/hls/ core/timeline/ core/loading/ core/health/ core/status/ core/failover/ core/session/
sdk/core/trace              : understudy/ core/
sdk/container               : understudy/ container/
sdk/net                     : understudy/ net/
sdk/media                   : understudy/ container/ media/
sdk/player                  : understudy/ core/ net/ media/ player/
sdk/capi                    : understudy/ core/base/policy_fields.h capi/
player-desktop              : understudy/ core/base/policy_fields.h player/event_json.h own
player-wasm                 : understudy/ core/base/policy_fields.h player/event_json.h media/browser/imports.h net/fetch/imports.h own
server-mock                 : understudy/ core/base/ core/status/ core/health/ own
'
# Headers of other projects: which folders may use them. Those that a user of the SDK must not meet are for .cpp files and for
# headers that no other folder reaches, see leaks().
third_party='
libav libsw          : sdk/media server-mock
curl/                : sdk/net
SDL                  : player-desktop
emscripten           : player-wasm
nlohmann/            : sdk/core/status sdk/player server-mock player-desktop player-wasm
fmt/ CLI/            : player-desktop server-mock
boost/ sqlite3 openssl/ : server-mock
'
hidden='^(libav|libsw|curl/|SDL|emscripten)'
# POSIX headers: shells only.
posix='linux/ sys/ unistd.h fcntl.h netinet/ arpa/ netdb.h poll.h pthread.h dlfcn.h signal.h termios.h dirent.h'
posix_folders='sdk/net sdk/media sdk/player player-desktop player-wasm server-mock'
# The engine's C++: no clock of the system, no thread, no file.
impure='thread mutex shared_mutex condition_variable future fstream iostream filesystem random regex ctime time.h cstdio stdio.h semaphore latch barrier stop_token coroutine'
pure_folders='sdk/include/understudy sdk/core sdk/container'

begins_with_one_of() { # text beginnings…
  local text=$1 b; shift
  for b in "$@"; do [[ $text == "$b"* ]] && return 0; done
  return 1
}

check() { # root
  local root=$1 bad=0 file line path quoted dir rule allowed own folder known names where
  while IFS=: read -r file line path; do
    file=${file#"$root"/}
    quoted=${path:0:1}
    path=${path:1:-1}
    say() { echo "$file:$line: includes $path: $1"; bad=1; }

    if [[ $quoted == '"' ]]; then
      allowed=
      while IFS=: read -r folder rule; do
        folder=${folder//[[:space:]]/}
        [[ -n $folder && $file == "$folder"/* ]] && { allowed=$rule; break; }
      done <<<"$rules"
      [[ -n $allowed ]] || { say "its folder has no rule in includes.sh"; continue; }
      own=0
      [[ " $allowed " == *' own '* ]] && own=1 && allowed=${allowed/ own/}
      # shellcheck disable=SC2086
      begins_with_one_of "$path" $allowed && continue
      dir=${file%%/*}
      [[ $own == 1 && ( -e $root/$dir/$path || -e $root/${file%/*}/$path ) ]] && continue
      say "not allowed here (may include:$allowed)"
      continue
    fi

    known=0
    while IFS=: read -r names where; do
      # shellcheck disable=SC2086
      { [[ -n ${names// /} ]] && begins_with_one_of "$path" $names; } || continue
      known=1
      # shellcheck disable=SC2086
      begins_with_one_of "$file" $where || say "that library is for: $where"
    done <<<"$third_party"
    # shellcheck disable=SC2086
    if begins_with_one_of "$path" $posix; then
      known=1
      begins_with_one_of "$file" $posix_folders || say "the system is for the shells"
    fi
    # shellcheck disable=SC2086
    if begins_with_one_of "$file" $pure_folders && [[ " $impure " == *" $path "* ]]; then say "the engine is pure"; fi
    # A slash or .h that no rule knows: a library that somebody should have thought about.
    [[ $known == 0 && $path == */* ]] && say "an unknown library"
  done < <(includes_of "$root")
  leaks "$root" || bad=1
  return $bad
}

# file:line:"path" or file:line:<path>
includes_of() { # root
  local d folders=()
  for d in sdk player-desktop server-mock; do [ -d "$1/$d" ] && folders+=("$1/$d"); done
  grep -rnoE --include='*.h' --include='*.cpp' --include='*.c' \
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*("[^"]+"|<[^>]+>)' "${folders[@]}" | sed -E 's/^([^:]+:[0-9]+):[^"<]*/\1:/'
}

# A header that includes FFmpeg, curl, SDL or Emscripten, itself or through another, stays within its own target's folder.
leaks() { # root
  includes_of "$1" | sed "s|^$1/||" | awk -F: -v hidden="$hidden" '
    function target(file, parts) { split(file, parts, "/"); return parts[1] == "sdk" ? parts[1] "/" parts[2] : parts[1] }
    { path = substr($3, 2, length($3) - 2); from[NR] = $1; line[NR] = $2; to[NR] = path
      if ($3 ~ /^</ && path ~ hidden && $1 ~ /\.h$/) tainted[$1] = path
      known[$1] = 1 }
    function resolve(file, path, beside) {
      if (("sdk/" path) in known) return "sdk/" path
      if (("sdk/include/" path) in known) return "sdk/include/" path
      beside = file; sub(/[^\/]*$/, "", beside); if ((beside path) in known) return beside path
      return target(file) "/" path }
    END {
      do { more = 0
        for (i = 1; i <= NR; i++) { header = resolve(from[i], to[i])
          if (header in tainted && target(header) == target(from[i]) && from[i] ~ /\.h$/ && !(from[i] in tainted)) {
            tainted[from[i]] = tainted[header]; more = 1 } }
      } while (more)
      for (i = 1; i <= NR; i++) { header = resolve(from[i], to[i])
        if (header in tainted && target(header) != target(from[i])) {
          print from[i] ":" line[i] ": includes " to[i] ": that header brings " tainted[header] " along"; bad = 1 } }
      exit bad }'
}

self_test() {
  local got
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' EXIT
  put() { mkdir -p "$tree/$(dirname "$1")"; printf '%s\n' "$2" >"$tree/$1"; }
  put sdk/core/hls/good.cpp '#include "core/base/random.h"'
  put sdk/core/status/good.cpp '#include <nlohmann/json.hpp>'
  put sdk/media/good.cpp '#include <libavcodec/avcodec.h>'
  check "$tree" || { echo "self-test: a good tree is refused"; exit 1; }
  put sdk/core/hls/bad1.cpp '#include "core/failover/view.h"'
  put sdk/core/base/bad2.h '#include "net/http_client.h"'
  put sdk/container/bad3.h '#include "core/base/random.h"'
  put sdk/net/bad4.cpp '  #  include "media/pipeline.h"'
  put sdk/media/codec.h '#include <libavcodec/avcodec.h>'
  put sdk/media/public.h '#include "media/codec.h"'
  put sdk/player/bad5.cpp '#include "media/public.h"'
  put sdk/player/bad6.cpp '#include <curl/curl.h>'
  put sdk/core/timeline/bad7.cpp '#include <thread>'
  put sdk/core/session/bad8.cpp '#include <unistd.h>'
  put sdk/new/bad9.cpp '#include "understudy/time.h"'
  put player-desktop/bad10.cpp '#include "core/session/session.h"'
  put sdk/core/hls/bad11.cpp '#include <nlohmann/json.hpp>'
  put sdk/include/understudy/bad12.h '#include "core/base/random.h"'
  put sdk/core/base/bad13.cpp '#include <strange/library.h>'
  got=$(check "$tree" || true)
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
    grep -q "bad$i\." <<<"$got" || { echo "self-test: bad$i is not found in:"; echo "$got"; exit 1; }
  done
  grep -q good <<<"$got" && { echo "self-test: a good file is refused"; exit 1; }
  echo "includes: self-test passed"
}

if [[ ${1:-} == --self-test ]]; then self_test; exit; fi
root=$(cd "${1:-$(dirname "$0")/../..}" && pwd)
if check "$root"; then echo "includes: every arrow points the right way"; else exit 1; fi
