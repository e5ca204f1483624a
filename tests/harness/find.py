# SPDX-License-Identifier: MIT
"""Finds tests by name: unit programs, Python modules, folders, and single tests."""

import ast
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from harness.places import ROOT, TESTS

NEAR_ONES_SHOWN = 8

_C_TEST = re.compile(r"^static void (\w+)\(void \*\*state\)", re.MULTILINE)


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _single_tests(path: Path) -> Iterator[tuple[str, str]]:
    """Yields each test's name, and the argument of tests/run.py that runs it.

    A unit program always runs as a whole.
    """
    text = path.read_text("utf-8")
    if path.suffix == ".c":
        for name in _C_TEST.findall(text):
            yield name, _relative(path)
        return
    for node in ast.parse(text).body:
        for member in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(member, ast.FunctionDef) and member.name.startswith("test"):
                yield member.name, f"{_relative(path)}::{node.name}.{member.name}"


def known_tests() -> dict[str, set[str]]:
    """Returns the tests of each name: `unit/json` names a file, `unit` all files there."""
    found: dict[str, set[str]] = {}
    for path in sorted([*TESTS.glob("unit/test_*.c"), *TESTS.glob("lwip/test_*.c"),
                        *TESTS.glob("*/test_*.py")]):
        short = path.stem.removeprefix("test_")
        folder = path.parent.name
        for name in (short, path.stem, f"{folder}/{short}", f"{folder}/{path.stem}", folder,
                     _relative(path)):
            found.setdefault(name, set()).add(_relative(path))
        for name, how in _single_tests(path):
            found.setdefault(name, set()).add(how)
    return found


def find(name: str) -> set[str]:
    """Returns the tests of that name. Raises LookupError, with names like it, if there are none."""
    known = known_tests()
    if name in known:
        return known[name]
    near = [one for one in known if name and name in one and "." not in one]
    near.sort(key=len)
    near += difflib.get_close_matches(name, known, NEAR_ONES_SHOWN)
    shown = ", ".join(dict.fromkeys(near[:NEAR_ONES_SHOWN])) or "json, listing, e2e/listing, unit"
    raise LookupError(f"no test is named '{name}'; names like it: {shown}")
