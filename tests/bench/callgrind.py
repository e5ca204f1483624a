# SPDX-License-Identifier: MIT
"""Counts what a program does once: callgrind runs it with one and with eleven rounds of the work.

A tenth of the difference is one round without start-up. The environment is fixed, and the number of
rounds has two digits, so that the runs differ only in the work.
"""

import re
import subprocess
import sys
from dataclasses import dataclass

FEW, MANY = 1, 11
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}

_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)
_CALLED = re.compile(r"^cfn=\((\d+)\)(?: (.+))?$")
_NAMED = re.compile(r"^fn=\((\d+)\) (.+)$")


@dataclass(frozen=True)
class Counts:
    """Instructions of one round, and calls of the function that was asked for."""

    instructions: float
    calls: float


def _calls_of(function, profile):
    """Counts calls. Callgrind writes a name once behind its number, and later only the number."""
    names = {}
    calls = 0
    callee = None
    for line in profile.splitlines():
        if called := _CALLED.match(line):
            callee = called[1]
            if called[2]:
                names[callee] = called[2]
        elif named := _NAMED.match(line):
            names[named[1]] = named[2]
        elif line.startswith("calls=") and names[callee].split(".")[0] == function:
            calls += int(line[len("calls=") :].split()[0])
    return calls


def _profile(program, arguments, times, folder):
    """Runs in `folder`, so that the length of its path does not change the counts."""
    name = "-".join([program.name, *arguments, str(times)]) + ".callgrind"
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={name}",
        f"./{program.relative_to(folder)}",
        *arguments,
        f"{times:02}",
    ]
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} failed:\n{done.stderr}")
    return (folder / name).read_text()


def count(program, arguments, folder, function=""):
    """Counts for `program arguments TIMES`, both in `folder`."""
    profiles = [_profile(program, arguments, times, folder) for times in (FEW, MANY)]
    sums = [int(_SUMMARY.search(profile)[1]) for profile in profiles]
    calls = [_calls_of(function, profile) for profile in profiles] if function else [0, 0]
    return Counts((sums[1] - sums[0]) / (MANY - FEW), (calls[1] - calls[0]) / (MANY - FEW))
