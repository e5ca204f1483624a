# SPDX-License-Identifier: MIT
"""make sim: what it prints suffices to reach it, and what it answers fits together."""

import os
import re
import signal
import subprocess
import sys
import unittest
from typing import Any

from harness.places import PGTASK, TESTS
from harness.service import certificates

FOREIGN = ("TENCENTCLOUD_", "PGTASK_")


class Play(unittest.TestCase):
    def setUp(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim.play", str(certificates())], text=True,
            env={**os.environ, "PYTHONPATH": str(TESTS)}, stdout=subprocess.PIPE)
        self.addCleanup(self.process.wait, 10)
        self.addCleanup(self.process.terminate)
        assert self.process.stdout is not None
        self.addCleanup(self.process.stdout.close)
        lines = [self.process.stdout.readline() for _ in range(10)]
        self.exports = "".join(line for line in lines if line.startswith("export "))

    def run_in_shell(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Runs a line in a shell into which the exports were pasted."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return subprocess.run(["sh", "-c", f"{self.exports}\n{command}"], env=plain, text=True,
                              capture_output=True, timeout=30, check=False)

    def listed(self, *arguments: str) -> Any:
        done = self.run_in_shell(f"{PGTASK} list -n 1 -o json {' '.join(arguments)}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.findall(r'"TotalCount":(\d+)', done.stdout)[0]

    def test_the_exports_suffice_and_the_key_needs_its_token(self) -> None:
        self.assertEqual(self.run_in_shell(f"{PGTASK} list").returncode, 0)
        done = self.run_in_shell(f"unset TENCENTCLOUD_TOKEN; {PGTASK} list")
        self.assertIn("AuthFailure.TokenFailure", done.stderr)
        self.assertEqual(len(set(re.findall("AKID[A-Za-z0-9]{32}", self.exports))), 1)

    def test_total_count_does_not_depend_on_limit_and_regions_differ(self) -> None:
        here = self.listed()
        self.assertEqual(self.listed("-n", "100"), here)
        self.assertEqual({self.listed("--region", region) for region in
                          ("ap-shanghai", "ap-beijing")}, {"7", "0"})
        self.assertNotIn(here, ("7", "0"))

    def test_ctrl_c_ends_it(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(10), 0)


if __name__ == "__main__":
    unittest.main()
