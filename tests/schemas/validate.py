#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our own files against the JSON Schemas that we publish, by somebody else's validator; and that broken ones are refused.

usage: validate.py PROGRAM REPORT.json…  (run from the project's root)
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Plain scalars as the program reads them: dates and yes/no are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile(r"^(true|false)$"), list("tf"))

passed = failed = 0


def schema(name):
    text = json.loads(pathlib.Path(f"schemas/{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(text)
    return jsonschema.Draft202012Validator(text)


def check(validator, document, what, good=True):
    global passed, failed
    errors = sorted(validator.iter_errors(document), key=str)
    if bool(errors) == (not good):
        passed += 1
        return
    failed += 1
    print(f"{what}: " + ("is accepted although it is broken" if not errors else f"{errors[0].json_path}: {errors[0].message[:300]}"))


def load(path):
    return yaml.load(pathlib.Path(path).read_text(), Loader)


def without(document, key):
    return {k: v for k, v in document.items() if k != key}


program, reports = sys.argv[1], sys.argv[2:]

checks = schema("check")
files = sorted(pathlib.Path("checks").rglob("*.yaml"))
assert files, "there are no checks"
for file in files:
    check(checks, load(file), file)
one = load(files[0])
check(checks, without(one, "examples"), "a check without examples", good=False)
check(checks, {**one, "severety": "high"}, "a check with an unknown key", good=False)
check(checks, {**one, "table": "host", "pass": "1", "query": "select 1", "needs": {"host": "rows"}}, "both forms", good=False)

overlays = schema("overlay")
for file in sorted(pathlib.Path("profiles/overlays").glob("*.yaml")):
    check(overlays, load(file), file)
check(overlays, {"schema": "ehdscan-overlay/1", "id": "x", "title": "t", "version": "1"}, "an overlay of nothing", good=False)

profiles = schema("profile")
baseline = load("profiles/ehds-hric-readiness-baseline.yaml")
check(profiles, baseline, "the baseline profile")
check(profiles, {**baseline, "controls": [{**baseline["controls"][0], "parts": []}]}, "a control without parts", good=False)
check(profiles, {**baseline, "controls": [without(baseline["controls"][0], "severity")]}, "a control without severity", good=False)
thresholds = schema("thresholds")
numbers = load("profiles/thresholds.yaml")
check(thresholds, numbers, "the thresholds")
check(thresholds, {**numbers, "values": [{"name": "x", "value": 1.5, "source": "s", "provenance": "ours"}]}, "a threshold that is no integer", good=False)

waiver = {"id": "W", "control": "HST-02", "owner": "a", "approver": "b", "reason": "r", "expires": "2027-01-01"}
waivers = schema("waivers")
check(waivers, {"schema": "ehdscan-waivers/1", "waivers": [waiver]}, "a waiver")
check(waivers, {"schema": "ehdscan-waivers/1", "waivers": [without(waiver, "expires")]}, "a waiver without an end", good=False)

site = schema("site")
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([program, "init", "--site", "node-1", "--country", "FI", "--out", folder], check=True, capture_output=True)
    check(site, load(f"{folder}/site.yaml"), "the site.yaml that init writes")
check(site, {"site": "x", "country": "FI", "targets": []}, "a site without targets", good=False)
check(site, {"site": "x", "country": "FI", "targets": [{"linux_hots": "local"}]}, "an unknown collector", good=False)

declarations = schema("declarations")
check(declarations, load("tests/collectors/declarations/declarations.yaml"), "the declarations of the tests")

registers = schema("permit-register")
example = load("tests/collectors/permit_register/register.yaml")
check(registers, example, "the permit register of the tests")
check(registers, {**example, "complete": False}, "an incomplete register", good=False)
check(registers, {**example, "identity_hash": {"algorithm": "sha256", "key_id": "k"}}, "a register with plain hashes", good=False)
check(registers, {**example, "permits": [without(example["permits"][0], "valid_to")]}, "a permit without an end", good=False)

report = schema("readiness-report")
assert reports, "there are no reports to look at"
for path in reports:
    document = json.loads(pathlib.Path(path).read_text())
    check(report, document, path)
    check(report, without(document, "score"), f"{path} without score", good=False)

comparison = schema("compare")
with tempfile.TemporaryDirectory() as folder:
    now = f"{folder}/compare.json"
    honest = json.loads(pathlib.Path(reports[0]).read_text())
    for control in honest["controls"]:  # the sample is made up: the program lets no control pass over what was not assessed
        if control["status"] == "pass":
            control["resources"]["not_assessed"] = 0
    pathlib.Path(f"{folder}/honest.json").write_text(json.dumps(honest))
    earlier = {**honest, "as_of": "2026-01-01T00:00:00Z", "findings": honest["findings"][1:]}
    pathlib.Path(f"{folder}/earlier.json").write_text(json.dumps(earlier))
    pathlib.Path(f"{folder}/broken.json").write_text("{")
    subprocess.run([program, "compare", f"{folder}/honest.json", f"{folder}/earlier.json", f"{folder}/broken.json", "--expect", "nobody", "--as-of", "2100-01-01", "--format", f"json={now}"], capture_output=True)
    document = json.loads(pathlib.Path(now).read_text())
    assert document["sites"][-1]["absent"] or document["sites"][0]["absent"], "the absent site is not shown"
    assert any(site["change"] for site in document["sites"]), "nothing was compared"
    check(comparison, document, "a comparison")
    check(comparison, {**document, "controls": [{**document["controls"][0], "statuses": ["good"]}]}, "an unknown status", good=False)

# Schemas of others are not part of the project: EHDSCAN_FOREIGN_SCHEMAS names the folder that holds them.
foreign = pathlib.Path(os.environ.get("EHDSCAN_FOREIGN_SCHEMAS", "foreign-schemas"))
with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    (root / "image/etc/ssh").mkdir(parents=True)
    (root / "image/usr/sbin").mkdir(parents=True)
    (root / "image/etc/os-release").write_text("ID=debian\nVERSION_ID=\"12\"\n")
    (root / "image/etc/ssh/sshd_config").write_text("PermitRootLogin yes\n")
    (root / "image/usr/sbin/sshd").write_text("")
    (root / "site.yaml").write_text("site: n\ncountry: FI\ntargets:\n  - linux_host: {root: image, name: a}\n")
    subprocess.run([program, "gate", root / "site.yaml", "--format", f"sarif={root}/a.json", "--format", f"gitlab={root}/b.json"],
                   capture_output=True)
    path = foreign / "sarif-2.1.0.json"
    log = json.loads((root / "a.json").read_text())
    assert log["runs"][0]["results"], "our SARIF shows nothing"
    if path.exists():
        theirs = json.loads(path.read_text())
        sarif = jsonschema.validators.validator_for(theirs)(theirs)
        check(sarif, log, "our SARIF")
        check(sarif, {**log, "version": "2.0"}, "SARIF of another version", good=False)
    else:
        print(f"SKIPPED: our SARIF was not validated: no {path}; set EHDSCAN_FOREIGN_SCHEMAS to the folder that holds it")
    issues = json.loads((root / "b.json").read_text())
    words = {"type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
             "properties": {"severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                            "location": {"type": "object", "required": ["path", "lines"],
                                         "properties": {"lines": {"required": ["begin"]}}}}}
    check(jsonschema.Draft202012Validator({"type": "array", "minItems": 1, "items": words}), issues, "our Code Quality")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
