#!/bin/sh
# Line and branch coverage of sdk/core by unit tests, scenarios, a shallow model check and, where it is there, simulation.
#
#   tests/coverage.sh [BUILD]     BUILD: a folder for the instrumented build, default build/coverage
#
# Prints the figures per folder and fails below LINES (95) or BRANCHES (90) per cent. HTML=FOLDER also writes a page per file.
# Not counted: branches that the compiler adds for exceptions (the core throws none; its library could) or that belong to no
# code, and lines that say INVARIANT: a programmer's error has no test.
set -eu
case "${1:-}" in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) echo "coverage.sh: unknown option $1; try --help" >&2; exit 2 ;;
esac
command -v gcovr >/dev/null || { echo "coverage.sh: gcovr is missing (Debian package gcovr)" >&2; exit 2; }
source=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$source/build/coverage}
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-O1 -DUNDERSTUDY_COVERAGE=ON \
  -DUNDERSTUDY_BUILD_DESKTOP=OFF >/dev/null
find "$build" -name '*.gcda' -delete
# All built first, then all run at once: each adds its counts to the same files under a lock when it ends.
programs=
for program in unit_core scenarios understudy-model-check understudy-sim; do
  if ninja -C "$build" -t targets all | grep -q "^$program:"; then programs="$programs $program"; fi
done
cmake --build "$build" -j "${JOBS:-2}" --target $programs
run() {
  path=$(find "$build/tests" -type f -name "$1" -perm -u+x)
  case $1 in
    understudy-model-check) "$path" --quiet --depth 3 --table ;;
    understudy-sim) "$path" --seed 1 --runs "${RUNS:-50}" --jobs 1 ;;
    *) "$path" ;;
  esac
}
rm -f "$build"/*.done
for program in $programs; do
  (run "$program" >"$build/$program.log" 2>&1 && touch "$build/$program.done") &
done
wait
for program in $programs; do
  [ -e "$build/$program.done" ] || { tail -n 40 "$build/$program.log"; echo "coverage.sh: $program failed" >&2; exit 1; }
done
cd "$source"
gcovr --root . --filter sdk/core/ --exclude-throw-branches --exclude-unreachable-branches \
  --exclude-lines-by-pattern '.*INVARIANT\(.*' --json-summary "$build/coverage.json" ${HTML:+--html-details "$HTML/index.html"} \
  "$build/sdk/core" >/dev/null
python3 - "$build/coverage.json" "${LINES:-95}" "${BRANCHES:-90}" <<'EOF'
import collections, json, sys
folders = collections.defaultdict(lambda: [0, 0, 0, 0])
for f in json.load(open(sys.argv[1]))["files"]:
    for name in (f["filename"].split("/")[2], "all"):
        for i, key in enumerate(("line_covered", "line_total", "branch_covered", "branch_total")):
            folders[name][i] += f[key]
percent = lambda a, b: 100.0 * a / b if b else 100.0
print(f"{'folder':<12}{'lines':>8}{'branches':>10}")
for name in sorted(folders, key=lambda n: (n == "all", n)):
    c = folders[name]
    print(f"{name:<12}{percent(c[0], c[1]):7.1f}%{percent(c[2], c[3]):9.1f}%   {c[0]}/{c[1]} lines, {c[2]}/{c[3]} branches")
lines, branches = percent(*folders["all"][:2]), percent(*folders["all"][2:])
if lines < float(sys.argv[2]) or branches < float(sys.argv[3]):
    sys.exit(f"coverage.sh: below {sys.argv[2]} % of lines or {sys.argv[3]} % of branches")
EOF
