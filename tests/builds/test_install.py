# SPDX-License-Identifier: MIT
"""What `make install` puts in place is enough to build a program, and uninstall takes it back."""

import fnmatch
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from builds.test_version import VERSION
from harness.building import Builds, run
from harness.places import BUILD, ROOT


def files_below(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*")
                  if path.is_file())


class Install(Builds):
    def program_of(self, root: Path, *flags: str) -> Path:
        """Compiles examples/minimal.c as a user would, by pkg-config alone."""
        [folder] = root.rglob("pkgconfig")
        words = subprocess.run(["pkg-config", "--cflags", "--libs", *flags, "pgtask"], check=True,
                               env={**os.environ, "PKG_CONFIG_PATH": str(folder)},
                               capture_output=True, text=True).stdout.split()
        program = self.directory / "minimal"
        self.succeed("gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", program,
                     ROOT / "examples/minimal.c", *words)
        return program

    def test_a_program_builds_with_what_is_installed(self) -> None:
        prefix = self.directory / "usr"
        self.succeed("make", "-s", "install", f"PREFIX={prefix}")
        self.program_of(prefix)
        self.assertIn("API 2017-03-12", self.succeed(prefix / "bin/pgtask", "--version"))

    def test_a_program_runs_with_the_shared_library_in_a_folder_of_multiarch(self) -> None:
        prefix, build = self.directory / "usr", BUILD / "shared"
        libraries = prefix / "lib/x86_64-linux-gnu"
        self.succeed("make", "-s", "install", "SHARED=1", "OPTIMIZE=-O0", f"BUILD={build}",
                     f"PREFIX={prefix}", f"LIBDIR={libraries}")
        program = self.program_of(prefix)
        needed = self.succeed("readelf", "-d", program)
        soname = "libpgtask.so." + ".".join(VERSION.split(".")[:2])
        self.assertIn(f"(NEEDED)             Shared library: [{soname}]", needed)
        for one in (program, prefix / "bin/pgtask"):
            done = run("env", f"LD_LIBRARY_PATH={libraries}", one, "--version")
            self.assertNotIn("error while loading", done.stderr)
        exported = self.succeed("nm", "-D", "--defined-only", libraries / soname)
        names = [line.split()[2] for line in exported.splitlines()]
        self.assertEqual([name for name in names if not name.startswith("pgtask_")], [])
        self.assertIn("pgtask_client_open", names)
        self.program_of(prefix, "--static")
        self.assert_each_in_one_package(prefix)

    def assert_each_in_one_package(self, prefix: Path) -> None:
        """Debian's packages share out what is installed; mbedTLS is the system's there."""
        lists = [(line.split()[0], path.name) for path in (ROOT / "port/debian").glob("*.install")
                 for line in path.read_text("ascii").splitlines()]
        for name in files_below(prefix):
            owners = {package for pattern, package in lists
                      if fnmatch.fnmatch(f"usr/{name}", pattern)
                      or fnmatch.fnmatch(f"usr/{name}", f"{pattern}/*")}
            if not name.endswith("libpgtask_mbedtls.a"):
                self.assertEqual(len(owners), 1, f"{name} is in {owners}")

    def test_a_program_with_other_sizes_than_the_library_is_told(self) -> None:
        self.succeed("make", "-s", "install", f"PREFIX={self.directory}")
        source = self.directory / "program.c"
        source.write_text("#include <pgtask/pgtask.h>\nstruct pgtask_task task;\n", "ascii")
        compiled = ("gcc", "-std=c99", f"-I{self.directory}/include", "-fsyntax-only", source)
        self.succeed(*compiled)
        self.succeed(*compiled, "-DPGTASK_STEPS=8")  # as the library has it
        done = run(*compiled, "-DPGTASK_STEPS=9")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("the installed libpgtask has PGTASK_STEPS 8: leave out your own value",
                      done.stderr)

    def test_a_program_gets_the_sizes_that_the_library_was_built_with(self) -> None:
        flags = "-DPGTASK_STEPS=(2*6) -DPGTASK_PULSE=1 -DPGTASK_TLS13=0"
        header = self.succeed("port/build/installed_config.sh", "gcc", "-Iinclude", *flags.split())
        shutil.copytree(ROOT / "include/pgtask", self.directory / "pgtask")
        (self.directory / "pgtask/config.h").write_text(header, "ascii")
        source = self.directory / "program.c"
        source.write_text("#include <pgtask/pgtask.h>\nenum { STEPS = PGTASK_STEPS, PULSE = "
                          "PGTASK_PULSE, TLS13 = PGTASK_TLS_HAS_TLS13 };\n"
                          "#if PGTASK_STEPS != 12 || PGTASK_PULSE != 1 || PGTASK_TLS_HAS_TLS13\n"
                          "#error\n#endif\n", "ascii")
        compiled = ("gcc", "-std=c99", "-Wall", "-Werror", f"-I{self.directory}", "-fsyntax-only",
                    source)
        self.succeed(*compiled)
        for other in ("-DPGTASK_STEPS=8", "-DPGTASK_PULSE=0", "-DPGTASK_TLS13=1"):
            self.assertIn(other[2:].split("=", maxsplit=1)[0], run(*compiled, other).stderr)

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
