#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py EHDSCAN LAB: `ehdscan collect` over about fifty TLS endpoints, honest and hostile, against a brute-force oracle.

LAB is a folder with tls-lab.sh and tls-oracle.py, which are not part of the project. Their ports are fixed, so what listens
there already is used and left alone. Prints a line per endpoint, and "N passed, N failed".
"""
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile

VERSIONS = {"SSLv3": "SSLv3", "TLS1.0": "TLSv1.0", "TLS1.1": "TLSv1.1", "TLS1.2": "TLSv1.2", "TLS1.3": "TLSv1.3"}
# These relay to another endpoint and answer slowly, rarely, or only some hellos: the truth is that of the other.
BEHIND = {name: "ngx-weak" for name in ("quirk-longhello", "quirk-maxsuites", "quirk-no13ext", "quirk-ratelimit", "quirk-maxconn", "quirk-drip")}
NO_TLS = {"tarpit", "garbage", "plainhttp", "rst"}
# It drops every hello that could show TLS 1.3, so nobody can know.
UNKNOWABLE = {("quirk-no13ext", "TLSv1.3")}
# Its certificate takes longer than a probe may, so the key exchange behind it stays unseen.
SLOW_FLIGHT = {"quirk-drip"}
ONE_AT_A_TIME = ("ossl", "old", "gtls", "w111", "pq", "node")


def listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
        return True
    except OSError:
        return False


def truth_of(lab, name, port):
    command = [sys.executable, str(lab / "tls-oracle.py"), "brute", "127.0.0.1", str(port)]
    command += ["-c", "1" if name.startswith(ONE_AT_A_TIME) else "8"]
    if name == "quirk-sni":
        command += ["--sni", "localhost"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def endpoint_text(name, port):
    if name.startswith("starttls-"):
        protocol = name.removeprefix("starttls-").replace("inject", "smtp")
        return f"{{host: 127.0.0.1, port: {port}, starttls: {protocol}}}"
    return f'"{"localhost" if name == "quirk-sni" else "127.0.0.1"}:{port}"'


def collected(program, folder, name, port):
    """What the tables say of one endpoint: by version whether it is offered, its suites, its groups; and the connection count."""
    site = folder / "site.yaml"
    evidence = folder / "evidence.db"
    site.write_text(f"site: lab\ncountry: DE\ntargets:\n  - tls: {{endpoints: [{endpoint_text(name, port)}]}}\n")
    evidence.unlink(missing_ok=True)
    subprocess.run([program, "collect", str(site), "-o", str(evidence)], capture_output=True, timeout=150)
    with sqlite3.connect(evidence) as data:
        rows = data.execute("SELECT endpoint_id, connections FROM tls_endpoint WHERE address = '127.0.0.1' AND endpoint_id NOT LIKE '%!'").fetchall()
        if len(rows) != 1:
            return None
        found = {"connections": rows[0][1], "versions": {}}
        for version, offered, whole, groups_whole in data.execute(
            "SELECT protocol, offered, suites_complete, groups_complete FROM tls_protocol WHERE endpoint_id = ?", rows[0][:1]
        ).fetchall():
            pair = (rows[0][0], version)
            suites = {code for (code,) in data.execute("SELECT code FROM tls_cipher WHERE endpoint_id = ? AND protocol = ?", pair)}
            groups = {code for (code,) in data.execute("SELECT code FROM tls_group WHERE endpoint_id = ? AND protocol = ?", pair)}
            found["versions"][version] = (offered, suites, groups, whole, groups_whole)
        return found


def differences(name, truth, found):
    for theirs, version in VERSIONS.items():
        offered, suites, groups, whole, groups_whole = found["versions"][version]
        right = set(truth["suites"].get(theirs, []))
        if (name, version) in UNKNOWABLE:
            if offered is not None:
                yield f"{version} is said to be {offered}, and nobody can know"
            continue
        if offered != bool(right):
            yield f"{version} offered: {offered}, truth {bool(right)}"
        if suites != right:
            yield f"{version} misses {sorted(right - suites)}, has wrongly {sorted(suites - right)}"
        if right and not whole:
            yield f"{version} suites are not said to be whole"
        numbers = {int(code, 16) for code in groups if not code.startswith("dh:")}
        if version == "TLSv1.3" and numbers != set(truth["groups13"]):
            yield f"{version} groups {sorted(numbers)}, truth {truth['groups13']}"
        if version == "TLSv1.2":
            # Primes are no choice of the client below TLS 1.3. With a certificate of ECDSA the oracle sees its curve alone.
            numbers = {code for code in numbers if not 256 <= code < 512}
            right_groups = {code for code in truth["groups12"] if not 256 <= code < 512}
            if name in SLOW_FLIGHT:
                wrong = not numbers <= right_groups
            else:
                wrong = not right_groups <= numbers if name in ("ossl-ecdsa", "pq-mlkem") else right_groups != numbers
            if wrong:
                yield f"{version} groups {sorted(numbers)}, truth {sorted(right_groups)}"
        if right and version in ("TLSv1.2", "TLSv1.3") and bool(groups_whole) == (name in SLOW_FLIGHT):
            yield f"{version} groups are said to be whole: {bool(groups_whole)}"


def main():
    program, lab = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    script = lab / "tls-lab.sh"
    if not script.is_file():
        print(f"SKIPPED tls lab: {script} is not beside the clone")
        print("0 passed, 0 failed")
        return 0
    listed = subprocess.run([str(script), "list"], check=True, capture_output=True, text=True).stdout
    ports = {line.split()[1]: int(line.split()[0]) for line in listed.splitlines()}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        environment = dict(os.environ)
        ours = not listening(ports["ngx-weak"])
        if ours:
            environment["TLSLAB_DIR"] = str(folder / "lab")
            subprocess.run([str(script), "start"], env=environment, capture_output=True, timeout=200)
        try:
            return compare_all(program, lab, folder, {name: port for name, port in ports.items() if listening(port)}, len(ports))
        finally:
            if ours:
                subprocess.run([str(script), "stop"], env=environment, capture_output=True, timeout=60)


def compare_all(program, lab, folder, ports, listed):
    truths, passed, failed, starttls = {}, 0, 0, None
    for name, port in ports.items():
        found = collected(program, folder, name, port)
        problems = []
        if name in NO_TLS:
            # A collection without a single answer keeps no rows, or only such as claim nothing.
            if found and any(version[0] is not None for version in found["versions"].values()):
                problems.append("something is claimed of a server that speaks no TLS")
        elif found is None:
            problems.append("no row")
        elif name.startswith("starttls-"):
            said = {version: (offered, suites, whole) for version, (offered, suites, _, whole, _) in found["versions"].items()}
            starttls = starttls or said
            if said != starttls or sum(len(suites) for _, suites, _ in said.values()) != 24:
                problems.append("not the 24 suites that all of them have")
        else:
            behind = BEHIND.get(name, name)
            if behind not in truths:
                truths[behind] = truth_of(lab, behind, ports[behind])
            problems += differences(name, truths[behind], found)
        passed, failed = passed + (not problems), failed + bool(problems)
        print(f"{name}: {'; '.join(problems) or 'right'} ({found['connections'] if found else 0} connections)", flush=True)
    if len(ports) < listed:
        print(f"SKIPPED tls lab: {listed - len(ports)} of {listed} endpoints need programs that are not here")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
