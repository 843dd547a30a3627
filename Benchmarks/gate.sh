#!/usr/bin/env bash
# Counts the instructions of every kernel and of a small run of L2, and compares with Baseline.csv.
#
#   Benchmarks/gate.sh               fails where a count is more than 5 % above its baseline
#   Benchmarks/gate.sh --update      writes the counts of this build as the new baseline
#   Benchmarks/gate.sh --strict      also fails without valgrind
#
# A count does not depend on what else the machine does. It depends on the compiler, on OpenBLAS, and on the
# processor that valgrind pretends to be: up to 3.19 that is one without AVX-512, so the clones for
# x86-64-v3 are counted, not the wider ones that the same binary uses elsewhere.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
export LC_ALL=C

limit=5 # percent
baseline=Benchmarks/Baseline.csv
program=.build/release/benchmarks
update=false strict=false
for option in "$@"; do
  case $option in
    --update) update=true ;;
    --strict) strict=true ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
  esac
done

missing() {
  echo "instruction counts: $1"
  if $strict; then exit 1; fi
  echo "instruction counts: SKIPPED"
  exit 0
}
command -v valgrind >/dev/null || missing "valgrind is not installed"
command -v strip >/dev/null || missing "strip (binutils) is not installed"
[ "$(uname -m)" = x86_64 ] || missing "the baseline is one of x86-64, this is $(uname -m)"
# `swift test -c release` leaves another build of the same program there, whose counts differ.
swift build -c release --product benchmarks 2>&1 | tail -n 1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# valgrind 3.19 stops at the debugging information of newer compilers, which no count needs.
strip -o "$scratch/benchmarks" $program

# Instructions of a kernel's work, repeated $2 times, and of the program's start.
instructions() {
  # One thread everywhere, and hashes that do not depend on a random seed.
  env -i PATH="$PATH" OPENBLAS_NUM_THREADS=1 SWIFT_DETERMINISTIC_HASHING=1 \
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$scratch/benchmarks" kernel "$1" --repeat "$2" >"$scratch/output" 2>"$scratch/errors" || {
    cat "$scratch/errors" >&2
    return 1
  }
  awk '/Collected :/ { print $NF }' "$scratch/errors"
}

# Two lengths: their difference is the work alone, the same within some tens of instructions.
count() {
  local short long repeats=5
  case $1 in l2 | b) repeats=2 ;; esac
  short=$(instructions "$1" 1)
  long=$(instructions "$1" $repeats)
  echo $(((long - short) / (repeats - 1)))
}

printf '%-18s %15s %15s %9s\n' kernel baseline instructions change
echo name,instructions >"$scratch/counts"
failures=0
for name in $("$scratch/benchmarks" kernels); do
  now=$(count "$name")
  echo "$name,$now" >>"$scratch/counts"
  before=$(awk -F, -v name="$name" '$1 == name { print $2 }' $baseline 2>/dev/null || true)
  if [ -z "$before" ]; then
    printf '%-18s %15s %15d %9s\n' "$name" none "$now" new
    if ! $update; then failures=$((failures + 1)); fi
    continue
  fi
  change=$(awk -v a="$before" -v b="$now" 'BEGIN { printf "%+.2f", 100 * (b - a) / a }')
  note=""
  if awk -v change="$change" -v limit=$limit 'BEGIN { exit !(change > limit) }'; then
    note="  more than +$limit %"
    if ! $update; then failures=$((failures + 1)); fi
  fi
  printf '%-18s %15d %15d %8s%%%s\n' "$name" "$before" "$now" "$change" "$note"
done

echo "counted by $(valgrind --version), without AVX-512: the x86-64-v3 clones"
if $update; then
  cp "$scratch/counts" $baseline
  echo "wrote $baseline"
elif [ $failures -gt 0 ]; then
  echo "$failures above their baselines, or without one; where that is meant: Benchmarks/gate.sh --update" >&2
  exit 1
fi
