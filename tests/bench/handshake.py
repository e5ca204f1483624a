# SPDX-License-Identifier: MIT
"""Counts how long TLS keeps its caller: instructions of each call during handshakes.

    PYTHONPATH=tests python3 -m bench.handshake BUILD [OPERATIONS]...

It prints one table, or one for each OPERATIONS, which stands for PGTASK_ECP_MAX_OPS. Counts vary by
some percent because keys are random. In a build with PGTASK_PULSE=1 it also says how many pulses a
call gives at most, and the longest time without one.
"""

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import callgrind
from harness.places import ROOT

TLS12, TLS13 = "-www -tls1_2", "-www -tls1_3"

# Name, certificate, root, options of openssl, versions offered, kind of roots, kind of handshake.
CASES = (
    ("TLS 1.2 alone, P-256, listed root", "server", "ca", TLS12, "1.2", "list", "full"),
    ("TLS 1.2 alone, P-384, listed root", "p384", "p384_root", TLS12, "1.2", "list", "full"),
    ("TLS 1.2 alone, P-256, store of roots", "server", "ca", TLS12, "1.2", "store", "full"),
    ("TLS 1.2 alone, RSA-2048", "rsa", "rsa_root", TLS12, "1.2", "list", "full"),
    ("TLS 1.2 alone, RSA-2048 under RSA-4096", "under_rsa_4096_root", "rsa_4096_root", TLS12, "1.2",
     "list", "full"),
    ("TLS 1.2, P-256, listed root", "server", "ca", TLS12, "both", "list", "full"),
    ("TLS 1.2, RSA-2048 under RSA-4096", "under_rsa_4096_root", "rsa_4096_root", TLS12, "both",
     "list", "full"),
    ("TLS 1.3, P-256", "server", "ca", TLS13, "both", "list", "full"),
    ("TLS 1.3, P-384", "p384", "p384_root", TLS13, "both", "list", "full"),
    ("TLS 1.3, RSA-2048", "rsa", "rsa_root", TLS13, "both", "list", "full"),
    ("TLS 1.2, resumed", "server", "ca", TLS12, "both", "list", "resumed"),
    ("TLS 1.3, resumed", "server", "ca", TLS13, "both", "list", "resumed"),
    ("TLS 1.2, reading records of 16 KB", "rsa", "rsa_root", "-tls1_2", "1.2", "list", "records"),
    ("TLS 1.3, reading records of 16 KB", "rsa", "rsa_root", "-tls1_3", "both", "list", "records"),
)

_PART = re.compile(r"^part: (\d+)$", re.MULTILINE)
_REASON = re.compile(r"^desc: Trigger: Client Request: (step|pulse)$", re.MULTILINE)
_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)


def _dumps(folder):
    """The reason of each dump and its instructions, in order."""
    texts = [path.read_text() for path in folder.iterdir()]
    found = [(int(_PART.search(text)[1]), _REASON.search(text)[1], int(_SUMMARY.search(text)[1]))
             for text in texts if _REASON.search(text)]
    return [(reason, instructions) for _, reason, instructions in sorted(found)]


def _calls(dumps):
    """The instructions of each call, divided at its pulses. A call ends with a dump named step."""
    call = []
    for reason, instructions in dumps:
        call.append(instructions)
        if reason == "step":
            yield call
            call = []


def _count(folder, case, operations):
    name, *arguments, which = case
    with tempfile.TemporaryDirectory() as profiles:
        command = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={profiles}/profile",
            str(folder / "bench_handshake"),
            *(*arguments, which, str(operations)),
        ]
        done = subprocess.run(command, cwd=ROOT, env=callgrind.ENVIRONMENT, capture_output=True,
                              text=True, check=False, timeout=300)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} failed:\n{done.stderr}")
        version, how = done.stdout.split()
        if version != f"TLSv{name[4:7]}" or (how == "resumed") != (which == "resumed"):
            sys.exit(f"bench: {name} was a {how} handshake of {version}")
        calls = list(_calls(_dumps(Path(profiles))))
    return {
        "handshake": name,
        "steps": len(calls),
        "longest": max(map(sum, calls)),
        "all": sum(map(sum, calls)),
        "pulses": max(map(len, calls)) - 1,
        "stretch": max(map(max, calls)),
    }


def measure(folder, operations=0):
    """Returns a row for each handshake: calls, instructions of the longest one and of all."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda case: _count(folder, case, operations), CASES))


def main():
    folder = Path(sys.argv[1]).resolve() / "tests/bench"
    for operations in map(int, sys.argv[2:] or ["0"]):
        print(f"PGTASK_ECP_MAX_OPS {operations or 'as built'}")
        for row in measure(folder, operations):
            print(f"  {row['handshake']:38} {row['steps']:5} calls, longest {row['longest']:12,}"
                  f" of {row['all']:12,} instructions; {row['pulses']} pulses,"
                  f" {row['stretch']:,} without one")


if __name__ == "__main__":
    main()
