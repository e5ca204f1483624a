# SPDX-License-Identifier: MIT
"""What the README shows is what the tree holds."""

from __future__ import annotations

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from builds.building import ROOT

README = (ROOT / "README.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"<!-- {re.escape(name)} -->\n```c\n(.*?)```\n<!-- /", README, re.DOTALL)
    assert found is not None, f"the README has no block {name}"
    return found.group(1)


class Readme(unittest.TestCase):
    def test_its_program_is_the_example(self) -> None:
        self.assertEqual(block("minimal.c"), (ROOT / "examples/minimal.c").read_text())

    def test_its_program_compiles_without_a_warning(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "readme.c"
            source.write_text(block("minimal.c"))
            for compiler in ("gcc", "clang"):
                done = subprocess.run(
                    [compiler, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
                     "-Wshadow", "-Wvla", "-Werror", "-D_POSIX_C_SOURCE=200809L",
                     f"-I{ROOT}/include", f"-I{ROOT}/port/posix", "-c", "-o",
                     str(Path(folder) / "readme.o"), str(source)],
                    capture_output=True, text=True, check=False)
                with self.subTest(compiler):
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_its_targets_are_in_the_makefile(self) -> None:
        makefile = "".join(path.read_text() for path in
                           [ROOT / "Makefile", ROOT / "tests/tests.mk", *ROOT.glob("port/build/*.mk")])
        for target in set(re.findall(r"\bmake ([a-z][a-z-]*)\b", README)):
            with self.subTest(target):
                self.assertRegex(makefile, rf"(?m)^{target}\b.*:")

    def test_its_paths_exist(self) -> None:
        for path in set(re.findall(r"`((?:include|src|port|examples|tests|\.ci)/[\w./]*)`", README)):
            with self.subTest(path):
                self.assertTrue((ROOT / path).exists())

    def test_its_options_are_those_of_its_programs(self) -> None:
        programs = [*(ROOT / "examples/cli").glob("*.c"), ROOT / "examples/firmware/make_settings.py"]
        sources = "".join(path.read_text() for path in programs)
        text = re.sub(r"pkg-config [^)]*", "", README)
        for option in set(re.findall(r"(?<![\w-])(--[a-zA-Z][\w-]*)", text)):
            with self.subTest(option):
                self.assertIn(f'"{option[2:]}"', sources.replace('"--', '"'))


if __name__ == "__main__":
    unittest.main()
