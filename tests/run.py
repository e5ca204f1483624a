#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tests: unit programs (TAP on stdout, as cmocka writes it) and Python suites.

    tests/run.py [PROGRAM | DIRECTORY]...

A directory is one of tests/ with unittest modules test_*.py. Without arguments: every Python suite.
Programs run as many at a time as there are processors; then the suites, one after the other.
Prints what failing tests wrote, a line for each suite, and at last `N passed, N failed`. The exit
status is 1 if a test failed or was skipped, a program crashed, or a suite ran no test.
"""

import io
import os
import re
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
SUITES = ("heap", "builds", "sim_tests", "e2e")
PROGRAM_LIMIT_S = 900

_RESULT = re.compile(r"^(ok|not ok) \d+\b(?!.*#\s*(?:SKIP|TODO))", re.MULTILINE)
_SKIPPED = re.compile(r"^(?:ok|not ok) \d+\b.*#\s*(?:SKIP|TODO)", re.MULTILINE)
_PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)


@dataclass
class Count:
    """Results of one suite, with what to show of them."""

    passed: int = 0
    failed: int = 0
    output: str = ""


def run_program(program: Path) -> Count:
    """Runs a program that writes TAP; whatever it does not report is a failure."""
    environment = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
    try:
        done = subprocess.run(
            [str(program.resolve())], env=environment, capture_output=True, check=False,
            timeout=PROGRAM_LIMIT_S, stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Count(failed=1, output=f"{error}\n")
    text = done.stdout.decode("utf-8", "replace")
    results = _RESULT.findall(text)
    passed = results.count("ok")
    failed = results.count("not ok") + len(_SKIPPED.findall(text))
    planned = sum(int(number) for number in _PLAN.findall(text))
    problems = ""
    if planned != passed + failed or planned == 0:
        problems += f"{passed + failed} of {planned} planned tests reported\n"
        failed += max(1, planned - passed - failed)
    if done.returncode != 0 and failed == 0:
        failed = 1
    if done.returncode != 0:
        problems += f"exit status {done.returncode}\n"
    shown = text + done.stderr.decode("utf-8", "replace") + problems
    return Count(passed, failed, shown if failed else "")


def run_suite(directory: Path) -> Count:
    """Runs a directory of unittest modules in this process."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))
    stream = io.StringIO()
    try:
        suite = unittest.TestLoader().discover(str(directory), top_level_dir=str(TESTS))
    except ImportError as error:
        return Count(failed=1, output=f"{error}\n")
    result = unittest.TextTestRunner(stream=stream, verbosity=0).run(suite)
    bad = {
        str(getattr(test, "test_case", test))
        for test, _ in [*result.failures, *result.errors, *result.skipped]
    }
    bad |= {str(test) for test in result.unexpectedSuccesses}
    whole = sum(1 for name in bad if name.startswith(("setUp", "tearDown")))
    passed = max(0, result.testsRun - (len(bad) - whole))
    failed = len(bad)
    output = stream.getvalue()
    if result.testsRun == 0 and failed == 0:
        failed, output = 1, "no tests found\n"
    skips = "".join(f"SKIPPED: {test}: {why}\n" for test, why in result.skipped)
    return Count(passed, failed, output + skips if failed else "")


def name_of(path: Path) -> str:
    """A name that tells one build's program from another's: build/asan/tests/unit/test_x."""
    try:
        return str(path.resolve().relative_to(TESTS.parent))
    except ValueError:
        return str(path)


def run_timed(path: Path) -> tuple[Count, float]:
    begin = time.monotonic()
    count = run_suite(path.resolve()) if path.is_dir() else run_program(path)
    return count, time.monotonic() - begin


def main(arguments: list[str]) -> int:
    paths = [Path(text) for text in arguments or [str(TESTS / name) for name in SUITES]]
    programs = [path for path in paths if not path.is_dir()]
    total = Count()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {path: pool.submit(run_timed, path) for path in programs}
        for path in [*programs, *(path for path in paths if path.is_dir())]:
            count, seconds = running[path].result() if path in running else run_timed(path)
            if count.output:
                print(count.output.rstrip())
            print(f"{name_of(path)}: {count.passed} passed, {count.failed} failed ({seconds:.1f} s)",
                  flush=True)
            total.passed += count.passed
            total.failed += count.failed
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
