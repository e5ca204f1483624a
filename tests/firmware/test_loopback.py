# SPDX-License-Identifier: MIT
"""The port for lwIP under the sanitizers, on this machine: see tests/firmware/host/test_lwip.c."""

import subprocess
import unittest

from harness.qemu import IMAGES


class Loopback(unittest.TestCase):
    def test_the_port_loses_overruns_and_leaves_nothing(self) -> None:
        done = subprocess.run(
            [IMAGES / "loopback" / "test_lwip"], capture_output=True, text=True, check=False,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("[  PASSED  ] 6 test(s).", done.stderr + done.stdout)
