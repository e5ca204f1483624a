# SPDX-License-Identifier: MIT
"""The texts in the client's sources, and the table of Chinese ones."""

import re
import subprocess

from harness.places import JSMN, MBEDTLS, ROOT

_CLI = ROOT / "examples/cli"
_LITERAL = r'"(?:\\.|[^"\\\n])*"'
_RUN = re.compile(rf"{_LITERAL}(?:\s*{_LITERAL})*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def _value(literals: str) -> str:
    """What neighbouring literals of C are together."""
    parts = re.findall(r'"((?:\\.|[^"\\\n])*)"', literals)
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), "".join(parts))


def table() -> list[tuple[str, str]]:
    """The rows in their order, English and Chinese."""
    text = (_CLI / "base/chinese.c").read_text("utf-8").split("language_rows[] = {", 1)[1]
    texts = [_value(run) for run in _RUN.findall(text)]
    return list(zip(texts[::2], texts[1::2]))


def texts_of_the_client() -> dict[str, str]:
    """Each literal of the client's sources, and of its headers, with the file that has it."""
    sources = [path for path in sorted(_CLI.rglob("*.c")) if path.name != "chinese.c"]
    done = subprocess.run(
        ["gcc", "-E", "-D_POSIX_C_SOURCE=200809L", "-Iinclude", "-Iport/posix", "-Iport/mbedtls",
         "-Iexamples/cli", "-isystem", JSMN, "-isystem", MBEDTLS / "include", *sources],
        cwd=ROOT, capture_output=True, check=True)
    found: dict[str, str] = {}
    parts: dict[str, list[str]] = {}
    name = ""
    for line in done.stdout.decode().splitlines():
        if marker := re.match(r'# \d+ "(.*?)"', line):
            name = marker[1].rpartition("examples/cli/")[2] if "examples/cli/" in marker[1] else ""
        elif name:
            parts.setdefault(name, []).append(line)
    for name, lines in parts.items():
        for run in _RUN.findall("\n".join(lines)):
            found.setdefault(_value(run), name)
    return found


def texts_of_the_library() -> set[str]:
    """Causes, meanings and advice for a person, and the names of events and LED states."""
    found = set()
    for name, pattern in (
            ("src/error_table.c", rf"\bX\((?:[A-Z0-9_]+, ){{4}}\s*({_LITERAL})\)"),
            ("src/error_private.h", rf"\bX\([A-Z_]+,\s*({_LITERAL})\)"),
            ("src/error_service.c", rf"\bX\((?:[A-Z_]+, ){{3}}({_LITERAL})\)")):
        text = (ROOT / name).read_text("utf-8").replace("\\\n", "")
        found |= {_value(literal) for literal in re.findall(pattern, text)}
    for name in ("src/watch.c", "src/led.c"):
        text = (ROOT / name).read_text("utf-8")
        for run in re.findall(rf"texts\[\] =\s*((?:{_LITERAL}\s*)+);", text):
            found |= set(_value(run).split("\0"))
    return found - {""}
