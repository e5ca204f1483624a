# SPDX-License-Identifier: MIT
"""Runs make and other commands for the tests of builds, each in a build folder of its own."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness.places import BUILD, ROOT

LIMIT_S = 600


def run(*command: str | Path, where: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Runs a command without the settings of a make that runs the tests."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BUILD")}
    return subprocess.run([str(word) for word in command], cwd=where, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=LIMIT_S)


class Builds(unittest.TestCase):
    """A test with an empty directory."""

    maxDiff = None

    def setUp(self) -> None:
        self.directory = Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="pgtask-builds-")))

    def succeed(self, *command: str | Path) -> str:
        done = run(*command)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}"[-6000:])
        return done.stdout

    def make(self, build: str, *goals: str, **variables: str) -> Path:
        """Builds goals in build/NAME, with warnings as errors. Returns that folder."""
        path = BUILD / build
        settings = {"WERROR": "1", "BUILD": str(path), **variables}
        self.succeed("make", "-s", *(f"{name}={value}" for name, value in settings.items()),
                     *(str(path / goal) for goal in goals))
        return path
