#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds the directions between the rooms of src/ and of examples/cli/, as two tables draw them.

    tests/lint/rooms.py [ROOT]

Reads src/ and include/pgtask/ as text, without a build, and prints a line for each fault:

- a file that belongs to no room,
- an include of, or a use of a name of, a room that the table does not allow,
- a private header of another room,
- a source that declares what another file defines,
- a circle between files, by includes and names together,
- a name that says public where it is private, or the other way round (src/README.md has the rule),
- a member of struct pgtask_client that another room reads.

In examples/cli/ a room is a folder. There it prints each include that the table does not allow, each
include of a file that is not there, a member of struct pgtask_client that it reads, and a circle
between a source and its header and others.

The exit status is 1 if there is a fault.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# From the ground up: the room, how the names of its files begin, and the rooms below that it may
# use. Every room may use its own files and those of `base`.
ROOMS = """
base    calendar defaults number text version      -
error   config error failure transition            -
port    port                                       error
pace    pace                                       error
query   query                                      error
tc3     tc3                                        error
http    http                                       error
tls     tls pem                                    error port
json    json                                       error
task    task                                       error json
client  client                                     error port pace query tc3 http tls task
watch   watch                                      error port query task client
led     led                                        task watch
all     pgtask                                     error port query task client watch led
"""
# The command-line client, in the same form: the room, its folder, the rooms below.
CLIENT = """
base      base       -
session   session    -
tasks     tasks      -
watching  watching   session tasks
leds      leds       session watching
commands  .          session tasks watching leds
"""
# Headers of the build that are none of src/.
PORT_HEADERS = {"pgtask_chain.h", "pgtask_divide.h", "pgtask_hash.h", "pgtask_mbedtls.h",
                "pgtask_pulse.h", "pgtask_random.h"}

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
_INCLUDES = re.compile(r"^[ \t]*#[ \t]*include\b.*$", re.MULTILINE)
_INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<pgtask/([\w.]+)>|"([\w./]+)")', re.MULTILINE)
_FUNCTION = re.compile(r"^(\w[^;{}()=#]*?)\b(pgtaski?_\w+)\([^;{}]*\)\s*(\{|;)", re.MULTILINE)
_OBJECT = re.compile(
    r"^(?!static\b|typedef\b|extern\b)\w[\w\s*]*?\b(\w+)(?:\[[^\]]*\])*\s*=", re.MULTILINE
)
_EXTERN = re.compile(r"^extern\b([^;()]*);", re.MULTILINE)
_CLIENT = re.compile(r"\bstruct\s+pgtask_client\b(?:\s+const\b)?[\s*]*(?:\bconst\s+)?(\w+)")
_NAME = re.compile(r"\b(pgtaski?_\w+)\b(?=\s*[(,;)}.\[])")


@dataclass
class Room:
    """A row of the table."""

    name: str
    stems: list[str]
    uses: set[str]


@dataclass
class File:
    """A source or header, and what it defines, declares and uses."""

    name: str
    public: bool
    room: str = ""
    text: str = ""
    includes: list[str] = field(default_factory=list)
    defines: set[str] = field(default_factory=set)
    declares: set[str] = field(default_factory=set)


def read_table(table: str) -> dict[str, Room]:
    """The rooms by name. A room may only use rooms that stand above it in the table."""
    rooms: dict[str, Room] = {}
    for line in table.strip().splitlines():
        name, stems, uses = re.split(r"\s{2,}", line.strip())
        used = set(uses.replace("-", "").split())
        if not used <= set(rooms):
            raise ValueError(f"the table lets {name} use rooms that are not below it")
        rooms[name] = Room(name, stems.split(), used | {name} | ({"base"} & set(rooms)))
    return rooms


def room_of(name: str, rooms: dict[str, Room]) -> str:
    """The room of tls_roots.c is the one with the stem tls."""
    stem = name.split(".")[0]
    return next((room.name for room in rooms.values()
                 if any(stem == one or stem.startswith(one + "_") for one in room.stems)), "")


def read_file(path: Path, public: bool, rooms: dict[str, Room]) -> File:
    text = _COMMENT.sub(" ", path.read_text("utf-8"))
    found = File(("pgtask/" if public else "") + path.name, public, room_of(path.name, rooms))
    found.includes = ["pgtask/" + one if one else other for one, other in _INCLUDE.findall(text)]
    found.text = _INCLUDES.sub("", _STRING.sub('""', text))
    for kind, name, end in _FUNCTION.findall(found.text):
        if not kind.startswith(("static", "return", "typedef")):
            (found.defines if end == "{" else found.declares).add(name)
    found.defines.update(_OBJECT.findall(found.text))
    for names in _EXTERN.findall(found.text):
        found.declares.update(re.findall(r"\bpgtaski?_\w+", names))
    return found


def read_tree(root: Path, rooms: dict[str, Room]) -> dict[str, File]:
    paths = [(path, False) for path in sorted((root / "src").glob("*.[ch]"))]
    paths += [(path, True) for path in sorted((root / "include/pgtask").glob("*.h"))]
    files = [read_file(path, public, rooms) for path, public in paths]
    return {found.name: found for found in files}


def uses(files: dict[str, File]) -> dict[str, dict[str, str]]:
    """For each file: the files whose functions and objects it uses, each with one such name."""
    where = {name: found.name for found in files.values() for name in found.defines}
    return {found.name: {where[name]: name
                         for name in set(_NAME.findall(found.text)) - found.declares
                         if name in where and where[name] != found.name}
            for found in files.values()}


def wrong_includes(files: dict[str, File], rooms: dict[str, Room]) -> Iterator[str]:
    for found in files.values():
        if not found.room:
            yield f"{found.name} belongs to no room"
            continue
        for name in found.includes:
            other = files.get(name)
            if other is None:
                if name not in PORT_HEADERS:
                    yield f"{found.name} includes {name}, which is not there"
            elif found.public and not other.public:
                yield f"{found.name} is public and includes {name}, which is not"
            elif name.endswith("_private.h") and other.room != found.room:
                yield f"{found.name} includes {name}, a private header of {other.room}"
            elif other.room not in rooms[found.room].uses:
                yield f"{found.name} includes {name}: {found.room} may not use {other.room}"


def wrong_uses(files: dict[str, File], rooms: dict[str, Room]) -> Iterator[str]:
    for name, used in uses(files).items():
        room = files[name].room
        for other, used_name in used.items():
            there = files[other].room
            if not room or there == room:
                continue
            if there not in rooms[room].uses:
                yield f"{name} uses {used_name}: {room} may not use {there}"
            elif used_name.startswith("pgtaski_") and there != "base":
                yield f"{name} uses {used_name}, a private name of {there}"


def wrong_names(files: dict[str, File], rooms: dict[str, Room]) -> Iterator[str]:
    public = {name for found in files.values() if found.public for name in found.declares}
    for found in files.values():
        for name in sorted(found.defines):
            if (name in public) == name.startswith("pgtaski_"):
                kind = "public" if name in public else "private"
                yield f"{found.name} defines {name}, which is {kind} but has another name"
            elif name.startswith("pgtaski_") and found.room and not any(
                    name.startswith(f"pgtaski_{stem}_") for stem in rooms[found.room].stems):
                yield f"{found.name} defines {name}, which does not name its room {found.room}"


def wrong_declarations(files: dict[str, File]) -> Iterator[str]:
    for found in files.values():
        if found.name.endswith(".c"):
            for name in sorted(found.declares - found.defines):
                yield f"{found.name} declares {name}, which another file defines"


def opens_client(text: str) -> bool:
    """Whether a text without comments and strings reads a member of a struct pgtask_client."""
    names = "|".join({"client", *_CLIENT.findall(text)})
    return bool(re.search(rf"(?:\b(?:{names})|\(\s*\*\s*(?:{names})\s*\))\s*(?:->|\.)\s*\w", text))


def opened_structs(files: dict[str, File]) -> Iterator[str]:
    for found in files.values():
        if found.room != "client" and opens_client(found.text):
            yield f"{found.name} reads a member of struct pgtask_client"


def circle(edges: dict[str, set[str]]) -> list[str]:
    """The files of one circle in order, the first one again at the end; [] if there is none."""
    done: set[str] = set()

    def follow(name: str, above: tuple[str, ...]) -> list[str]:
        if name in above:
            return [*above[above.index(name):], name]
        if name in done:
            return []
        for other in sorted(edges.get(name, ())):
            if found := follow(other, (*above, name)):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(edges) if (found := follow(name, ()))), [])


def circles(files: dict[str, File]) -> Iterator[str]:
    used = uses(files)
    edges = {name: set(used[name]) | {one for one in found.includes if one in files}
             for name, found in files.items()}
    if found := circle(edges):
        yield "a circle: " + " -> ".join(found)


def faults(root: Path, table: str = ROOMS) -> Iterable[str]:
    rooms = read_table(table)
    files = read_tree(root, rooms)
    if not files:
        yield f"{root} has no src/ and no include/pgtask/"
    yield from wrong_includes(files, rooms)
    yield from wrong_uses(files, rooms)
    yield from wrong_names(files, rooms)
    yield from wrong_declarations(files)
    yield from opened_structs(files)
    yield from circles(files)


def client_faults(root: Path, table: str = CLIENT) -> Iterator[str]:
    """The faults of examples/cli/, whose files include each other by folder and name."""
    rooms, folder = read_table(table), root / "examples/cli"
    room_by_folder = {stem: room.name for room in rooms.values() for stem in room.stems}
    edges: dict[str, set[str]] = {}
    for path in sorted(folder.glob("**/*.[ch]")):
        name = str(path.relative_to(folder))
        room = room_by_folder.get(str(Path(name).parent))
        if room is None:
            yield f"cli: {name} belongs to no room"
            continue
        text = _COMMENT.sub(" ", path.read_text("utf-8"))
        if opens_client(_INCLUDES.sub("", _STRING.sub("", text))):
            yield f"cli: {name} reads a member of struct pgtask_client"
        for other in filter(None, (quoted for _, quoted in _INCLUDE.findall(text))):
            there = room_by_folder.get(str(Path(other).parent))
            if not (folder / other).is_file() or there is None:
                yield f"cli: {name} includes {other}, which is not there"
            elif there not in rooms[room].uses:
                yield f"cli: {name} includes {other}: {room} may not use {there}"
            elif Path(other).with_suffix("") != Path(name).with_suffix(""):
                edges.setdefault(name.split(".")[0], set()).add(other.split(".")[0])
    if found := circle(edges):
        yield "cli: a circle: " + " -> ".join(found)


def main(root: Path) -> int:
    found = [*faults(root), *client_faults(root)]
    for fault in found:
        print(f"rooms: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:2]) if sys.argv[1:] else Path(__file__).resolve().parents[2]))
