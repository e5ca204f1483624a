# SPDX-License-Identifier: MIT
"""Counts how long TLS keeps its caller: instructions of each call during handshakes.

    PYTHONPATH=tests python3 -m bench.handshake BUILD [OPERATIONS]...

It prints one table, or one for each OPERATIONS, which stands for PGTASK_ECP_MAX_OPS. Counts vary by
some percent because keys are random.
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
    ("TLS 1.2, P-256, listed root", "server", "ca", TLS12, "both", "list", "full"),
    ("TLS 1.2, RSA-2048 under RSA-4096", "under_rsa_4096_root", "rsa_4096_root", TLS12, "both",
     "list", "full"),
    ("TLS 1.3, P-256", "server", "ca", TLS13, "both", "list", "full"),
    ("TLS 1.3, P-384", "p384", "p384_root", TLS13, "both", "list", "full"),
    ("TLS 1.3, RSA-2048", "rsa", "rsa_root", TLS13, "both", "list", "full"),
    ("TLS 1.2, resumed", "server", "ca", TLS12, "both", "list", "resumed"),
    ("TLS 1.3, resumed", "server", "ca", TLS13, "both", "list", "resumed"),
)

_STEP = re.compile(r"^desc: Trigger: Client Request: step$", re.MULTILINE)
_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)


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
        if version != f"TLSv{name[4:7]}" or how != which:
            sys.exit(f"bench: {name} was a {how} handshake of {version}")
        texts = [path.read_text() for path in Path(profiles).iterdir()]
    steps = [int(_SUMMARY.search(text)[1]) for text in texts if _STEP.search(text)]
    return {"handshake": name, "steps": len(steps), "longest": max(steps), "all": sum(steps)}


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
                  f" of {row['all']:12,} instructions")


if __name__ == "__main__":
    main()
