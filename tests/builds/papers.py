# SPDX-License-Identifier: MIT
"""What the tests of the project's papers share: the papers, and the code in them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.places import BUILD, ROOT


SKIPPED = {BUILD.resolve(), ROOT / "build", ROOT / "deps"}
_FENCE = re.compile(r"^(?:<!-- (\S+) -->\n)?^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")


def files(pattern: str) -> list[Path]:
    """The project's files of that name, without what was built or fetched."""
    found = []
    for folder, names, _ in os.walk(ROOT):
        names[:] = [name for name in names
                    if Path(folder, name) not in SKIPPED and not name.startswith(".")]
        found += Path(folder).glob(pattern)
    return sorted(found)


@dataclass(frozen=True)
class Fence:
    """A block between two lines of three back quotes."""

    source: str  # what the comment above it names: the file that it is an excerpt of; or ""
    language: str
    body: str


class Paper:
    """One file of Markdown."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.text = path.read_text("utf-8")
        self.fences = [Fence(*found) for found in _FENCE.findall(self.text)]
        self.prose = _FENCE.sub("", self.text)
        self.spans = _SPAN.findall(self.prose)

    @property
    def code(self) -> list[str]:
        """Each span, and each line of a fence or of a block indented by four spaces."""
        indented = re.findall(r"^ {4,}(?![-*|])(\S.*)$", self.prose, re.MULTILINE)
        lines = [line.strip() for fence in self.fences for line in fence.body.splitlines()]
        return [*self.spans, *indented, *lines]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and text."""
        return [(len(marks), text) for marks, text in
                re.findall(r"^(#+) (.+)$", self.prose, re.MULTILINE)]

    @property
    def anchors(self) -> set[str]:
        """What a link to one of its headings ends with."""
        plain = [re.sub(r"[^\w\- ]", "", text.lower()) for _, text in self.headings]
        return {text.replace(" ", "-") for text in plain}

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    def tables(self) -> Iterator[list[list[str]]]:
        """Each table as rows of cells, the header first."""
        for block in re.findall(r"(?:^\|.*\|$\n?)+", self.prose, re.MULTILINE):
            rows = [[cell.strip() for cell in line.strip("|").split("|")]
                    for line in block.splitlines()]
            yield [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]

    def row(self, first: str) -> list[str]:
        """The row of any table that begins with that cell."""
        return next(row for table in self.tables() for row in table if row[0] == first)


def all_papers() -> list[Paper]:
    return [Paper(path) for path in files("*.md")]
