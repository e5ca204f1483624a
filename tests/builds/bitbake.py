# SPDX-License-Identifier: MIT
"""A small reader of BitBake's syntax: assignments, overrides in one colon, and functions of shell.

It knows what the recipes of port/yocto use, and refuses any other line.
"""

import re
from pathlib import Path

_ASSIGNMENT = re.compile(r'^([A-Za-z0-9_:${}\[\].-]+?)\s*(\?=|\.=|\+=|=)\s*"((?:[^"\\]|\\.|\\\n)*)"$',
                         re.DOTALL)
_FUNCTION = re.compile(r"^(\w+)\(\) \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9_:]+)\}")


class Recipe:
    """One recipe or configuration. `given` are the variables that BitBake would set."""

    def __init__(self, path: Path, **given: str) -> None:
        self.values = dict(given)
        self.classes: list[str] = []
        name, _, version = path.stem.partition("_")
        self.values.update(PN=name, PV=version)
        text = path.read_text("utf-8")
        self.functions = dict(_FUNCTION.findall(text))
        self._read(_FUNCTION.sub("", text))

    def _read(self, text: str) -> None:
        for line in re.split(r"\n(?![^\n]*\\\Z)", text.replace("\\\n", "")):
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("inherit "):
                self.classes += line.split()[1:]
                continue
            match = _ASSIGNMENT.match(line)
            if not match:
                raise ValueError(f"unknown line: {line}")
            self._assign(*match.groups())

    def _assign(self, name: str, operator: str, value: str) -> None:
        name = self.expand(name)
        if operator == "?=":
            self.values.setdefault(name, value)
        elif operator == "=":
            self.values[name] = value
        else:
            joint = " " if operator == "+=" else ""
            self.values[name] = self.values.get(name, "") + joint + value

    def expand(self, text: str) -> str:
        """Replaces each variable by its value. A name that nobody has set is an error."""
        while match := _VARIABLE.search(text):
            text = text[: match.start()] + self.values[match[1]] + text[match.end():]
        return text

    def __getitem__(self, name: str) -> str:
        return self.expand(self.values[name])
