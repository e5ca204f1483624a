# SPDX-License-Identifier: MIT
"""make_settings.py keeps the key to its owner and out of git, and says what is missing."""

import os
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from harness.places import ROOT
from harness.service import LONG_TERM, TEMPORARY, certificates

SCRIPT = ROOT / "examples" / "firmware" / "make_settings.py"


class Settings(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-settings-")))
        self.header = self.folder / "settings.h"

    def make(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, SCRIPT, "--instance", "postgres-q6fj84vb", *arguments,
                   "--output", self.header]
        return subprocess.run(
            command, env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environment},
            capture_output=True, text=True, check=False, timeout=30,
        )

    def ca(self, name: str = "ca") -> str:
        return f"--ca={certificates()}/{name}.pem"

    def key(self) -> dict[str, str]:
        return {"TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
                "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key}

    def test_only_the_owner_may_read_the_header_even_where_another_file_was(self) -> None:
        self.header.touch(0o644)
        done = self.make(self.ca(), **self.key())
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(stat.S_IMODE(self.header.stat().st_mode), 0o600)

    def test_the_header_lies_below_build_unless_told_otherwise(self) -> None:
        script = self.folder / "examples" / "firmware" / SCRIPT.name
        script.parent.mkdir(parents=True)
        shutil.copy(SCRIPT, script)
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        done = subprocess.run(
            [sys.executable, script, "--instance", "postgres-q6fj84vb", self.ca()], cwd=elsewhere,
            env={"PATH": os.environ["PATH"], **self.key()}, capture_output=True, text=True,
            check=False, timeout=30,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        header = self.folder / "build" / "settings" / "settings.h"
        self.assertEqual(stat.S_IMODE(header.stat().st_mode), 0o600)

    def test_git_ignores_a_header_in_any_folder_and_what_is_made_of_it(self) -> None:
        subprocess.run(["git", "init", "-q", self.folder], check=True)
        shutil.copy(ROOT / ".gitignore", self.folder)
        paths = ("settings.h", "my/settings.h", "build/settings/settings.h",
                 "build/firmware/lm3s6965evb.elf", "lm3s6965evb.bin", "lm3s6965evb.elf")
        done = subprocess.run(["git", "-C", self.folder, "check-ignore", *paths],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout.split(), list(paths))

    def test_each_root_of_each_file_is_kept_as_der(self) -> None:
        both = self.folder / "both.pem"
        names = ("ca", "rsa_root")
        texts = [(certificates() / f"{name}.pem").read_text() for name in names]
        both.write_text("".join(texts))
        self.assertEqual(self.make(f"--ca={both}", self.ca("p384_root"), **self.key()).returncode, 0)
        header = self.header.read_text().replace("\n", "").replace(" ", "")
        for text in [*texts, (certificates() / "p384_root.pem").read_text()]:
            der = ssl.PEM_cert_to_DER_cert(text)
            self.assertIn("{" + "".join(f"0x{byte:02x}," for byte in der) + "}", header)

    def test_credentials_come_from_the_file_too(self) -> None:
        folder = self.folder / ".tencentcloud"
        folder.mkdir()
        (folder / "credentials").write_text(
            f"[default]\nsecret_id = {TEMPORARY.secret_id}\nsecret_key = {TEMPORARY.secret_key}\n"
            f"token = {TEMPORARY.token}\n"
        )
        self.assertEqual(self.make(self.ca()).returncode, 0)
        self.assertIn(f'#define SETTINGS_TOKEN "{TEMPORARY.token}"', self.header.read_text())

    def test_one_sentence_says_what_is_missing_or_wrong(self) -> None:
        cases = {
            "TENCENTCLOUD_SECRET_ID": self.make(self.ca()),
            "TENCENTCLOUD_SECRET_KEY": self.make(
                self.ca(), TENCENTCLOUD_SECRET_ID=LONG_TERM.secret_id
            ),
            "no certificate": self.make(f"--ca={SCRIPT}", **self.key()),
            "cannot read /nowhere/ca.pem": self.make("--ca=/nowhere/ca.pem", **self.key()),
            "region": self.make(self.ca(), "--region=ap\nx", **self.key()),
        }
        for word, done in cases.items():
            with self.subTest(word):
                self.assertEqual(done.returncode, 1)
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
        self.assertFalse(self.header.exists())
