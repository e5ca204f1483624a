# SPDX-License-Identifier: MIT
"""Says how long tests will take, from the last run of each program and module."""

import json
import os
from pathlib import Path

from harness.places import BUILD, ROOT

MEMORY = BUILD / "test-seconds.json"
WORKERS = 2 * (os.cpu_count() or 1)  # programs that run side by side; most of them mostly wait

# Seconds of a file that never ran here. The first row whose text occurs in the name counts.
_FIRST_GUESS = (("/asan", 14.0), ("unit/", 6.0), ("builds/", 90.0), ("firmware/", 60.0), ("", 12.0))


def name_of(path: Path) -> str:
    """Returns a name that differs between builds, such as build/asan/tests/unit/test_json."""
    try:
        return str(path.resolve().relative_to(ROOT))
    except ValueError:
        return str(path)


def _remembered() -> dict[str, float]:
    try:
        return {str(name): float(value) for name, value in json.loads(MEMORY.read_text()).items()}
    except (OSError, ValueError):
        return {}


def remember(seconds: dict[str, float]) -> None:
    """Keeps the times of this run for the next plan."""
    known = {**_remembered(), **seconds}
    try:
        MEMORY.parent.mkdir(parents=True, exist_ok=True)
        MEMORY.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n")
    except OSError:
        return  # the next plan is then only a guess


def _expected_s(names: list[str]) -> float:
    """Returns the time that files take which run side by side."""
    known = _remembered()
    each = [known.get(name, next(guess for part, guess in _FIRST_GUESS if part in name))
            for name in names]
    return max([*each, sum(each) / WORKERS])


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def describe(groups: list[list[Path]]) -> str:
    """Returns a line for each group of programs or modules, and one for all of them."""
    lines = []
    total_s = 0.0
    for group in groups:
        names = [name_of(path) for path in group]
        expected_s = _expected_s(names)
        total_s += expected_s
        folders = sorted({str(Path(name).parent) for name in names})
        kind = "modules" if group[0].suffix == ".py" else "programs"
        lines.append(f"  {len(group):4} {kind} of {', '.join(folders)}: {_duration(expected_s)}")
    count = sum(len(group) for group in groups)
    lines.append(f"  {count:4} in all: about {_duration(total_s)} on {os.cpu_count()} cores")
    return "\n".join(lines)
