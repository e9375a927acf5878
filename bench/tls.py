#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tls.py BENCH_TLS FOLDER [quick]: whole processes that enumerate the same endpoints, side by side in one run: ours, sslscan, nmap,
testssl.sh; near, and 50 ms away; then many endpoints at once on one core, and silent ones. Ratios are to ours; medians of several runs."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
TARGETS = {"intermediate": (0.030, 0.45, 24), "modern": (0.015, 0.45, 12), "weak": (0.090, 1.5, 115)}


def timed(command, runs, limit=300):
    """Median of wall seconds; None if it does not end in time."""
    seconds = []
    for _ in range(runs):
        start = time.monotonic()
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit)
        except subprocess.TimeoutExpired:
            return None
        seconds.append(time.monotonic() - start)
    return statistics.median(seconds)


def others(port, quick):
    nmap_scripts = ["nmap", "-Pn", "-n", "--script", "ssl-enum-ciphers", "-p", str(port), "127.0.0.1"]
    tools = {"sslscan": ["sslscan", f"127.0.0.1:{port}"], "nmap": nmap_scripts}
    testssl = shutil.which("testssl") or shutil.which("testssl.sh")
    if testssl and not quick:
        tools["testssl.sh"] = [testssl, "--ip", "127.0.0.1", "--warnings", "off", f"127.0.0.1:{port}"]
    for name, command in tools.items():
        if shutil.which(command[0]):
            yield name, command
        else:
            print(f"SKIPPED tls: {name} is not installed")


def verdict(value, target):
    return f"target {target:g}, {'met' if value <= target else 'MISSED'}"


def connections(command):
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["connections"]


def many(program, ports, count):
    """`count` endpoints in one process on one core: per second, processor seconds, peak KiB."""
    text = "\n".join(f"127.0.0.1:{ports[i % len(ports)]}" for i in range(count)) + "\n"
    command = ["/usr/bin/time", "-f", "%U %S %M", "taskset", "-c", "0", program, "--enumeration", "--quiet", "-"]
    start = time.monotonic()
    run = subprocess.run(command, input=text, capture_output=True, text=True)
    wall = time.monotonic() - start
    user, system, peak = map(float, run.stderr.split()[-3:])
    return count / wall, user + system, peak, run.stdout.strip()


def main():
    program, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    quick = "quick" in sys.argv[3:]
    servers = subprocess.Popen([sys.executable, str(HERE / "tls_servers.py"), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        ports = {}
        while (line := servers.stdout.readline().split()) and line[0] != "ready":
            ports[line[0]] = (int(line[1]), int(line[2]))
        for name, (near, far, polite) in TARGETS.items():
            for where, port, target in (("near", ports[name][0], near), ("50 ms away", ports[name][1], far)):
                ours = timed([program, "--enumeration", f"127.0.0.1:{port}"], 11 if where == "near" else 5)
                line = f"{name:12} {where:10} {ours * 1000:7.1f} ms ({verdict(ours * 1000, target * 1000)})"
                for tool, command in others(port, quick or (where != "near" and name != "intermediate")):
                    theirs = timed(command, 1 if tool == "testssl.sh" or where != "near" else 3)
                    line += f"; {tool} {theirs:.2f} s, {theirs / ours:.1f} times" if theirs else f"; {tool} without end after 300 s"
                print(line, flush=True)
            sent = connections([program, "--polite", "--enumeration", f"127.0.0.1:{ports[name][0]}"])
            print(f"{name:12} polite     {sent} connections ({verdict(sent, polite)})", flush=True)
        whole = timed([program, f"127.0.0.1:{ports['intermediate'][0]}"], 5)
        sent = connections([program, f"127.0.0.1:{ports['intermediate'][0]}"])
        print(f"intermediate everything in clear {whole * 1000:.1f} ms ({verdict(whole * 1000, 500)}), {sent} connections ({verdict(sent, 90)})", flush=True)
        one = many(program, [ports["modern"][0]], 1)
        for kind in ("modern", "intermediate"):
            for count in (1000, 2000 if quick else 10000):
                rate, used, peak, said = many(program, [ports[kind][0]], count)
                print(f"mass scan    {kind}: {said}: {rate:.0f}/s with one nginx on the other core, the scanner needs one core for {count / max(used, 0.01):.0f}/s "
                      f"(target 200), {peak / 1024:.1f} MiB at most, {(peak - one[2]) / 200:.1f} KiB for each of 200 at once (target 64)", flush=True)
        rate, used, peak, said = many(program, [ports["silent"][0]], 1000)
        print(f"silent       {said}: {1000 / rate:.1f} s ({verdict(1000 / rate, 62)}), {peak / 1024:.1f} MiB at most", flush=True)
    finally:
        servers.stdin.close()
        servers.wait()


main()
