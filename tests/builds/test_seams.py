# SPDX-License-Identifier: MIT
"""What port/mbedtls changes in mbedTLS does not build with another mbedTLS, instead of doing nothing.

Each test edits a copy of mbedTLS's headers as a later release might.
"""

import os
import shutil
from pathlib import Path

from harness.building import Builds, run
from harness.places import BUILD, ROOT

MBEDTLS = Path(os.environ.get("MBEDTLS_DIR", ROOT / "deps/mbedtls"))


class Seams(Builds):
    def compile(self, source: str, mbedtls: Path) -> "tuple[int, str]":
        done = run(os.environ.get("CC", "cc"), "-std=c99", "-fsyntax-only", "-Iinclude",
                   "-Iport/mbedtls", "-isystem", str(mbedtls / "include"),
                   "-DMBEDTLS_CONFIG_FILE=\"pgtask_mbedtls_config.h\"", source)
        return done.returncode, done.stderr

    def edited(self, old: str, new: str) -> Path:
        """A copy of mbedTLS's headers with another text in ssl_misc.h."""
        copy = self.directory / "mbedtls"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(MBEDTLS / "include", copy / "include")
        (copy / "library").mkdir()
        for header in (MBEDTLS / "library").glob("*.h"):
            text = header.read_text("utf-8")
            if header.name == "ssl_misc.h":
                self.assertIn(old, text)
                text = text.replace(old, new)
            (copy / "library" / header.name).write_text(text, "utf-8")
        return copy

    def test_a_flag_with_another_name_does_not_compile(self) -> None:
        self.assertEqual(self.compile("port/mbedtls/divide.c", MBEDTLS), (0, ""))
        for old, new, words in (
                ("ecrs_enabled", "ec_restart", "ecrs_enabled"),
                ("MBEDTLS_SSL_ECP_RESTARTABLE_ENABLED", "MBEDTLS_SSL_DIVIDED",
                 "this mbedTLS cannot divide a handshake")):
            code, said = self.compile("port/mbedtls/divide.c", self.edited(old, new))
            with self.subTest(old):
                self.assertNotEqual(code, 0)
                self.assertIn(words, said)

    def test_without_the_file_nothing_links(self) -> None:
        library = self.directory / "libpgtask.a"
        shutil.copy(BUILD / "libpgtask.a", library)
        self.succeed("ar", "d", library, "divide.o")
        done = run(os.environ.get("CC", "cc"), BUILD / "examples/minimal.o", library,
                   BUILD / "libmbedtls.a", "-o", self.directory / "minimal")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("pgtask_divide_handshake", done.stderr)
