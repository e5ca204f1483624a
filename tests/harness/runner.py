# SPDX-License-Identifier: MIT
"""Runs the client against a simulator, and checks what holds for every run."""

import hmac
import json
import re
import subprocess
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.places import PGTASK
from harness.service import LONG_TERM, RunningSimulator, certificates
from sim.checks import Key

GOOD, NO_TASK, USAGE, REFUSED, NETWORK, MALFORMED = range(6)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@dataclass(frozen=True)
class Run:
    """What one run of the client did."""

    status: int
    stdout: str
    stderr: str
    peak_kib: int = 0  # resident memory, if it was measured

    def json(self) -> Any:
        return json.loads(self.stdout)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.stdout.splitlines()]


def secrets_of(key: Key) -> list[str]:
    """Returns texts that no output may hold: the keys, and what is derived from them today."""
    texts = [key.secret_key, "TC3-HMAC-SHA256", "Signature="]
    if key.token:
        texts.append(key.token[:40])
    for moment in (time.time(), time.time() - 86400):
        derived = b"TC3" + key.secret_key.encode()
        for part in (time.strftime("%Y-%m-%d", time.gmtime(moment)), "postgres", "tc3_request"):
            derived = hmac.digest(derived, part.encode(), "sha256")
            texts.append(derived.hex())
    return texts


def peak_kib(process: "subprocess.Popen[bytes]") -> int:
    """Returns VmHWM of a process, or 0 once it has ended. ru_maxrss would count the parent too."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    except OSError:
        return 0
    match = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(match[1]) if match else 0


class EndToEnd(unittest.TestCase):
    """A test with a simulator and a home directory of its own."""

    maxDiff = None
    past = 20
    attempts: int | None = None  # of one request; None leaves the client's default

    def setUp(self) -> None:
        self.assertTrue(PGTASK.exists(), f"{PGTASK} is not built")
        self.simulator = self.enterContext(RunningSimulator(self.past, rate_limit=False))
        self.home = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-home-")))

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        # No machine that runs tests is asked for its role: nothing listens on this port.
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home),
                       "PGTASK_METADATA_ADDRESS": "127.0.0.1:1"}
        if key is not None:
            environment |= {
                "TENCENTCLOUD_SECRET_ID": key.secret_id,
                "TENCENTCLOUD_SECRET_KEY": key.secret_key,
            }
            if key.token:
                environment["TENCENTCLOUD_TOKEN"] = key.token
        return environment

    def command(self, *arguments: str, ca: str = "ca", region: str = "ap-guangzhou",
                connect: str | None = None) -> list[str]:
        """Returns the command line of the client for this test's simulator."""
        where = connect if connect is not None else f"127.0.0.1:{self.simulator.port}"
        roots = str(certificates() / f"{ca}.pem")
        tries = [] if self.attempts is None else ["--attempts", str(self.attempts)]
        return [str(PGTASK), *arguments, "--region", region, "--connect", where,
                "--ca-file", roots, *tries]

    def run_pgtask(self, *arguments: str, key: Key | None = LONG_TERM, limit_s: float = 30,
                   measure: bool = False, **where: str) -> Run:
        """Runs the client to its end, and checks that no output has a secret."""
        process = subprocess.Popen(
            self.command(*arguments, **where), env=self.environment(key),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        peak = 0
        deadline = time.monotonic() + limit_s
        with process:
            while True:
                if measure:
                    peak = max(peak, peak_kib(process))
                try:
                    left = deadline - time.monotonic()
                    out, err = process.communicate(timeout=min(left, 0.02) if measure else left)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() >= deadline:
                        process.kill()
                        process.communicate()
                        self.fail(f"{arguments} did not end within {limit_s} s")
        run = Run(process.returncode, out.decode("utf-8"), err.decode("utf-8"), peak)
        self.check_run(run, key)
        return run

    def check_run(self, run: Run, key: Key | None) -> None:
        """Checks what holds for every run, good or bad."""
        self.assertGreaterEqual(run.status, 0, f"ended by a signal: {run.stderr}")
        for text in secrets_of(key) if key else []:
            self.assertNotIn(text, run.stdout)
            self.assertNotIn(text, run.stderr)
        self.assertIsNone(_CONTROL.search(run.stdout), "a control character on stdout")
        self.assertIsNone(_CONTROL.search(run.stderr), "a control character on stderr")

    def assert_good(self, run: Run) -> None:
        self.assertEqual((run.status, run.stderr), (GOOD, ""), run.stdout[:500])

    def assert_failed(self, run: Run, status: int, *words: str) -> None:
        """Checks the exit status, and that the error is one line with these words and advice."""
        self.assertEqual(run.status, status, run.stderr)
        self.assertTrue(run.stderr.startswith("pgtask: "), run.stderr)
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertRegex(run.stderr, r"[.)]\n\Z")
        for word in words:
            self.assertIn(word.lower(), run.stderr.lower())

    def bodies(self) -> list[Any]:
        """Returns the bodies of the requests that the simulator has received."""
        return [json.loads(record["body"]) for record in self.simulator.service.recorded]

    def request_count(self) -> int:
        return self.simulator.service.counters.requests
