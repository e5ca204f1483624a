# SPDX-License-Identifier: MIT
"""Frames and calls of compiled C, as gcc's -fcallgraph-info=su,da and the linker see them."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

INDIRECT = "__indirect_call"

_NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"(.*)\}$', re.MULTILINE)
_EDGE = re.compile(
    r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)" label: "([^"]*)" \}$', re.MULTILINE
)
_FRAME = re.compile(r"(\d+) bytes \(([^)]*)\)")
_ADDRESS = re.compile(r"\bR_ARM_(?:ABS32|MOVW_ABS_NC|THM_MOVW_ABS_NC)\s+(\S+)")


@dataclass
class Function:
    """A function with a body. `calls` holds names, `indirect` places such as src/tls.c:31:9."""

    name: str
    frame: int
    bounded: bool
    calls: set[str] = field(default_factory=set)
    indirect: set[str] = field(default_factory=set)


def plain(title: str) -> str:
    """src/tls.c:enter.isra.0 is a clone of src/tls.c:enter."""
    path, _, name = title.rpartition(":")
    base = name.split(".")[0]
    return f"{path}:{base}" if path else base


def read(paths: list[Path]) -> dict[str, Function]:
    """Reads .ci files. A function and its clones stay apart."""
    functions: dict[str, Function] = {}
    for path in paths:
        text = path.read_text()
        for title, label, rest in _NODE.findall(text):
            frame = _FRAME.search(label)
            if frame and "ellipse" not in rest:
                functions[title] = Function(title, int(frame[1]), frame[2] == "static")
        for source, target, place in _EDGE.findall(text):
            if target == INDIRECT:
                functions[source].indirect.add(place)
            else:
                functions[source].calls.add(target)
    return functions


def addressed(objects: list[Path], objdump: str) -> set[str]:
    """Returns the functions whose address is stored somewhere, which a pointer may call.

    The table of a switch holds addresses of its section, so it names none of them.
    """
    names = set()
    for path in objects:
        done = subprocess.run([objdump, "-r", str(path)], check=True, capture_output=True, text=True)
        section = ""
        for line in done.stdout.splitlines():
            if line.startswith("RELOCATION RECORDS FOR"):
                section = line.split("[")[1].rstrip("]:")
            found = _ADDRESS.search(line)
            if found and section.startswith((".text", ".rodata", ".data")):
                names.add(found[1])
    return names
