# SPDX-License-Identifier: MIT
"""Writes what was measured into a page.

    PYTHONPATH=tests python3 -m bench.readme BUILD PAGE       (`make readme-figures` does it)

The figures of each NAME replace the block of the page between the lines `<!-- figures: NAME -->` and
`<!-- /figures -->`. A block is left as it is if its figures were not measured in BUILD; the
exit status is then 1.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from bench import tables
from binary import image, stack, tolerance
from harness.places import ROOT

BLOCK = re.compile(r"(?<=^<!-- figures: )(\w+) -->\n.*?(?=^<!-- /figures -->$)",
                   re.DOTALL | re.MULTILINE)


class NotMeasured(Exception):
    """Figures are missing; the text is the command that makes them."""


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    rule = ("---", *["---:"] * (len(header) - 1))
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def _bench(build: Path) -> str:
    path = build / "bench.json"
    if not path.exists():
        raise NotMeasured("make bench")
    return tables.as_markdown(json.loads(path.read_text()))


def _rooms(build: Path) -> str:
    path = build / "size/library.elf"
    if not path.exists():
        raise NotMeasured("make size")
    library = image.read(path)
    rooms = sorted(((name, use.flash) for name, use in library.rooms().items() if name != "tls"),
                   key=lambda room: -room[1])
    rows = [(name, f"{flash:,}") for name, flash in rooms]
    rows.append(("**all**", f"**{library.flash_of_library():,}**"))
    found = stack.measure(build / "size/src", ROOT / "include/pgtask")
    deepest = sorted(((size, name) for name, (size, _) in found.items()), reverse=True)[:3]
    calls = ", ".join(f"`{name}` {size}" for size, name in deepest)
    return (_table(("room of `src/`", "flash, bytes"), rows)
            + f"\n\nStack of `src/`, bytes, by static analysis of each public call: {calls}."
            + f"\n\nThe {tolerance.cost(path)}, beside a version in which an odd member ended the "
            "answer.")


def _switches(build: Path) -> str:
    rows = []
    for program in ("library", "exchange"):
        for switches, folder in (("on", "size"), ("off", "size/small")):
            path = build / folder / f"{program}.elf"
            if not path.exists():
                raise NotMeasured("make size")
            found = image.read(path)
            rooms = (found.rooms()[room].flash for room in ("json", "task", "http", "tc3"))
            rows.append((f"`{program}`, switches {switches}", *(f"{size:,}" for size in rooms),
                         f"{found.flash_of_library():,}", f"{found.flash:,}"))
    return _table(("program", "json", "task", "http", "tc3", "`src/` less tls", "linked"), rows)


def _images(build: Path) -> str:
    paths = sorted((path for path in (build / "firmware").glob("*.elf")
                   if not path.stem.startswith("bringup-") and not path.stem.endswith("-port-check")),
                   key=lambda path: ("-private-" in path.stem, path.stem))
    if not paths:
        raise NotMeasured("make size")
    rows = []
    for path in paths:
        found = image.read(path)
        sizes = (found.flash, found.ram, image.size_of_symbol(path, "arena"),
                 found.parts[image.STACK].ram)
        rows.append((f"`{path.stem}`", *(f"{size:,}" for size in sizes)))
    return _table(("image", "flash", "RAM", "of it mbedTLS's arena", "of it stack"), rows)


def _reach(build: Path) -> str:
    path = build / "firmware/reach.json"
    if not path.exists():
        raise NotMeasured("make bench-firmware")
    table = json.loads(path.read_text())
    rows = [(name, *(f"{size:,}" if size else "" for size in row.values()))
            for name, row in table.items()]
    return _table(("image, TLS", *next(iter(table.values()))), rows)


def _linux(build: Path) -> str:
    rows = []
    for path in sorted((build / "small-linux").glob("*/pgtask-*")):
        folder, kind = path.parent.name, path.name.removeprefix("pgtask-")
        target, libc = folder.removesuffix("-musl"), "musl" if folder.endswith("-musl") else "glibc"
        rows.append((target, f"{libc}, {kind}", f"{path.stat().st_size:,}"))
    if not rows:
        raise NotMeasured("make size-linux")
    return _table(("target", "linked", "bytes"), rows)


FIGURES: dict[str, Callable[[Path], str]] = {
    "bench": _bench, "rooms": _rooms, "switches": _switches, "images": _images, "reach": _reach,
    "linux": _linux,
}


def main() -> int:
    if len(sys.argv) != 3:
        sys.exit("usage: python3 -m bench.readme BUILD PAGE")
    build, page = map(Path, sys.argv[1:])
    missing = []

    def figures(block: "re.Match[str]") -> str:
        try:
            return f"{block[1]} -->\n\n{FIGURES[block[1]](build)}\n\n"
        except NotMeasured as command:
            missing.append(f"{block[1]} stays as it is; to measure it, run `{command}`")
            return block[0]

    text, count = BLOCK.subn(figures, page.read_text())
    page.write_text(text)
    print("\n".join([f"{page}: {count - len(missing)} of {count} blocks written", *missing]))
    return 1 if missing or not count else 0


if __name__ == "__main__":
    sys.exit(main())
