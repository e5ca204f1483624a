#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes base/character_table.h from the Unicode Character Database.

    make_character_table.py [FOLDER] > character_table.h

FOLDER holds EastAsianWidth.txt, UnicodeData.txt and PropList.txt; Debian's package unicode-data
puts them into /usr/share/unicode. tests/lint/test_character_table.py makes the table anew and
compares it with the committed one.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = "/usr/share/unicode"
LAST = 0x10FFFF
ROW = "    "
COLUMNS = 100


def fields(path: Path) -> Iterator[list[str]]:
    """Yields the fields of each line, without comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.split("#", 1)[0].strip()
        if text:
            yield [field.strip() for field in text.split(";")]


def code_points(text: str) -> range:
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def categories(folder: Path) -> dict[int, str]:
    """Returns the general category of each code point that has one."""
    found: dict[int, str] = {}
    first = 0
    for point, name, category, *_ in fields(folder / "UnicodeData.txt"):
        number = int(point, 16)
        # Two lines, "<..., First>" and "<..., Last>", stand for all code points between them.
        if not name.endswith(", Last>"):
            first = number
        for between in range(first, number + 1):
            found[between] = category
    return found


def property_of(folder: Path, name: str) -> set[int]:
    return {point for points, found in fields(folder / "PropList.txt") if found == name
            for point in code_points(points)}


def classes(folder: Path) -> list[str]:
    """Returns the class of each code point."""
    found = ["NARROW"] * (LAST + 1)
    for points, width in fields(folder / "EastAsianWidth.txt"):
        for point in code_points(points):
            found[point] = {"W": "WIDE", "F": "WIDE", "A": "AMBIGUOUS"}.get(width, "NARROW")
    signs = property_of(folder, "Prepended_Concatenation_Mark")  # the only formats that are seen
    for point, category in categories(folder).items():
        if category in ("Mn", "Me"):
            found[point] = "COMBINING"
        elif category in ("Cc", "Cf", "Cs", "Zl", "Zp") and point not in signs:
            found[point] = "UNSEEN"
    # The middle and last parts of a Hangul syllable join its first part.
    for point in [*range(0x1160, 0x1200), *range(0xD7B0, 0xD7FC)]:
        found[point] = "COMBINING"
    return found


def version(folder: Path) -> str:
    first = (folder / "EastAsianWidth.txt").read_text(encoding="utf-8").splitlines()[0]
    return first.removeprefix("# EastAsianWidth-").removesuffix(".txt")


def table(folder: Path) -> Iterator[str]:
    found = classes(folder)
    # REUSE-IgnoreStart
    yield "/* SPDX-License-Identifier: Unicode-DFS-2016 */"
    # REUSE-IgnoreEnd
    yield "/* make_character_table.py wrote this table from the Unicode Character Database"
    yield f" * {version(folder)}, copyright Unicode, Inc., used under the Unicode License. Each RUN begins a run"
    yield " * of code points of one class. */"
    yield "/* clang-format off */"
    row = ROW
    for point in range(LAST + 1):
        if point > 0 and found[point] == found[point - 1]:
            continue
        entry = f"RUN(0x{point:X}, {found[point]}),"
        if len(row) + len(entry) + 1 > COLUMNS:
            yield row.rstrip()
            row = ROW
        row += entry + " "
    yield row.rstrip()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER)
    print("\n".join(line.rstrip() for line in table(folder)))


if __name__ == "__main__":
    main()
