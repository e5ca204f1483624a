#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes compile_commands.json for clangd and other tools: compile_commands.py FILE BUILD

make says what it would do for an empty build folder; this keeps the commands that compile C.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

GOALS = ("all", "unit", "bench-programs")
NOWHERE = "build/nowhere"  # nothing is there, so make would compile everything

_SOURCE = re.compile(r" -c -o (\S+) (\S+\.c)$")


def commands(text: str, build: str) -> list[dict[str, str]]:
    """One entry for each source, in make's order."""
    found: dict[str, dict[str, str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        command = re.sub(r"\s+", " ", line.strip()).replace(NOWHERE, build)
        source = _SOURCE.search(command)
        if source:
            found[source[2]] = {"directory": str(Path.cwd()), "file": source[2],
                                "output": source[1], "command": command}
    return list(found.values())


def main() -> int:
    target, build = sys.argv[1:]
    done = subprocess.run(["make", "-n", "--no-print-directory", f"BUILD={NOWHERE}", *GOALS],
                          capture_output=True, text=True, check=False)
    found = commands(done.stdout, build)
    if done.returncode != 0 or not found:
        print(f"{target}: make cannot say what it would compile:\n{done.stderr}", file=sys.stderr)
        return 1
    Path(target).write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"{target}: {len(found)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
