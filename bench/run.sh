#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ./run bench [DIVISOR] [no-lynis]: measures ehdscan on a generated inventory of 1,200,000 rows (or that much divided by
# DIVISOR) against the least work possible, and its scan of this machine against Lynis; then TLS endpoints against
# sslscan, nmap and testssl.sh (not with no-lynis). Everything lies in out/bench.
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
# A whole node: an export of OpenStack, and a permit register against the accounts of a cloud.
measure() {
  local name=$1 site=$2
  /usr/bin/time -f '%e %M' -o "$out/$name.time" build/release/bin/ehdscan scan "$site" --format "json=$out/$name.json" --allow-incomplete >/dev/null 2>"$out/$name.log" || true
  read -r seconds kib < <(tail -n 1 "$out/$name.time")
}
node=$out/node
[ -f "$node/export.yaml" ] || "$bin/bench_node" export "$node" "$divisor"
rm -f "$node/register.yaml" && "$bin/bench_node" register "$node" "$divisor"
read -r parse_seconds bytes < <("$bin/bench_node" parse "$node")
measure export "$node/export.yaml"
awk -v s="$seconds" -v k="$kib" -v p="$parse_seconds" -v b="$bytes" 'BEGIN {
  printf "export      %.0f MB of OpenStack answers: collected and assessed in %.2f s (target 6), %.0f MiB at most (target 1024), %.1f times simdjson parsing the same bytes (%.2f s)\n", b / 1e6, s, k / 1024, s / p, p }' | tee -a "$out/figures.txt"
rm -f "$node/register.db"
/usr/bin/time -f '%e' -o "$out/read.time" build/release/bin/ehdscan collect "$node/register.yaml" -o "$node/register.db" >/dev/null 2>"$out/read.log"
/usr/bin/time -f '%e %M' -o "$out/register.time" build/release/bin/ehdscan assess "$node/register.db" --format "json=$out/register.json" --allow-incomplete >/dev/null 2>"$out/register.log" || true
read -r seconds kib < <(tail -n 1 "$out/register.time")
awk -v s="$seconds" -v k="$kib" -v r="$(tail -n 1 "$out/read.time")" -v d="$divisor" 'BEGIN {
  printf "reconcile   %d permits, %d persons, %d accounts: read in %.2f s, derived and reconciled in %.2f s (target 5), %.0f MiB at most\n", 10000 / d, 100000 / d, 200000 / d, r, s, k / 1024 }' | tee -a "$out/figures.txt"
node=$out/identity  # its register is another
[ -f "$node/identity.yaml" ] || "$bin/bench_node" identity "$node" "$divisor"
rm -f "$node/identity.db"
/usr/bin/time -f '%e' -o "$out/read.time" build/release/bin/ehdscan collect "$node/identity.yaml" -o "$node/identity.db" >/dev/null 2>"$out/read.log" || true
/usr/bin/time -f '%e %M' -o "$out/identity.time" build/release/bin/ehdscan assess "$node/identity.db" --format "json=$out/identity.json" --allow-incomplete >/dev/null 2>"$out/identity.log" || true
read -r seconds kib < <(tail -n 1 "$out/identity.time")
awk -v s="$seconds" -v k="$kib" -v r="$(tail -n 1 "$out/read.time")" -v d="$divisor" 'BEGIN {
  printf "identity    %d accounts, %d nested groups, %d raw assignments, 500 permits: read in %.2f s, effective access and reconciliation in %.2f s (target 10), %.0f MiB at most (target 1024)\n", 100000 / d, 20000 / d, 1000000 / d, r, s, k / 1024 }' | tee -a "$out/figures.txt"
bench/gate.sh "$out/gate" "$divisor" | tee -a "$out/figures.txt"
/usr/bin/python3 bench/tls.py "$bin/bench_tls" "$PWD/out/bench/tls" ${2:+quick} 2>"$out/tls.log" | tee -a "$out/figures.txt"
echo "the figures lie in $out/figures.txt"
