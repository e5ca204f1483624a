# SPDX-License-Identifier: MIT
"""Prints what each part of an image takes. The linker's map must lie beside each image.

    PYTHONPATH=tests python3 -m binary.size ELF...       (`make size` does it)
"""

import sys
from pathlib import Path

from binary import image, tolerance


def _group(part: str) -> int:
    return 2 if part == image.PADDING else 0 if part.startswith("src/") else 1


def table(found: image.Image) -> str:
    """Returns a table: rooms of src/, then the other parts, the largest of each first."""
    rows = sorted(
        found.parts.items(),
        key=lambda row: (_group(row[0]), -row[1].flash - row[1].ram),
    )
    lines = [f"{'':24} {'flash':>9} {'RAM':>9}"]
    lines += [f"{name:24} {use.flash:9,} {use.ram:9,}" for name, use in rows]
    lines.append(f"{'all':24} {found.flash:9,} {found.ram:9,}")
    lines.append(f"{'src/ less tls':24} {found.flash_of_library():9,}")
    return "\n".join(lines)


def main(paths: list[str]) -> int:
    for path in paths:
        print(f"{path}, bytes:")
        print(table(image.read(Path(path))))
        if Path(path).match("size/library.elf"):
            print(tolerance.cost(Path(path)))
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
