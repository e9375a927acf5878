#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Part of `./run bench`: a gate over a plan of 60 MB and manifests of 18 MB, and over the same files what others take, on one
# core: gate.sh FOLDER [DIVISOR]. Others are taken from PATH or built from their registries where go and pip are there;
# what cannot be had is SKIPPED. Checkov takes minutes: NO_CHECKOV=1 leaves it out.
set -euo pipefail
folder=$1 divisor=${2:-1}
program=build/release/bin/ehdscan
tools=$folder/../tools
mkdir -p "$folder" "$tools"
build/release/bench/bench_intent "$folder" "$divisor"
"$program" checks lint --checks "$folder/checks" >"$folder/lint.log" 2>&1 || { tail -n 20 "$folder/lint.log" >&2; exit 1; }
core=$(($(nproc) - 1))

# measure NAME COMMAND…: wall, user and system seconds, KiB into WALL, CPU and MIB. The best of three, or of TRIES.
measure() {
  local name=$1 wall user system kib best=
  shift
  for _ in $(seq "${TRIES:-3}"); do
    taskset -c "$core" /usr/bin/time -f '%e %U %S %M' -o "$folder/time" "$@" >"$folder/$name.out" 2>"$folder/$name.err" || true
    read -r wall user system kib < <(tail -n 1 "$folder/time")
    local cpu
    cpu=$(awk -v u="$user" -v s="$system" 'BEGIN { printf "%.2f", u + s }')
    if [ -z "$best" ] || awk -v a="$cpu" -v b="$best" 'BEGIN { exit !(a < b) }'; then
      best=$cpu WALL=$wall CPU=$cpu MIB=$((kib / 1024))
    fi
  done
}
ours() { # NAME SITE MOST_SECONDS MOST_MIB
  measure "$1" "$program" gate "$2" --checks "$folder/checks" --format "json=$folder/$1.json"
  local size
  size=$(du -cb "$folder/$1"/* | tail -n 1 | cut -f 1)
  awk -v n="$1" -v b="$size" -v w="$WALL" -v c="$CPU" -v m="$MIB" -v s="$3" -v k="$4" 'BEGIN {
    printf "gate        %s of %.0f MB: %.2f s, CPU %.2f s (target %s: %s), %d MiB at most (target %d: %s)\n", n, b / 1e6, w, c, s,
      (w <= s ? "met" : "NOT MET"), m, k, (m <= k ? "met" : "NOT MET") }'
  OUR_WALL=$WALL OUR_CPU=$CPU OUR_MIB=$MIB
}
other() { # WHAT
  awk -v n="$1" -v w="$WALL" -v c="$CPU" -v m="$MIB" -v ow="$OUR_WALL" -v oc="$OUR_CPU" -v om="$OUR_MIB" 'BEGIN {
    printf "            %s: %.2f s, CPU %.2f s, %d MiB: %.1f times the time, %.1f times the CPU, %.1f times the memory\n", n, w, c, m, w / ow, c / oc, m / om }'
}

conftest=$(command -v conftest || true)
if [ -z "$conftest" ] && [ ! -x "$tools/go/bin/conftest" ] && command -v go >/dev/null; then
  GOPATH=$(realpath "$tools")/go go install github.com/open-policy-agent/conftest@v0.71.1 >"$tools/conftest.log" 2>&1 || true
fi
[ -n "$conftest" ] || [ ! -x "$tools/go/bin/conftest" ] || conftest=$tools/go/bin/conftest
checkov=$(command -v checkov || true)
if [ -z "$checkov" ] && [ -z "${NO_CHECKOV:-}" ] && [ ! -x "$tools/checkov/bin/checkov" ]; then
  { python3 -m venv "$tools/checkov" && "$tools/checkov/bin/pip" install -q checkov==3.3.30; } >"$tools/checkov.log" 2>&1 || true
fi
[ -n "$checkov" ] || [ ! -x "$tools/checkov/bin/checkov" ] || checkov=$tools/checkov/bin/checkov
[ -z "${NO_CHECKOV:-}" ] || checkov=

ours plan "$folder/plan.yaml" 1.5 400
if [ -n "$conftest" ]; then
  measure conftest-plan "$conftest" test -p "$folder/rego" "$folder/plan/plan.json" -o json
  other 'Conftest, the same 150 rules, each alone'
  measure conftest-plan "$conftest" test -p "$folder/rego-shared" "$folder/plan/plan.json" -o json
  other 'Conftest, the same 150 rules by sets gathered once'
else
  echo 'SKIPPED: no Conftest, and no go to build it'
fi
if [ -n "$checkov" ]; then
  TRIES=1 measure checkov-plan "$checkov" -f "$folder/plan/plan.json" --framework terraform_plan -o json --compact --quiet
  other 'Checkov, its own rules'
else
  echo 'SKIPPED: no Checkov'
fi
ours manifests "$folder/manifests.yaml" 1.5 200
if [ -n "$conftest" ]; then
  measure conftest-manifests "$conftest" test -p bench/rego "$folder/manifests/objects.yaml" -o json
  other 'Conftest, 27 rules of single objects'
fi
if [ -n "$checkov" ]; then
  TRIES=1 measure checkov-manifests timeout 900 "$checkov" -f "$folder/manifests/objects.yaml" --framework kubernetes -o json --compact --quiet
  other 'Checkov, its own rules'
fi
for _ in $(seq 15); do
  before=$(date +%s%N)
  taskset -c "$core" "$program" --version >/dev/null
  echo $((($(date +%s%N) - before) / 1000))
done | sort -n | sed -n 8p | awk '{ printf "start-up    %.1f ms with taskset (target 30: %s)\n", $1 / 1000, ($1 <= 30000 ? "met" : "NOT MET") }'
