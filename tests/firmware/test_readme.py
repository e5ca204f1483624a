# SPDX-License-Identifier: MIT
"""The README's table of memory is what the images take."""

import unittest

from binary import image
from builds.papers import Paper
from harness.places import ROOT
from harness.qemu import IMAGES


class Table(unittest.TestCase):
    def test_it_rounds_what_each_image_takes(self) -> None:
        tables = Paper(ROOT / "README.md").tables()
        shown = next(table for table in tables if table[0][0] == "image")
        self.assertGreater(len(shown), 3)
        for name, _, _, *stated in shown[1:]:
            found = image.read(IMAGES / f"{name.strip('`')}.elf")
            with self.subTest(name):
                measured = [f"{round(size / 1000)}" for size in (found.flash, found.ram)]
                self.assertEqual(stated, measured)


if __name__ == "__main__":
    unittest.main()
