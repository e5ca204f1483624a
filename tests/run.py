#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tests: unit programs (TAP on stdout, as cmocka writes it) and Python suites.

    tests/run.py [--plan] [PROGRAM | MODULE | MODULE::CLASS.TEST | DIRECTORY]...
    tests/run.py --find NAME

A directory is one of tests/ with unittest modules test_*.py; each module runs in a process of its
own. Without arguments every Python suite runs. The programs run first, two for each processor
because most of them mostly wait; then one directory after the other.

It prints a line for each program and module that has ended, below the line `what failed:` the
output of those that failed, and at last `N passed, N failed`. The exit status is 1 if a test failed
or was skipped, if a program crashed, or if a suite ran no test.

--plan only says what would run and how long that takes. --find says which tests a name stands for.
"""

import io
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from harness import plan
from harness.find import find
from harness.places import TESTS

SUITES = ("lint", "binary", "builds", "sim", "e2e")
LIMIT_S = 900

_RESULT = re.compile(r"^(ok|not ok) \d+\b(?!.*#\s*(?:SKIP|TODO))", re.MULTILINE)
_PASSED = re.compile(r"^ok \d+\b(?!.*#\s*(?:SKIP|TODO)).*\n", re.MULTILINE)
_SKIPPED = re.compile(r"^(?:ok|not ok) \d+\b.*#\s*(?:SKIP|TODO)", re.MULTILINE)
_TOTAL = re.compile(r"^(\d+) passed, (\d+) failed\n\Z", re.MULTILINE)
_PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)


@dataclass
class Count:
    """The results of one program or module, and the output to show for them."""

    passed: int = 0
    failed: int = 0
    output: str = ""

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.output += other.output


def run_program(program: Path) -> Count:
    """Runs a program that writes TAP. A planned test that it does not report counts as failed."""
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
    """Runs a unittest module, or one test of it, in this process."""
    path, _, test = str(module).partition("::")
    name = ".".join(filter(None, [Path(path).parent.name, Path(path).stem, test]))
    stream = io.StringIO()
    suite = unittest.TestLoader().loadTestsFromName(name)
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
    """Runs a unittest module in a process of its own, with --here."""
    try:
        done = subprocess.run(
            [sys.executable, __file__, "--here", str(module)], capture_output=True, text=True, check=False,
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


def run_timed(path: Path) -> tuple[Count, float]:
    begin = time.monotonic()
    is_module = ".py" in Path(str(path).partition("::")[0]).suffix
    count = run_apart(path) if is_module else run_program(path)
    return count, time.monotonic() - begin


class Progress:
    """Says `n of m` in front of each result."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    def show(self, line: str) -> None:
        self.done += 1
        width = len(str(self.total))
        print(f"[{self.done:{width}}/{self.total}] {line}", flush=True)


def run_group(paths: list[Path], progress: Progress) -> Count:
    """Runs files side by side, and prints each result as it comes."""
    total = Count()
    seconds: dict[str, float] = {}
    with ThreadPoolExecutor(plan.WORKERS) as pool:
        running = {pool.submit(run_timed, path): plan.name_of(path) for path in paths}
        for future in as_completed(running):
            name = running[future]
            count, seconds[name] = future.result()
            line = f"{name}: {count.passed} passed, {count.failed} failed ({seconds[name]:.1f} s)"
            progress.show(line)
            if count.output:
                count.output = f"{line}\n{count.output.rstrip()}\n"
            total.add(count)
    plan.remember(seconds)
    return total


def modules_of(directory: Path) -> list[Path]:
    """Returns the modules of a directory. A directory without any is returned itself, to fail."""
    return sorted(directory.resolve().glob("test_*.py")) or [directory]


def finish(total: Count) -> int:
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or not total.passed else 0


def begin_with_usual_signals() -> None:
    """Sets signals as a shell's prompt has them.

    A shell ignores some for programs in the background, and nohup does too. Python gives those that
    it ignores itself back to its children.
    """
    pythons = {signal.SIGPIPE, signal.SIGXFSZ}
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP} - pythons:
        if signal.getsignal(number) == signal.SIG_IGN:
            handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def groups_of(arguments: list[str]) -> list[list[Path]]:
    """Returns what runs side by side: first all files, then the modules of each directory."""
    paths = [Path(text) for text in arguments or [str(TESTS / name) for name in SUITES]]
    groups = [[path for path in paths if not path.is_dir()]]
    groups += [modules_of(path) for path in paths if path.is_dir()]
    return [group for group in groups if group]


def main(arguments: list[str]) -> int:
    begin_with_usual_signals()
    if arguments[:1] == ["--find"]:
        try:
            print(" ".join(sorted(find("".join(arguments[1:])))))
        except LookupError as error:
            print(f"run.py: {error.args[0]}", file=sys.stderr)
            return 1
        return 0
    if arguments[:1] == ["--here"]:
        count = run_module(Path(arguments[1]))
        print(count.output, end="")
        return finish(count)
    only_plan = arguments[:1] == ["--plan"]
    groups = groups_of(arguments[only_plan:])
    if only_plan:
        print(plan.describe(groups))
        return 0
    progress = Progress(sum(len(group) for group in groups))
    total = Count()
    for group in groups:
        total.add(run_group(group, progress))
    if total.output:
        print(f"what failed:\n{total.output}", end="")
    return finish(total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
