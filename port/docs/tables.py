# SPDX-License-Identifier: MIT
"""The client's tables, as port/docs/tables.c prints them."""

import json
from dataclasses import dataclass, field
from pathlib import Path

# What a command does, in the heads of its page and of a list of commands.
SUMMARIES = {
    "list": "list tasks",
    "show": "show every fact of one task",
    "watch": "follow tasks to their end",
    "led": "show tasks with an LED",
    "check": "look once, as a plugin of Nagios and Icinga",
}


@dataclass(frozen=True)
class Option:
    """A row of session/option_table.c."""

    letter: str
    flag: str
    api_flag: str
    value: str
    kind: str
    section: str
    commands: list[str]
    choices: list[str]
    help: str

    @property
    def flags(self) -> list[str]:
        """Its spellings, the usual one first."""
        others = [f"-{self.letter}" if self.letter else "", self.api_flag]
        return [self.flag, *(one for one in others if one)]


@dataclass(frozen=True)
class Status:
    """A row of the exit statuses."""

    status: str
    commands: list[str]
    meaning: str


@dataclass(frozen=True)
class Command:
    """The texts of a command's help."""

    name: str
    head: str
    notes: str
    examples: str

    @property
    def synopsis(self) -> str:
        return self.head.split("\n")[0].removeprefix("Usage: ")

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(one.split()) for one in self.head.split("\n\n")[1:]]


@dataclass
class Tables:
    """Everything that the generated documents are made of, but the README."""

    version: str
    environment: str
    examples: str
    commands: list[Command] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [command.name for command in self.commands]

    @property
    def sections(self) -> list[str]:
        return list(dict.fromkeys(option.section for option in self.options))

    def summary(self, name: str) -> str:
        return SUMMARIES[name]

    def options_of(self, name: str) -> list[Option]:
        return [option for option in self.options if name in option.commands]

    def own_options_of(self, name: str) -> list[Option]:
        return [option for option in self.options_of(name) if not self.is_general(option)]

    def general_options(self) -> list[Option]:
        return [option for option in self.options if self.is_general(option)]

    def is_general(self, option: Option) -> bool:
        return option.commands == self.names

    def meaning(self, option: Option) -> str:
        """The help text as --help prints it, with the names that it takes and the API's spelling."""
        names = f" {', '.join(option.choices)}" if option.kind == "names" else ""
        return option.help + names


def read(path: Path) -> Tables:
    rows = json.loads(path.read_text("utf-8"))
    return Tables(rows["version"], rows["environment"],
                  rows["examples"], [Command(**row) for row in rows["commands"]],
                  [Option(**row) for row in rows["options"]],
                  [Status(**row) for row in rows["statuses"]])
