#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [executions] [target …]: builds the fuzz targets and runs each from its corpus. Prints a line per target with the
# executions reached; stops with the log of the first target that found something. New inputs stay in build/fuzz/found.
set -u
executions=${1:-200000}
shift || true
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
build=build/fuzz
[ -f $build/build.ninja ] || cmake --preset fuzz > /dev/null || exit 1
if [ $# -gt 0 ]; then
  targets=("$@")
else
  targets=()
  for source in tests/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" _fuzz.cpp)"); done
fi
ninja -C $build "${targets[@]/%/_fuzz}" > $build/build.log || { tail -40 $build/build.log; exit 1; }
status=0
for target in "${targets[@]}"; do
  found=$build/found/$target
  log=$build/$target.log
  mkdir -p "$found"
  dictionary=()
  [ -f "tests/fuzz/corpus/$target.dict" ] && dictionary=("-dict=tests/fuzz/corpus/$target.dict")
  if "$build/tests/fuzz/${target}_fuzz" -runs="$executions" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    "${dictionary[@]}" -artifact_prefix="$build/$target-" "$found" "tests/fuzz/corpus/$target" > "$log" 2>&1; then
    printf '%-16s %9s executions\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf '%-16s FAILED after %s\n' "$target" "$(grep -o '^#[0-9]*' "$log" | tail -1)"
    tail -40 "$log"
    status=1
  fi
done
exit $status
