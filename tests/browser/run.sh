#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The HTML report in Chromium, and its built asset against its source. Needs chromium, node and npm; make_report and
# ehdscan of the release build. Ends with "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mkdir -p out/browser
for folder in tests/browser reports/html/ui; do
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1) || {
    echo "npm ci failed in $folder"
    echo "0 passed, 1 failed"
    exit 1
  }
done
make=build/release/tests/make_report
"$make" html out/browser/small.html 40
"$make" html out/browser/large.html 100000
"$make" html out/browser/hostile.html 1 $'</script><img src=x onerror=alert(1)>"\'&\u2028\u202e`${1}'
(cd reports/html/ui && node build.mjs "$OLDPWD/out/browser/asset")
exec node tests/browser/report.mjs out/browser
