#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tests: unit programs (TAP on stdout, as cmocka writes it) and Python suites.

    tests/run.py [PROGRAM | DIRECTORY]...
    tests/run.py MODULE

A directory is one of tests/ with unittest modules test_*.py; each runs in a process of its own.
Without arguments: every Python suite. First the programs run, two for each processor as many mostly
wait, then one directory after the other.
Prints a line for each program and module, what the failing ones wrote below the line
`what failed:`, and at last `N passed, N failed`. The exit status is 1 if a test failed or was
skipped, a program crashed, or a suite ran no test.
"""

import io
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
SUITES = ("lint", "heap", "size", "builds", "sim_tests", "e2e")
LIMIT_S = 900

_RESULT = re.compile(r"^(ok|not ok) \d+\b(?!.*#\s*(?:SKIP|TODO))", re.MULTILINE)
_PASSED = re.compile(r"^ok \d+\b(?!.*#\s*(?:SKIP|TODO)).*\n", re.MULTILINE)
_SKIPPED = re.compile(r"^(?:ok|not ok) \d+\b.*#\s*(?:SKIP|TODO)", re.MULTILINE)
_TOTAL = re.compile(r"^(\d+) passed, (\d+) failed\n\Z", re.MULTILINE)
_PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)


@dataclass
class Count:
    """Results of one suite, with what to show of them."""

    passed: int = 0
    failed: int = 0
    output: str = ""

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.output += other.output


def run_program(program: Path) -> Count:
    """Runs a program that writes TAP; whatever it does not report is a failure."""
    environment = {**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP"}
    try:
        done = subprocess.run(
            [str(program.resolve())], env=environment, capture_output=True, check=False,
            timeout=LIMIT_S, stdin=subprocess.DEVNULL,
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
    shown = _PASSED.sub("", text) + done.stderr.decode("utf-8", "replace") + problems
    return Count(passed, failed, shown if failed else "")


def run_module(module: Path) -> Count:
    """Runs a unittest module in this process."""
    sys.path.insert(0, str(TESTS))
    stream = io.StringIO()
    suite = unittest.TestLoader().loadTestsFromName(f"{module.parent.name}.{module.stem}")
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


def run_apart(module: Path) -> Count:
    """Runs a unittest module in a process of its own, by the second form of the command line."""
    try:
        done = subprocess.run(
            [sys.executable, __file__, str(module)], capture_output=True, text=True, check=False,
            timeout=LIMIT_S, stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        return Count(failed=1, output=f"{error}\n")
    total = _TOTAL.search(done.stdout)
    if total is None:
        output = f"{done.stdout}{done.stderr}ended with status {done.returncode}\n"
        return Count(failed=1, output=output)
    count = Count(int(total[1]), int(total[2]))
    if done.returncode != 0:
        count.failed = max(count.failed, 1)
        count.output = done.stdout[: total.start()] + done.stderr
    return count


def name_of(path: Path) -> str:
    """A name that tells one build's program from another's: build/asan/tests/unit/test_x."""
    try:
        return str(path.resolve().relative_to(TESTS.parent))
    except ValueError:
        return str(path)


def run_timed(path: Path) -> tuple[Count, float]:
    begin = time.monotonic()
    count = run_apart(path) if path.suffix == ".py" else run_program(path)
    return count, time.monotonic() - begin


def run_group(paths: list[Path]) -> Count:
    """Runs what may run side by side; prints the results in the order given."""
    total = Count()
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        for path, (count, seconds) in zip(paths, pool.map(run_timed, paths), strict=True):
            line = f"{name_of(path)}: {count.passed} passed, {count.failed} failed ({seconds:.1f} s)"
            print(line, flush=True)
            if count.output:
                count.output = f"{line}\n{count.output.rstrip()}\n"
            total.add(count)
    return total


def modules_of(directory: Path) -> list[Path]:
    """Its modules; a directory without any is passed on, to fail."""
    return sorted(directory.resolve().glob("test_*.py")) or [directory]


def finish(total: Count) -> int:
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


def begin_with_usual_signals() -> None:
    """As from a shell's prompt: who runs tests in the background or by nohup has some ignored.

    Those that Python ignores for itself, it gives back to its children.
    """
    pythons = {signal.SIGPIPE, signal.SIGXFSZ}
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP} - pythons:
        if signal.getsignal(number) == signal.SIG_IGN:
            handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def main(arguments: list[str]) -> int:
    begin_with_usual_signals()
    if len(arguments) == 1 and arguments[0].endswith(".py"):
        count = run_module(Path(arguments[0]).resolve())
        print(count.output, end="")
        return finish(count)
    paths = [Path(text) for text in arguments or [str(TESTS / name) for name in SUITES]]
    groups = [[path for path in paths if not path.is_dir()]]
    groups += [modules_of(path) for path in paths if path.is_dir()]
    total = Count()
    for group in groups:
        total.add(run_group(group))
    if total.output:
        print(f"what failed:\n{total.output}", end="")
    return finish(total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
