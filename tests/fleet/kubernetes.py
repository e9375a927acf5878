#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manifests of docs/fleet: valid by Kubernetes' own schemas (package kubernetes-validate), and no failure by our own checks.

kubernetes.py EHDSCAN. Ends with "N passed, N failed".
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

MANIFEST = pathlib.Path(__file__).resolve().parents[2] / "docs/fleet/kubernetes.yaml"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    failures = []
    documents = list(yaml.safe_load_all(MANIFEST.read_text()))
    try:
        import kubernetes_validate
        for document in documents:
            try:
                kubernetes_validate.validate(document, "1.37", strict=True)
            except kubernetes_validate.ValidationError as error:
                failures.append(f"{document['kind']}: {error.message}")
    except ImportError:
        print("SKIPPED: kubernetes-validate is not to be had, so nobody else has looked at docs/fleet/kubernetes.yaml")
    with tempfile.TemporaryDirectory() as folder:
        site = pathlib.Path(folder) / "site.yaml"
        site.write_text(f"site: fleet\ncountry: FI\ntargets:\n  - kubernetes: {MANIFEST}\n")
        report = pathlib.Path(folder) / "report.json"
        subprocess.run([program, "scan", site, "--format", f"json={report}", "--allow-incomplete"], capture_output=True)
        findings = json.loads(report.read_text())["findings"]
    failures += [f"{f['check']}: {f['message']}" for f in findings if f["verdict"] in ("fail", "warn")]
    if not documents or not findings:
        failures.append("nothing was looked at")
    print("\n".join(failures))
    print(f"{2 if not failures else 0} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
