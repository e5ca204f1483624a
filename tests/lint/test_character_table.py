# SPDX-License-Identifier: MIT
"""The committed table of characters is what its generator makes of the machine's Unicode database.

A database that is newer has more characters. Then the characters that the table's version had
already are compared.
"""

import re
import sys
import unittest
from pathlib import Path

from harness.places import ROOT

BASE = ROOT / "examples/cli/base"
sys.path.insert(0, str(BASE))
import make_character_table as maker  # noqa: E402

FOLDER = Path(maker.FOLDER)


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split("."))


def committed_classes(text: str) -> list[str]:
    found: list[str] = []
    name = ""
    for point, run in re.findall(r"RUN\(0x([0-9A-F]+), ([A-Z]+)\)", text):
        found += [name] * (int(point, 16) - len(found))
        name = run
    return found + [name] * (maker.LAST + 1 - len(found))


class CharacterTable(unittest.TestCase):
    def setUp(self) -> None:
        self.committed = (BASE / "character_table.h").read_text("utf-8")
        match = re.search(r"Database\s+\*\s+([0-9.]+),", self.committed)
        assert match is not None
        self.version = match[1]

    def test_a_table_made_anew_is_the_committed_one(self) -> None:
        self.assertTrue(FOLDER.is_dir(), "install Debian's package unicode-data")
        if maker.version(FOLDER) == self.version:
            self.assertEqual("\n".join(maker.table(FOLDER)) + "\n", self.committed)

    def test_each_character_of_the_tables_version_has_the_class_of_the_database(self) -> None:
        made, committed = maker.classes(FOLDER), committed_classes(self.committed)
        self.assertEqual(len(committed), len(made))
        compared = 0
        for points, age in maker.fields(FOLDER / "DerivedAge.txt"):
            if version_of(age) <= version_of(self.version)[:2]:
                for point in maker.code_points(points):
                    self.assertEqual(committed[point], made[point], f"U+{point:04X}")
                    compared += 1
        self.assertGreater(compared, 280_000)

    def test_the_database_knows_the_characters_of_the_page(self) -> None:
        made = maker.classes(FOLDER)
        for character, name in {"恢": "WIDE", "…": "AMBIGUOUS", "█": "AMBIGUOUS", "a": "NARROW",
                                "\u0301": "COMBINING", "\u200b": "UNSEEN", "\u2028": "UNSEEN",
                                "\u202e": "UNSEEN", "\x9b": "UNSEEN", "\U0001f600": "WIDE",
                                "\U000e0041": "UNSEEN", "\u0600": "NARROW"}.items():
            self.assertEqual(made[ord(character)], name, f"U+{ord(character):04X}")


if __name__ == "__main__":
    unittest.main()
