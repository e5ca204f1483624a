# SPDX-License-Identifier: MIT
"""The texts in the client's sources, and the table of Chinese ones."""

import re
import subprocess

from harness.places import JSMN, MBEDTLS, ROOT

_CLI = ROOT / "examples/cli"
_LITERAL = r'"(?:\\.|[^"\\\n])*"'
_RUN = re.compile(rf"{_LITERAL}(?:\s*{_LITERAL})*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def _value(literals: str) -> str:
    """What neighbouring literals of C are together."""
    parts = re.findall(r'"((?:\\.|[^"\\\n])*)"', literals)
    return re.sub(r"\\(?:([0-7]{1,3})|(.))", lambda found: chr(int(found[1], 8)) if found[1]
                  else _ESCAPES.get(found[2], found[2]), "".join(parts))


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
    """Causes, meanings and advice for a person, and the names of events and LED states;
    and what is missing with an mbedTLS of the system."""
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
    text = (ROOT / "port/mbedtls/library.c").read_text("utf-8").split("missing[] = {\n", 1)[1]
    found |= {_value(literal) for literal in re.findall(_LITERAL, text.split("NULL,")[0])}
    return found - {""}


def _calls(text: str) -> list[tuple[str, str]]:
    """The calls that print, or that write a text to print later: the name, and the arguments."""
    found = []
    for call in re.finditer(r"\b(report_(?:error|warning|info|detail)|log_line|writer_print|"
                            r"screen_print|text_print|text_append)\(", text):
        depth, end = 1, call.end()
        while depth > 0:
            if text[end] == '"':
                end = re.compile(_LITERAL).match(text, end).end()  # type: ignore[union-attr]
                continue
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        found.append((call[1], text[call.end():end - 1]))
    return found


def texts_past_the_table() -> list[str]:
    """Texts of the table that are printed as they are. A writer looks up its form by itself."""
    known = {english for english, _ in table() if re.search(r"[a-z]{2} [a-z]{2}", english)}
    found = []
    for path in sorted(_CLI.rglob("*.c")):
        if path.name == "chinese.c":
            continue
        for name, arguments in _calls(path.read_text("utf-8")):
            without = re.sub(rf"writer_text\([^,]*,[^()]*?(?:{_LITERAL}[^()]*?)+\)", "", arguments)
            runs = [_value(run[0]) for run in _RUN.finditer(without)]
            looked_up = runs[:1] if not name.startswith("text_") else []
            found += [f"{path.name}: {run}" for run in runs if run in known and run not in looked_up]
    return found
