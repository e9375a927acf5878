#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./run bench [DIVISOR] [no-lynis]: measures ehdscan on a generated inventory of 1,200,000 rows (or that much divided by
# DIVISOR) against the least work possible, and its scan of this machine against Lynis. Everything lies in out/bench.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
divisor=${1:-1}
bin=build/release/bench
out=out/bench
mkdir -p "$out"
# Rows older than a few weeks would count as stale, and nothing would be judged.
fresh=$(find "$out/rows.ndjson" -mtime -7 2>/dev/null || true)
if [ "$(cat "$out/divisor" 2>/dev/null)" != "$divisor" ] || [ -z "$fresh" ] || [ "$bin/bench_generate" -nt "$out/rows.ndjson" ]; then
  rm -rf "$out"
  mkdir -p "$out"
  "$bin/bench_generate" "$out" "$divisor"
  echo "$divisor" >"$out/divisor"
fi
build/release/bin/ehdscan checks lint --checks "$out/checks" >"$out/lint.log" 2>&1 || { tail -n 20 "$out/lint.log" >&2; exit 1; }
"$bin/bench_drive" build/release/bin/ehdscan "$out" "$divisor" "${@:2}" | tee "$out/figures.txt"
echo "the figures lie in $out/figures.txt"
