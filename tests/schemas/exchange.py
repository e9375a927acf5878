#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports in formats of others against the schemas of their owners, by somebody else's validator.

usage: exchange.py MAKE_REPORT FOLDER  (run from the project's root)

The schemas are not part of the project. FOLDER is where they lie; without it nothing is validated, and that is said.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
from lxml import etree

make_report, folder = sys.argv[1], pathlib.Path(sys.argv[2])
passed = failed = 0
HOSTILE = ' <script>alert(1)</script>\t\u0001"\\\n'


def portable(node):
    """Python knows no \\p{L} and \\p{N}: the same classes in its own spelling."""
    if isinstance(node, dict):
        return {k: re.sub(r"\\p\{N\}", r"\\d", re.sub(r"\\p\{L\}", r"[^\\W\\d_]", v)) if k == "pattern" and isinstance(v, str) else portable(v)
                for k, v in node.items()}
    return [portable(v) for v in node] if isinstance(node, list) else node


def judge(good, what, why=""):
    global passed, failed
    passed, failed = passed + good, failed + (not good)
    if not good:
        print(f"{what}: {why}")


def validator(name):
    schema = portable(json.loads((folder / name).read_text()))
    return jsonschema.validators.validator_for(schema)(schema)


def report(name, *hostile):
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "report"
        subprocess.run([make_report, name, file, "40", *hostile], check=True)
        return json.loads(file.read_text())


def text_report(name, *hostile):
    with tempfile.TemporaryDirectory() as place:
        file = pathlib.Path(place) / "report"
        subprocess.run([make_report, name, file, "40", *hostile], check=True)
        return file.read_bytes()


def valid(found, document, what):
    errors = sorted(found.iter_errors(document), key=lambda e: len(e.json_path))
    judge(not errors, what, errors and f"{errors[0].json_path}: {errors[0].message[:300]}")


def refused(found, document, what):
    judge(any(True for _ in found.iter_errors(document)), what, "is accepted although it is broken")


oscal, ocsf, hdf = report("oscal"), report("ocsf"), report("hdf")

# What no schema can say.
results = oscal["assessment-results"]["results"][0]
observations = {o["uuid"] for o in results["observations"]}
risks = {r["uuid"] for r in results.get("risks", [])}
used = {r["observation-uuid"] for f in results["findings"] for r in f["related-observations"]}
judge(used <= observations, "every observation that a finding names is there")
judge({r["risk-uuid"] for f in results["findings"] for r in f.get("related-risks", [])} == risks, "risks and findings name each other")
reviewed = {c["control-id"] for c in results["reviewed-controls"]["control-selections"][0]["include-controls"]}
judge({f["target"]["target-id"] for f in results["findings"]} <= reviewed, "every finding is of a reviewed control")
for finding in results["findings"]:
    status = next(p["value"] for p in finding["props"] if p["name"] == "status")
    judge((finding["target"]["status"]["state"] == "satisfied") == (status == "pass"), f"{finding['target']['target-id']} is satisfied only if it passes")
for control in hdf["profiles"][0]["controls"]:
    states = {r["status"] for r in control["results"]}
    status = control["tags"]["ehdscan_status"]
    judge(("passed" in states) == (status == "pass"), f"{control['id']} has a passed result only if it passes")
    judge(("failed" in states) == (status in ("fail", "accepted_risk")), f"{control['id']} has a failed result if it fails")
judge(all(e["time"] > 10 ** 12 for e in ocsf), "times are milliseconds")
judge({e["compliance"]["status_id"] for e in ocsf} >= {0, 1, 3}, "the sample has events of every kind")

if not folder.is_dir():
    print(f"SKIPPED: reports in formats of others were not validated: no folder {folder} with their schemas")
else:
    found = validator("oscal-ar-113.json")
    valid(found, oscal, "our OSCAL")
    valid(found, report("oscal", HOSTILE), "our OSCAL of hostile texts")
    refused(found, {"assessment-results": {**oscal["assessment-results"], "results": []}}, "OSCAL without results")
    found = validator("ocsf-compliance-finding-2003.json")
    for number, event in enumerate(ocsf):
        valid(found, event, f"OCSF event {number}")
    for event in report("ocsf", HOSTILE):
        valid(found, event, "an OCSF event of hostile texts")
    refused(found, {k: v for k, v in ocsf[0].items() if k != "time"}, "an OCSF event without time")
    found = validator("hdf-exec.json")
    valid(found, hdf, "our HDF")
    valid(found, report("hdf", HOSTILE), "our HDF of hostile texts")
    refused(found, {k: v for k, v in hdf.items() if k != "profiles"}, "HDF without profiles")
    found = validator("codeclimate.json")
    for issue in report("gitlab") + report("gitlab", HOSTILE):
        valid(found, issue, "an issue of Code Quality")
    xsd = etree.XMLSchema(etree.parse(folder / "junit-10.xsd"))
    for what, text in (("our JUnit", text_report("jenkins")), ("our JUnit of hostile texts", text_report("jenkins", HOSTILE))):
        judge(xsd.validate(etree.fromstring(text)), what, xsd.error_log.last_error)
    judge(not xsd.validate(etree.fromstring(text_report("junit"))), "the dialect with file and line", "is accepted, so that one dialect would do")

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
