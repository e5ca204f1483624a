# SPDX-License-Identifier: MIT
"""Each file of the project is text, and no name looks like an option of a command."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from builds.papers import SKIPPED
from harness.places import LWIP, MBEDTLS, ROOT


def own_files(root: Path) -> list[Path]:
    """The files that git tracks; outside a checkout, all files except what was built and fetched."""
    if (root / ".git").exists():
        names = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True,
                               check=True).stdout.decode().split("\0")
        return [root / name for name in names if name]
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names
                    if Path(folder, name) not in SKIPPED and name != "__pycache__"]
        found += [Path(folder, name) for name in files]
    return found


def faults(root: Path) -> list[str]:
    """a line for each binary file and for each name that looks like an option."""
    files = own_files(root)
    names = [path.relative_to(root) for path in files]
    binary = [f"{path.relative_to(root)} is binary" for path in files
              if path.is_file() and b"\0" in path.read_bytes()]
    options = {name.parts[0] for name in names if name.parts[0].startswith("-")}
    return [*binary, *(f"{name} has the name of an option" for name in sorted(options))]


class Tree(unittest.TestCase):
    def test_each_file_is_text_and_no_name_looks_like_an_option(self) -> None:
        self.assertGreater(len(own_files(ROOT)), 300)
        self.assertEqual(faults(ROOT), [])

    def test_no_source_has_the_name_of_one_of_mbedtls_or_lwip(self) -> None:
        """An IDE for boards often compiles all files of a project into one folder."""
        theirs = {path.name for folder in (MBEDTLS / "library", LWIP / "src")
                  for path in folder.rglob("*.c")}
        self.assertGreater(len(theirs), 100)
        ours = [path for folder in ("src", "port") for path in (ROOT / folder).rglob("*.c")]
        self.assertEqual([str(path.relative_to(ROOT)) for path in ours if path.name in theirs], [])

    def test_a_binary_and_a_name_like_an_option_are_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "program").write_bytes(b"\x7fELF\0")
            Path(folder, "-o").write_text("text")
            self.assertEqual(faults(Path(folder)),
                             ["program is binary", "-o has the name of an option"])


if __name__ == "__main__":
    unittest.main()
