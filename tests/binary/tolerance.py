# SPDX-License-Identifier: MIT
"""Says what it costs that an odd member costs that member only, in flash and in a record."""

from dataclasses import dataclass
from pathlib import Path

from binary import image

# The last version in which an odd member ended the answer (34112c5), for a Cortex-M4.
FLASH_BEFORE = {"json": 2_803, "task": 3_799, "watch": 2_978, "http": 1_815}
RECORD_BEFORE = 3_576


@dataclass
class Cost:
    """The bytes that were added since then, of each room and of a struct pgtask_task."""

    flash: dict[str, int]
    record: int

    @property
    def all_flash(self) -> int:
        return sum(self.flash.values())

    def __str__(self) -> str:
        rooms = ", ".join(f"{room} {size:+,}" for room, size in self.flash.items())
        return (f"tolerance of odd answers: {self.all_flash:+,} bytes of flash ({rooms}) "
                f"and {self.record:+,} bytes of a record")


def cost(library: Path) -> Cost:
    """Returns what tolerance costs in library.elf, the image of tests/binary/image.c."""
    rooms = image.read(library).rooms()
    return Cost({room: rooms[room].flash - before for room, before in FLASH_BEFORE.items()},
                image.size_of_symbol(library, "task") - RECORD_BEFORE)
