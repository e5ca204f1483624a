# SPDX-License-Identifier: MIT
"""What `make install` puts in place is enough to build a program, and uninstall takes it back."""

import re
import stat
from pathlib import Path

from harness.building import Builds
from harness.places import ROOT


def files_below(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*")
                  if path.is_file())


class Install(Builds):
    def test_a_program_builds_with_what_is_installed(self) -> None:
        prefix = self.directory / "usr"
        self.succeed("make", "-s", "install", f"PREFIX={prefix}")
        pc = (prefix / "lib/pkgconfig/pgtask.pc").read_text("ascii")
        lines = dict(line.split("=" if line.startswith("prefix") else ": ", 1)
                     for line in pc.splitlines() if line.startswith(("prefix", "Cflags", "Libs")))
        self.assertEqual(lines["prefix"], str(prefix))
        self.assertEqual(lines["Cflags"], "-I${includedir}")
        self.assertEqual(lines["Libs"], "-L${libdir} -lpgtask -lpgtask_mbedtls")
        program = self.directory / "minimal"
        self.succeed("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{prefix}/include",
                     "-o", program, ROOT / "examples/minimal.c", f"-L{prefix}/lib",
                     "-lpgtask", "-lpgtask_mbedtls")
        self.assertIn("API 2017-03-12", self.succeed(prefix / "bin/pgtask", "--version"))

    def test_each_public_header_compiles_alone(self) -> None:
        self.succeed("make", "-s", "install", "PREFIX=/usr", f"DESTDIR={self.directory}")
        include = self.directory / "usr/include"
        for header in sorted(include.rglob("*.h")):
            source = self.directory / "alone.c"
            source.write_text(f"#include <{header.relative_to(include)}>\nint one;\n", "ascii")
            self.succeed("gcc", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra",
                         "-Wpedantic", "-Werror", f"-I{include}", "-fsyntax-only", source)

    def test_the_unit_starts_the_program_that_was_installed(self) -> None:
        for prefix in ("/usr", "/opt/pgtask"):
            self.succeed("make", "-s", "install", f"PREFIX={prefix}", f"DESTDIR={self.directory}")
            installed = self.directory / prefix.lstrip("/")
            unit = installed / "lib/systemd/system/pgtask-led.service"
            self.assertEqual(stat.S_IMODE(unit.stat().st_mode), 0o644)
            starts = re.findall(r"^ExecStart=(\S+) led ", unit.read_text("ascii"), re.MULTILINE)
            self.assertEqual(starts, [f"{prefix}/bin/pgtask"])
            self.assertNotIn("/usr/local", unit.read_text("ascii"))
            self.assertTrue((installed / "bin/pgtask").exists())
            self.assertTrue((installed / "share/doc/pgtask/pgtask-led.init").exists())

    def test_uninstall_leaves_nothing(self) -> None:
        where = ("PREFIX=/usr", f"DESTDIR={self.directory}")
        self.succeed("make", "-s", "install", *where)
        self.assertIn("usr/bin/pgtask", files_below(self.directory))
        self.assertIn("usr/lib/systemd/system/pgtask-led.service", files_below(self.directory))
        self.succeed("make", "-s", "uninstall", *where)
        self.assertEqual(files_below(self.directory), [])
