#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our JUnit as pipelines read it: junitparser is what the action "Publish Test Results" of GitHub reads with.

usage: junit.py MAKE_REPORT

The bundles of actions themselves are in no registry. Without junitparser nothing is read, and that is said.
"""
import pathlib
import subprocess
import sys
import tempfile

try:
    import junitparser
except ImportError:
    print("SKIPPED: our JUnit was not read by anybody else: junitparser is not to be had")
    sys.exit(0)

make_report = sys.argv[1]
passed = failed = 0
HOSTILE = ' <script>alert(1)</script>\t\u0001"\\\n]]>'


def judge(good, what, why=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"{what}: {why}")


def read(dialect, *hostile):
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "report.xml"
        subprocess.run([make_report, dialect, file, "40", *hostile], check=True)
        return junitparser.JUnitXml.fromfile(str(file))


for dialect in ("junit", "jenkins"):
    for hostile in ((), (HOSTILE,)):
        what = f"{dialect}{' of hostile texts' if hostile else ''}"
        report = read(dialect, *hostile)
        cases = [case for suite in report for case in suite]
        failures = [case for case in cases if any(isinstance(r, junitparser.Failure) for r in case.result)]
        skipped = [case for case in cases if any(isinstance(r, junitparser.Skipped) for r in case.result)]
        judge(len(failures) > 5 and len(skipped) > 5, f"{what}: failures and skipped", f"{len(failures)}, {len(skipped)}")
        counts = [(s.tests, s.failures, s.skipped) for s in report]
        judge(tuple(map(sum, zip(*counts))) == (len(cases), len(failures), len(skipped)), f"{what}: the counts are those of the cases", counts)
        judge(all(r.message for case in failures for r in case.result), f"{what}: every failure has a message")
        if dialect == "junit":
            placed = [case for case in failures if case._elem.get("file") and case._elem.get("line", "").isdigit()]
            # What cannot be the name of a file (it has control characters) is none.
            judge(bool(placed) != bool(hostile), f"{what}: annotations have a file and a line", len(placed))
        else:
            judge(not any(case._elem.get("file") for case in cases), f"{what}: nothing that Jenkins' schema does not know")

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
