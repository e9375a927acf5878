# SPDX-License-Identifier: Apache-2.0
"""Holds our envelopes to somebody else's verifier: securesystemslib's DSSE (PyPI), which the TUF and in-toto projects use.

envelopes.py PROGRAM: makes keys with OpenSSL, signs a report with `PROGRAM sign`, verifies it there, and changes it.
"""
import base64
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey
except ImportError:
    print("SKIPPED: envelopes were not verified by others: no python module securesystemslib (1.0 or newer) with cryptography")
    print("0 passed, 0 failed")
    sys.exit(0)

program = sys.argv[1]
passed = failed = 0
REPORT = {"schema": "ehdscan-readiness/1", "tool": {"version": "1"}, "profile": {"id": "p", "version": "1", "sha256": "0"},
          "as_of": "2026-11-20T00:00:00Z", "site": {"name": "alpha"}}


def judge(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}")


def accepted(envelope, key):
    try:
        return bool(Envelope.from_dict(copy.deepcopy(envelope)).verify([key], 1))
    except Exception:
        return False


with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place)
    report = folder / "report.json"
    report.write_text(json.dumps(REPORT))
    for kind in (["-algorithm", "ED25519"], ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]):
        private = folder / "key.pem"
        subprocess.run(["openssl", "genpkey", *kind, "-out", private], check=True, capture_output=True)
        pem = subprocess.run(["openssl", "pkey", "-in", private, "-pubout"], check=True, capture_output=True).stdout
        subprocess.run([program, "sign", report, "--key", private], check=True, capture_output=True)
        envelope = json.loads((folder / "report.json.dsse.json").read_text())
        key = SSlibKey.from_crypto(load_pem_public_key(pem), keyid=envelope["signatures"][0]["keyid"])
        judge(accepted(envelope, key), f"{kind[1]}: our envelope")
        statement = json.loads(base64.b64decode(envelope["payload"]))
        judge(statement["_type"] == "https://in-toto.io/Statement/v1", f"{kind[1]}: the type of the statement")
        other = dict(envelope, payloadType="application/json")
        judge(not accepted(other, key), f"{kind[1]}: another payload type is accepted")
        payload = bytearray(base64.b64decode(envelope["payload"]))
        for at in range(len(payload)):
            payload[at] ^= 1
            judge(not accepted(dict(envelope, payload=base64.b64encode(payload).decode()), key), f"{kind[1]}: changed byte {at} is accepted")
            payload[at] ^= 1

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
