# SPDX-License-Identifier: MIT
"""All tests share one set of certificates: it is made once, whole, and again in time."""

import subprocess
import threading
import unittest
from pathlib import Path

from harness.building import Builds
from harness.places import ROOT
from harness.service import once

SCRIPT = ROOT / "tests/support/make_certs.sh"


class Set(Builds):
    def setUp(self) -> None:
        super().setUp()
        self.script = self.directory / "make_certs.sh"
        self.script.write_text(SCRIPT.read_text())
        self.script.chmod(0o755)
        self.set = self.directory / "certs"

    def make(self) -> None:  # type: ignore[override]
        self.succeed(self.script, self.set)

    def key(self) -> str:
        return (self.set / "server.key").read_text()

    def test_it_is_made_once_however_many_ask_at_once(self) -> None:
        keys: list[str] = []

        def ask() -> None:
            self.make()
            keys.append(self.key())

        askers = [threading.Thread(target=ask) for _ in range(6)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        self.assertEqual(len(keys), 6)
        self.assertEqual(len(set(keys)), 1)

    def test_it_is_made_again_when_the_script_has_changed(self) -> None:
        self.make()
        before = self.key()
        self.script.write_text(SCRIPT.read_text() + "# changed\n")
        self.make()
        self.assertNotEqual(self.key(), before)

    def test_it_is_made_again_when_it_ends_within_a_day(self) -> None:
        short = SCRIPT.read_text().replace("/CN=postgres.tencentcloudapi.com 825", "/CN=x 1")
        self.assertNotEqual(short, SCRIPT.read_text())
        self.script.write_text(short)
        self.make()
        before = self.key()
        self.make()
        self.assertNotEqual(self.key(), before)

    def test_a_folder_with_other_files_is_left_alone(self) -> None:
        self.set.mkdir()
        (self.set / "mine").write_text("precious")
        done = subprocess.run([self.script, self.set], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("holds other files; name an empty folder", done.stderr)
        self.assertEqual([path.name for path in self.set.iterdir()], ["mine"])


class Once(unittest.TestCase):
    def test_a_fixture_that_fails_is_not_tried_again(self) -> None:
        tries: list[int] = []

        @once
        def fixture() -> Path:
            tries.append(1)
            raise OSError("no space left")

        for _ in range(3):
            with self.assertRaisesRegex(OSError, "no space left"):
                fixture()
        self.assertEqual(len(tries), 1)
