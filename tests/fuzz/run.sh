#!/usr/bin/env bash
# Runs the fuzz targets, one line each; fails where one finds something. See --help.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
usage() {
  cat <<'TEXT'
usage: tests/fuzz/run.sh [options]
  --seconds S | --minutes M   time for all targets together (default: 90 seconds)
  --runs N                    instead of a time: so many executions for each share of a target, however fast the machine
  --seed N                    of what is tried (default: drawn); two runs with the same seed still differ
  --only NAME                 this target alone; may be given several times
  --jobs J                    so many targets at once (default: 1)
  --build DIR                 the build folder of preset `fuzz` (default: build/fuzz)
  --corpus DIR                what was found interesting before, and will be (default: ${XDG_CACHE_HOME:-~/.cache}/understudy/fuzz;
                              with --seconds below 300 it is read but not added to)
  --findings DIR              where inputs go that break something (default: BUILD/findings)
  --minimise                  instead of fuzzing: keep of each corpus only what adds coverage
  --list                      the targets' names
A finding is named with its file and the command that plays it again; it becomes regressions/TARGET/WHAT_IT_IS.
Seeds: seeds/TARGET of this folder, and files of the corpora (UNDERSTUDY_CORPORA, else ../shared/corpora) where they are.
TEXT
}
wrong() { echo "run.sh: $1 (--help tells more)" >&2; exit 2; }
number() { [[ $2 =~ ^[0-9]+$ && $2 -gt 0 ]] || wrong "$1: \"$2\" is not a number above 0"; }

seconds=90 runs=0 seed=0 jobs=1 build=$here/../../build/fuzz corpus=${XDG_CACHE_HOME:-$HOME/.cache}/understudy/fuzz findings= minimise=false list=false
only=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --help) usage; exit 0 ;;
    --minimise) minimise=true; shift; continue ;;
    --list) list=true; shift; continue ;;
    --seconds|--minutes|--runs|--seed|--only|--jobs|--build|--corpus|--findings) [[ $# -gt 1 ]] || wrong "$1: value missing" ;;
    *) wrong "unknown argument \"$1\"" ;;
  esac
  case $1 in
    --seconds) number "$1" "$2"; seconds=$2 ;;
    --minutes) number "$1" "$2"; seconds=$(($2 * 60)) ;;
    --runs) number "$1" "$2"; runs=$2 ;;
    --seed) number "$1" "$2"; seed=$2 ;;
    --only) only+=("$2") ;;
    --jobs) number "$1" "$2"; jobs=$2 ;;
    --build) build=$2 ;;
    --corpus) corpus=$2 ;;
    --findings) findings=$2 ;;
  esac
  shift 2
done
: "${findings:=$build/findings}"

# name  longest input in bytes  memory in MB  share of the time  dictionary
targets() {
  cat <<'TABLE'
playlist         8192  1024  2  playlist
uri               512  1024  1  uri
values            256  1024  1  playlist
status_document  8192  1024  1  json
http_fields      2048  1024  1  http
http_client      4096  1024  2  http
demux           16384  1024  3  media
codecs            512  1024  1  media
pipeline        32768  1536  3  media
poster           8192  1536  1  image
session          4096  1024  4  -
trace           16384  1536  3  trace
config           1024  1024  1  config
api              4096  1024  2  api
http_server      4096  1024  2  http
service_text     2048  1024  1  service
TABLE
}
[[ $list == true ]] && { targets | awk '{print $1}'; exit 0; }
known=" $(targets | awk '{print $1}' | tr '\n' ' ') "
for name in "${only[@]}"; do [[ $known == *" $name "* ]] || wrong "--only: there is no target \"$name\"; there are:$known"; done
chosen() { [[ ${#only[@]} -eq 0 || " ${only[*]} " == *" $1 "* ]]; }

table=()
shares=0
while read -r name size memory share dictionary; do
  chosen "$name" || continue
  if [[ ! -x $build/tests/fuzz/fuzz_$name ]]; then
    [[ ${#only[@]} -eq 0 ]] && { echo "$name: not built, left out"; continue; }
    wrong "$build/tests/fuzz/fuzz_$name is not built: cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers"
  fi
  table+=("$name $size $memory $share $dictionary")
  shares=$((shares + share))
done < <(targets)
[[ ${#table[@]} -gt 0 ]] || wrong "nothing is built in $build: cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers"

# ---- seeds of the corpora, in the form that each target takes -------------------------------------------------------------------
corpora=${UNDERSTUDY_CORPORA:-$here/../../../shared/corpora}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# prefixed PREFIX FOLDER SIZE FILES…: copies with a prefix (printf's escapes), of those that are not too long
prefixed() {
  local prefix=$1 folder=$2 size=$3 file
  shift 3
  mkdir -p "$folder"
  for file in "$@"; do
    [[ -f $file && $(stat -c %s "$file") -lt $size ]] || continue
    { printf "$prefix"; cat "$file"; } > "$folder/$(basename "$file").$(cksum <<<"$file" | cut -d' ' -f1)"
  done
}
gather() {
  local name=$1 size=$2 folder=$work/seeds/$1
  mkdir -p "$folder"
  [[ -f $corpora/manifest.json ]] || return 0
  local media=("$corpora"/media/*/*) playlists=("$corpora"/playlists/*/*)
  case $name in
    playlist) prefixed '' "$folder" "$size" "${playlists[@]}" ;;
    # Of media the beginnings: what is long is cut.
    demux|pipeline)
      local prefix='\0\377'
      [[ $name == pipeline ]] && prefix='\006\017\050\017\050\017\377\377'
      mkdir -p "$work/cut"
      for file in "${media[@]}"; do [[ -f $work/cut/$(basename "$file") ]] || head -c "$((size - 16))" "$file" > "$work/cut/$(basename "$file")"; done
      prefixed "$prefix" "$folder" "$size" "$work"/cut/* ;;
  esac
}

# ---- one target -----------------------------------------------------------------------------------------------------------------
run_target() {
  local name size memory share dictionary
  read -r name size memory share dictionary <<<"$1"
  local program=$build/tests/fuzz/fuzz_$name log=$work/$name.log
  local time=$((seconds * share * jobs / shares))
  [[ $time -ge 1 ]] || time=1
  gather "$name" "$size"
  mkdir -p "$findings/$name" "$work/new/$name" "$work/seeds/$name"
  local folders=() keep=$work/new/$name
  [[ $seconds -ge 300 ]] && mkdir -p "$corpus/$name" && keep=$corpus/$name
  folders+=("$keep")
  local folder
  for folder in "$corpus/$name" "$here/seeds/$name" "$here/regressions/$name" "$work/seeds/$name"; do
    [[ -d $folder && $folder != "$keep" ]] && folders+=("$folder")
  done
  local options=(-max_len="$size" -rss_limit_mb="$memory" -malloc_limit_mb="$memory" -timeout=30 -seed="$seed" -artifact_prefix="$findings/$name/" -print_final_stats=1)
  [[ $dictionary != - ]] && options+=(-dict="$here/dictionaries/$dictionary.dict")
  local -x ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

  if [[ $minimise == true ]]; then
    mkdir -p "$work/merged/$name"
    "$program" -merge=1 "${options[@]}" "$work/merged/$name" "${folders[@]}" > "$log" 2>&1 || { tail -5 "$log"; return 1; }
    rm -rf "${corpus:?}/$name" && mkdir -p "$corpus" && cp -r "$work/merged/$name" "$corpus/$name"
    printf '%-16s %5d inputs kept\n' "$name" "$(find "$corpus/$name" -type f | wc -l)"
    return 0
  fi
  local limit=-max_total_time=$time
  [[ $runs -eq 0 ]] || limit=-runs=$((runs * share))
  local broken=0 marker=$work/$name.begin
  touch "$marker"
  "$program" "${options[@]}" "$limit" "${folders[@]}" > "$log" 2>&1 || broken=$?
  local executions rate coverage
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log" | tail -1)
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2 || true)
  local found
  found=$(find "$findings/$name" -type f -newer "$marker" | wc -l)
  printf '%-16s %10s executions  %7s/s  coverage %6s  findings %d\n' "$name" "${executions:-?}" "${rate:-?}" "${coverage:-?}" "$found"
  [[ $broken -eq 0 ]] && return 0
  grep -m1 -E 'ERROR: |runtime error|broken promise' "$log" | sed 's/^/  /' || tail -3 "$log"
  cp "$log" "$findings/$name/log.txt"
  find "$findings/$name" -type f -newer "$marker" ! -name log.txt -printf '  %p\n' | while read -r file; do
    echo "  $file   play it: $program $file"
  done
  return 1
}

# ---- all of them ----------------------------------------------------------------------------------------------------------------
effort="$seconds s in all"
[[ $runs -eq 0 ]] || effort="$runs executions a share"
[[ $minimise == true ]] || echo "fuzz: $effort for ${#table[@]} targets, $jobs at once, seed $seed (0: drawn); findings go to $findings"
failed=0
for entry in "${table[@]}"; do
  while [[ $(jobs -rp | wc -l) -ge $jobs ]]; do wait -n || failed=1; done
  run_target "$entry" &
done
while [[ $(jobs -rp | wc -l) -gt 0 ]]; do wait -n || failed=1; done
[[ $failed -eq 0 ]] || { echo "fuzz: something was found" >&2; exit 1; }
