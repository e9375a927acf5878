#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The job files of docs/fleet on a real Slurm of Debian on loopback: eight shards, one killed, resubmitted.

slurm.py EHDSCAN. Ends with "N passed, N failed". Starts munged, slurmctld and slurmd of its own, as root, in a folder of its
own; SKIPPED, loudly, where they cannot be started.
"""
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLEET = ROOT / "docs/fleet"
SHARDS = 8
PATIENCE_SECONDS = 120

passed = failed = 0


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what} {detail}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm:
    """One controller and one node with eight made-up processors."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.config = folder / "slurm.conf"
        host = socket.gethostname().split(".")[0]
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        munge = folder / "munge.socket"
        for name in ("state", "spool"):
            (folder / name).mkdir()
        self.config.write_text(f"""
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={munge}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={SHARDS} RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES State=UP
""")
        self.environment = dict(os.environ, SLURM_CONF=str(self.config))
        self.start("munged", ["munged", "--foreground", "--force", f"--key-file={key}", f"--socket={munge}",
                              f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log",
                              f"--seed-file={folder}/munged.seed"])
        self.wait("munged answers", lambda: munge.exists())
        self.start("slurmctld", ["slurmctld", "-D", "-c"])
        self.start("slurmd", ["slurmd", "-D", "-N", host])
        self.wait("a node is idle", lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T"))

    def start(self, name, command):
        path = shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        log = open(self.folder / f"{name}.out", "w")
        self.processes.append(subprocess.Popen([path] + command[1:], env=self.environment, stdout=log, stderr=log))

    def ask(self, *command):
        answer = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        return answer.stdout.strip() if answer.returncode == 0 else ""

    def wait(self, what, ready):
        end = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                logs = "".join(f"\n--- {p.name}\n{p.read_text()[-2000:]}" for p in self.folder.glob("*.out"))
                raise RuntimeError(f"waited in vain until {what}{logs}")
            time.sleep(0.1)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def write_site(folder):
    """Sixteen targets; the fifth, which is of shard 5, says that it has begun and waits while a pipe named `hold` is there."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    targets = []
    for number in range(1, 2 * SHARDS + 1):
        name = f"host-{number:02}"
        rows = [{"schema": "ehdscan-rows/1", "tool": "fleet-test 1", "observed_at": now, "tables": ["sysctl"]},
                {"table": "sysctl", "platform": f"host:{name}",
                 "row": {"host_id": name, "name": "kernel.kptr_restrict", "value": "2"}},
                {"complete": ["sysctl"], "rows": 1}]
        (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
        if number == 5:
            script = folder / "slow.sh"
            script.write_text(f"#!/bin/sh\nif [ -p {folder}/hold ]; then echo begun >{folder}/begun; read line <{folder}/hold; fi\n"
                              f"cat {folder}/{name}.ndjson\n")
            script.chmod(0o755)
            targets.append(f"  - exec: {{program: [{script}], tables: [sysctl], timeout_seconds: 300}}\n    name: {name}\n")
        else:
            targets.append(f"  - rows: {name}.ndjson\n    name: {name}\n")
    site = folder / "site.yaml"
    site.write_text("site: fleet\ncountry: FI\ntargets:\n" + "".join(targets))
    return site


def assess(program, evidence, report):
    """The JSON report of all shards that are there, without what names files of this run."""
    files = sorted(str(file) for file in evidence.glob("shard-*.db"))
    run = subprocess.run([program, "assess", *files, "--as-of", time.strftime("%Y-%m-%d", time.gmtime()),
                          "--format", f"json={report}", "--allow-incomplete"], capture_output=True, text=True)
    if not report.exists():
        raise RuntimeError(run.stderr)
    return json.loads(report.read_text())


def states(report):
    """State of the table by target."""
    return {c["target"]: c["state"] for c in report["collections"] if c["table"] == "sysctl"}


def run(program, slurm, folder):
    site = write_site(folder)
    evidence = folder / "evidence"
    for pipe in ("hold", "begun"):
        os.mkfifo(folder / pipe)
    export = f"ALL,SITE={site},EVIDENCE={evidence},EHDSCAN={program},REPORT={folder}/report"

    def submit(*arguments):
        return slurm.ask("sbatch", "--parsable", f"--export={export}", f"--chdir={folder}", *arguments)

    collect = submit(str(FLEET / "slurm-collect.sh"))
    check("the array job is taken", collect.isdigit(), collect)
    begun = os.open(folder / "begun", os.O_RDONLY | os.O_NONBLOCK)
    if not select.select([begun], [], [], PATIENCE_SECONDS)[0]:
        logs = "".join(f"\n--- {p.name}\n{p.read_text()[-500:]}" for p in sorted(folder.glob("*-5.log")))
        raise RuntimeError("shard 5 never began to read" + logs)
    os.close(begun)
    slurm.ask("scancel", "--signal=KILL", "--full", f"{collect}_5")
    slurm.ask("scancel", f"{collect}_5")
    after = submit("--wait", f"--dependency=afterany:{collect}", str(FLEET / "slurm-assess.sh"))
    check("the report is written though a shard was killed", (folder / "report/report.html").exists(), after)
    files = sorted(file.name for file in evidence.iterdir())
    check("seven shards left evidence, the killed one nothing, not even half a file",
          files == [f"shard-{n}.db" for n in range(1, SHARDS + 1) if n != 5], files)
    first = assess(program, evidence, folder / "first.json")
    missed = {target for target, state in states(first).items() if state != "complete"}
    check("the killed shard is missed, both targets of it", missed == {"host-05", "host-13"}, missed)

    os.unlink(folder / "hold")
    submit("--wait", "--array=5", str(FLEET / "slurm-collect.sh"))
    second = assess(program, evidence, folder / "second.json")
    check("resubmitted, every target is there", set(states(second).values()) == {"complete"}, states(second))
    whole = folder / "whole"
    whole.mkdir()
    subprocess.run([program, "collect", str(site), "-o", str(whole / "shard-1.db")], capture_output=True)
    one = assess(program, whole, folder / "one.json")
    for report in (second, one):  # each reading has its own moment
        report.pop("inputs")
    check("the shards together say what one reading says", {k: second[k] for k in ("score", "controls", "findings")} ==
          {k: one[k] for k in ("score", "controls", "findings")})


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ehdscan-slurm-"))
    slurm = None
    try:
        try:
            slurm = Slurm(folder)
        except (RuntimeError, OSError, TypeError) as error:
            print(f"SKIPPED: Slurm cannot be started here: {error}")
            return 0
        run(program, slurm, folder)
    finally:
        if slurm is not None:
            slurm.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
