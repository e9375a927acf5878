#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our SARIF by the schema of OASIS and by Microsoft's own rules: each finds what the other misses.

usage: sarif.py MAKE_REPORT PACKAGE

PACKAGE is the folder of the npm package @microsoft/sarif-multitool-linux, which holds both; without it nothing is
validated, and that is said.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

make_report, package = sys.argv[1], pathlib.Path(sys.argv[2])
passed = failed = 0
HOSTILE = ' <script>alert(1)</script>\t\u0001"\\\n'
# Rules whose advice we do not take: SARIF2005 wants a web page of the program.
NOT_TAKEN = {"SARIF2005"}


def judge(good, what, why=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"{what}: {why}")


def results_of(sarif):
    """What Microsoft's tool finds. It exits 0 whatever that is, so its output is read."""
    with tempfile.TemporaryDirectory() as place:
        mine, theirs = pathlib.Path(place) / "mine.sarif", pathlib.Path(place) / "theirs.sarif"
        mine.write_bytes(sarif)
        subprocess.run([package / "Sarif.Multitool", "validate", mine, "--output", theirs], check=False,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
        results = json.loads(theirs.read_text(encoding="utf-8-sig"))["runs"][0].get("results", [])
    return [r for r in results if r.get("level", "warning") != "note" and r["ruleId"] not in NOT_TAKEN]


def report(*hostile):
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "report"
        subprocess.run([make_report, "sarif", file, "40", *hostile], check=True)
        return file.read_bytes()


if not (package / "Sarif.Multitool").is_file():
    print(f"SKIPPED: our SARIF was not validated: no npm package @microsoft/sarif-multitool-linux in {package}")
    sys.exit(0)
schema = json.loads((package / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
found = jsonschema.validators.validator_for(schema)(schema)
for what, sarif in (("our SARIF", report()), ("our SARIF of hostile texts", report(HOSTILE))):
    document = json.loads(sarif)
    errors = sorted(found.iter_errors(document), key=lambda e: len(e.json_path))
    judge(not errors, f"{what} by OASIS", errors and f"{errors[0].json_path}: {errors[0].message[:300]}")
    errors = results_of(sarif)
    judge(not errors, f"{what} by Microsoft", errors and f"{errors[0]['ruleId']}: {json.dumps(errors[0]['message'])[:300]}")

# Both can tell.
document = json.loads(report())
judge(any(True for _ in found.iter_errors({k: v for k, v in document.items() if k != "runs"})), "SARIF without runs by OASIS", "is accepted")
document["runs"][0]["results"][0]["ruleIndex"] = 100000
judge(results_of(json.dumps(document).encode()), "a result of no rule by Microsoft", "is accepted")

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
