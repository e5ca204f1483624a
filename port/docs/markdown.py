# SPDX-License-Identifier: MIT
"""A page of Markdown as sections and blocks, as far as this project's pages use it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCE = "```"


@dataclass
class Block:
    """A part between two blank lines: `kind` is text, code, table, list or heading."""

    kind: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(line.strip() for line in self.lines)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of a table, the header first, without the line below it."""
        rows = [[cell.strip() for cell in line.strip().strip("|").split(" | ")]
                for line in self.lines]
        return [rows[0], *rows[2:]]

    @property
    def items(self) -> list[tuple[str, str]]:
        """The marks of a list and its texts."""
        found = re.findall(r"^(\d+\.|-) (.*?)(?=^(?:\d+\.|-) |\Z)", "\n".join(self.lines),
                           re.MULTILINE | re.DOTALL)
        return [(mark, " ".join(text.split())) for mark, text in found]


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "heading"
    if line.startswith("|"):
        return "table"
    if line.startswith(("![", "<")):
        return "picture"
    return "list" if re.match(r"(\d+\.|-) ", line) else "text"


def blocks(text: str) -> Iterator[Block]:
    block, is_code = Block(""), False
    for line in text.splitlines():
        if line.startswith(_FENCE):
            if block.kind:
                yield block
            is_code = not is_code
            block = Block("code" if is_code else "")
        elif is_code:
            block.lines.append(line)
        elif not line.strip():
            if block.kind:
                yield block
            block = Block("")
        else:
            block.kind = block.kind or _kind(line)
            block.lines.append(line)
    if block.kind:
        yield block


def sections(text: str) -> dict[str, str]:
    """What stands below each heading of the second level, by that heading."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def replace_table(text: str, section: str, header: list[str], rows: list[list[str]]) -> str:
    """Puts rows below the header of the first such table of a section."""
    head = f"| {' | '.join(header)} |\n"
    start = text.index(f"\n## {section}\n")
    at = text.index(head, start) + len(head)
    at = text.index("\n", at) + 1
    end = at
    while text.startswith("|", end):
        end = text.index("\n", end) + 1
    return text[:at] + "".join(f"| {' | '.join(row)} |\n" for row in rows) + text[end:]
