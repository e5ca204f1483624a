#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints what each part of an image takes: tests/size/size.py ELF..., the maps beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from size import image  # noqa: E402


def _group(part: str) -> int:
    return 2 if part == image.PADDING else 0 if part.startswith("src/") else 1


def table(found: image.Image) -> str:
    """Rooms of src/ first, then the rest, the largest first."""
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
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
