# SPDX-License-Identifier: MIT
"""Reads what each part of a linked image takes, from the linker's map and the ELF's sections."""

import re
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

TOOLS = "arm-none-eabi-"
PADDING = "padding"
STACK = "stack"

_SECTION = re.compile(
    r"^\s+\[\s*\d+\]\s+(\S+)\s+(PROGBITS|NOBITS|ARM_EXIDX|INIT_ARRAY|FINI_ARRAY)\s+(\w+)\s+"
    r"\w+\s+(\w+)\s+\w+\s+([A-Z]*)",
    re.MULTILINE,
)
_OUTPUT = re.compile(r"^(\.?[\w.]+)(?:\s+0x|\s*$)")
_INPUT = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$")

# The first pattern that fits an object names its part. Rooms of src/ have the name of their file.
_PARTS = (
    (r"(?:^|/)lib(?:c|g|c_nano|g_nano|gcc|nosys|m)\.a\(|(?:^|/)crt\w+\.o$", "libc and libgcc"),
    (r"(?:^|/)port/mbedtls/arena\.o$", "arena of mbedTLS"),
    (r"(?:^|/)port/", "port and board"),
    (r"(?:^|/)mbedtls/[\w.]+\.o$|libmbedtls\.a\(", "mbedTLS"),
    (r"(?:^|/)lwip/", "lwIP"),
)
_ROOM = re.compile(r"(?:^|/)src/([a-z0-9]+)\w*\.o$")
# These files have another name than their room.
_ROOMS = {
    "calendar": "calendar and text",
    "text": "calendar and text",
    "number": "calendar and text",
    "failure": "error",
    "pem": "tls",
}


@dataclass
class Use:
    """The bytes of one part."""

    flash: int = 0
    ram: int = 0


@dataclass
class Image:
    """An ELF with its map beside it."""

    path: Path
    parts: dict[str, Use] = field(default_factory=dict)
    flash: int = 0
    ram: int = 0

    def rooms(self) -> dict[str, Use]:
        """Returns the parts that are rooms of src/."""
        return {name[4:]: use for name, use in self.parts.items() if name.startswith("src/")}

    def flash_of_library(self) -> int:
        """Returns the flash of src/ without TLS. The PEM reader, which reads roots, counts as TLS."""
        return sum(use.flash for name, use in self.rooms().items() if name != "tls")


def part_of(name: str) -> str:
    """Returns the part that an object file belongs to."""
    room = _ROOM.search(name)
    if room:
        return "src/" + _ROOMS.get(room[1], room[1])
    return next((part for pattern, part in _PARTS if re.search(pattern, name)), "program")


def _run(tool: str, *arguments: str) -> str:
    return subprocess.run(
        [TOOLS + tool, *arguments], check=True, capture_output=True, text=True
    ).stdout


@dataclass
class Section:
    """A section of an ELF."""

    start: int
    size: int
    in_flash: bool
    in_ram: bool


def sections(elf: Path) -> dict[str, Section]:
    """Returns the sections that are loaded or reserved, by name."""
    return {
        name: Section(int(start, 16), int(size, 16), kind != "NOBITS", "W" in flags)
        for name, kind, start, size, flags in _SECTION.findall(_run("readelf", "-SW", str(elf)))
        if "A" in flags
    }


def _entries(map_text: str) -> dict[str, list[tuple[int, int, str]]]:
    """Returns start, size and object file of each piece of an output section, by its name."""
    text = map_text[map_text.index("Linker script and memory map") :]
    text = re.sub(r"^( \S+)\n\s+(?=0x)", r"\1 ", text, flags=re.MULTILINE)
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    output = ""
    for line in text.splitlines():
        if head := _OUTPUT.match(line):
            output = head[1]
        elif (entry := _INPUT.match(line)) and entry[1] != "*fill*":
            found[output].append((int(entry[2], 16), int(entry[3], 16), entry[4]))
    return found


def _contributions(section: Section, entries: list[tuple[int, int, str]]) -> Counter:
    """Returns the bytes of each part. The map overstates strings that the linker merged, so the
    distance to the next entry counts."""
    parts: Counter = Counter()
    end_of_all = section.start + section.size
    inside = [entry for entry in entries if section.start <= entry[0] < end_of_all]
    ends = [start for start, _, _ in inside[1:]] + [end_of_all]
    for (start, size, name), end in zip(inside, ends, strict=False):
        parts[part_of(name)] += min(size, end - start)
    parts[PADDING] = section.size - parts.total()
    return parts


def read(elf: Path) -> Image:
    """Reads an image. What the linker put between objects is the part PADDING."""
    image = Image(elf)
    uses: dict[str, Use] = defaultdict(Use)
    entries = _entries(elf.with_suffix(".map").read_text())
    for name, section in sections(elf).items():
        used = (Counter({STACK: section.size}) if name == ".stack"
                else _contributions(section, entries[name]))
        for part, count in used.items():
            uses[part].flash += count if section.in_flash else 0
            uses[part].ram += count if section.in_ram else 0
    image.parts = {part: use for part, use in uses.items() if use.flash or use.ram}
    image.flash = sum(use.flash for use in image.parts.values())
    image.ram = sum(use.ram for use in image.parts.values())
    return image


def size_of_symbol(elf: Path, name: str) -> int:
    """Returns the bytes of a variable or function, or 0 if there is none of that name."""
    lines = [line.split() for line in _run("nm", "-S", str(elf)).splitlines()]
    return next((int(words[1], 16) for words in lines if len(words) == 4 and words[3] == name), 0)


def symbols(elf: Path) -> set[str]:
    """Returns the names of all symbols that were linked."""
    return {line.split()[-1] for line in _run("nm", "--defined-only", str(elf)).splitlines()}
