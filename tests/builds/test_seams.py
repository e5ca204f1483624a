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
    def compiler(self, mbedtls: Path = MBEDTLS) -> "list[str]":
        return [os.environ.get("CC", "cc"), "-std=c99", "-Iinclude", "-Iport/mbedtls",
                "-isystem", str(mbedtls / "include"),
                "-DMBEDTLS_CONFIG_FILE=\"pgtask_mbedtls_config.h\""]

    def compile(self, source: str, mbedtls: Path) -> "tuple[int, str]":
        done = run(*self.compiler(mbedtls), "-fsyntax-only", source)
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

    def test_the_pulse_needs_its_hooks_in_mbedtls(self) -> None:
        compiler = (*self.compiler(), "-w", "-c", "-DPGTASK_PULSE=1")
        pulse, real = self.directory / "pulse.o", self.directory / "real.o"
        self.succeed(*compiler, "port/mbedtls/pulse.c", "-o", pulse)
        for name, function in (("bignum_core.c", "core_mul"), ("cipher.c", "cipher_update")):
            for hooks, code in ((("-include", "pgtask_pulse_hooks.h"), 0), ((), 1)):
                self.succeed(*compiler, *hooks, MBEDTLS / "library" / name, "-o", real)
                done = run("ld", "-r", pulse, real, "-o", self.directory / "both.o")
                with self.subTest(name, hooks=hooks):
                    self.assertEqual(done.returncode, code, done.stderr)
                    self.assertEqual("pgtaski_pulse_" + function in done.stderr, code == 1)

    def test_without_the_pulse_mbedtls_is_as_it_was(self) -> None:
        for name in ("bignum_core.c", "cipher.c", "sha256.c", "sha512.c"):
            code = []
            for hooks in ((), ("-include", "pgtask_pulse_hooks.h")):
                made, text = self.directory / "made.o", self.directory / "text"
                self.succeed(*self.compiler(), "-w", "-O2", "-c", *hooks,
                             MBEDTLS / "library" / name, "-o", made)
                self.succeed("objcopy", "-O", "binary", "-j", ".text", made, text)
                code.append(text.read_bytes())
            self.assertGreater(len(code[0]), 1000)
            self.assertEqual(code[0], code[1], name)

    def test_without_the_file_nothing_links(self) -> None:
        library = self.directory / "libpgtask.a"
        shutil.copy(BUILD / "libpgtask.a", library)
        self.succeed("ar", "d", library, "divide.o")
        done = run(os.environ.get("CC", "cc"), BUILD / "examples/minimal.o", library,
                   BUILD / "libmbedtls.a", "-o", self.directory / "minimal")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("pgtask_divide_handshake", done.stderr)
