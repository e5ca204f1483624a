# SPDX-License-Identifier: MIT
"""The version is one and the same wherever somebody reads it."""

import re

from harness.building import Builds
from harness.places import PGTASK, ROOT

HEADER = (ROOT / "include/pgtask/version.h").read_text("ascii")


def define(name: str) -> str:
    found = re.search(rf'^#define {name} "?([\d.]+)"?$', HEADER, re.MULTILINE)
    assert found is not None, name
    return found[1]


VERSION = define("PGTASK_VERSION")


class Version(Builds):
    def test_the_text_has_the_numbers(self) -> None:
        parts = [define(f"PGTASK_VERSION_{part}") for part in ("MAJOR", "MINOR", "PATCH")]
        self.assertEqual(".".join(parts), VERSION)

    def test_the_number_orders_versions(self) -> None:
        major, minor, patch = map(int, VERSION.split("."))
        source = self.directory / "number.c"
        source.write_text("#include <pgtask/pgtask.h>\n"
                          f"#if PGTASK_VERSION_NUMBER != {10000 * major + 100 * minor + patch}\n"
                          "#error\n#endif\nint one;\n", "ascii")
        self.succeed("gcc", "-std=c99", f"-I{ROOT}/include", "-fsyntax-only", source)

    def test_the_client_says_it(self) -> None:
        self.assertRegex(self.succeed(PGTASK, "--version"), rf"\Apgtask {re.escape(VERSION)} ")

    def test_pkg_config_says_it(self) -> None:
        self.succeed("make", "-s", "install", f"PREFIX={self.directory}")
        pc = (self.directory / "lib/pkgconfig/pgtask.pc").read_text("ascii")
        self.assertEqual(re.findall(r"^Version: (.*)$", pc, re.MULTILINE), [VERSION])

    def test_the_changelog_ends_with_it(self) -> None:
        headings = re.findall(r"^## \[(\d[\d.]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"),
                              re.MULTILINE)
        self.assertEqual(headings[0], VERSION)

    def test_the_debian_packages_have_it(self) -> None:
        changelog = (ROOT / "port/debian/changelog").read_text("utf-8")
        self.assertRegex(changelog, rf"\Apgtask \({re.escape(VERSION)}-\d+\) ")
        major, minor, _ = VERSION.split(".")
        soname = f"{major}.{minor}" if major == "0" else major
        control = (ROOT / "port/debian/control").read_text("utf-8")
        self.assertIn(f"\nPackage: libpgtask{soname}\n", control)
        self.assertTrue((ROOT / f"port/debian/libpgtask{soname}.install").exists())
