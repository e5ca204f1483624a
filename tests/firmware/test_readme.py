# SPDX-License-Identifier: MIT
"""What the papers say of the firmware is what its images and sources hold."""

import re
import unittest

from binary import image
from builds.papers import Paper
from harness.places import ROOT
from harness.qemu import IMAGES, firmware_images

FIRMWARE = Paper(ROOT / "examples/firmware/README.md")


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


class Reference(unittest.TestCase):
    """examples/firmware/README.md"""

    def column(self, header: str) -> list[str]:
        """Returns the first column of the table whose header begins so."""
        table = next(table for table in FIRMWARE.tables() if table[0][0] == header)
        return [row[0] for row in table[1:]]

    def test_it_lists_every_image(self) -> None:
        self.assertEqual(sorted(name.strip("`") for name in self.column("image")),
                         firmware_images())

    def test_it_lists_every_argument_of_a_test(self) -> None:
        source = (ROOT / "examples/firmware/options.c").read_text()
        known = set(re.findall(r'read_(?:number|text)\("(\w+)"', source))
        listed = set(re.findall(r"`(\w+)=", "".join(self.column("argument"))))
        self.assertEqual(listed, known)

    def test_every_network_state_it_names_is_in_the_source(self) -> None:
        source = (ROOT / "port/board/network.c").read_text()
        states = re.findall(r'"([^"]+)"', source[source.index("texts[] = {"):])
        row = FIRMWARE.row("`network: ...`")[1]
        for state in states:
            self.assertIn(f"`{state}`", row)


class Porting(unittest.TestCase):
    """port/README.md"""

    paper = Paper(ROOT / "port/README.md")

    def rows(self, columns: int) -> list[list[str]]:
        """Returns the rows of the table of functions with so many columns."""
        return next(table[1:] for table in self.paper.tables()
                    if table[0][:2] == ["function", "what it must do"] and len(table[0]) == columns)

    def test_it_explains_each_function_of_a_port(self) -> None:
        header = (ROOT / "include/pgtask/port.h").read_text()
        functions = re.findall(r"\(\*(\w+)\)\(void \*context", header)
        explained = [row[0].strip("`") for row in self.rows(4)]
        self.assertEqual(sorted(explained), sorted(functions))

    def test_it_names_each_promise_once(self) -> None:
        sources = "".join(path.read_text() for path in (ROOT / "tests/port").glob("check_*.c"))
        tables = re.findall(r"struct promise const \w+\[\] = \{(.*?)\};", sources, re.DOTALL)
        promises = re.findall(r'\{"([^"]+)"', "".join(tables))
        proofs = " ".join(row[2] for row in self.rows(4))
        self.assertEqual(sorted(re.findall(r'"([^"]+)"', proofs)), sorted(promises))

    def test_each_board_supplies_the_functions_it_asks_for(self) -> None:
        asked = {name for row in self.rows(2) for name in re.findall(r"`(\w+)`", row[0])}
        for board in ("mps2", "lm3s6965"):
            source = "".join(path.read_text()
                             for path in (ROOT / "port/board" / board).glob("*.c"))
            supplied = set(re.findall(r"^(?!static)\w+ (\w+)\(.*\)\n\{", source, re.MULTILINE))
            self.assertEqual(supplied, asked)


if __name__ == "__main__":
    unittest.main()
