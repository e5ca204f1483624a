#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the documents that come from the client's tables and from its README.

    make_docs.py TABLES.json ROOT

TABLES.json is what port/docs/tables.c prints. Below ROOT it writes

- the tables of options and of exit statuses in examples/cli/README.md,
- port/docs/man/: a page for the program, for each command, for the files that it reads, and one for
  the library, from include/README.md,
- port/docs/completions/: for bash, zsh and fish.

A section of the README that no page takes is an error: PAGES says where each one goes.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import completions
from manual import Page, from_markdown, help_text, inline, literal, paragraph, tagged
from markdown import replace_table, sections
from tables import Command, Option, Tables, read

README = "examples/cli/README.md"
LIBRARY_README = "include/README.md"
OWN_HEADINGS = {
    "list": "List tasks: `pgtask list`",
    "show": "Show one task: `pgtask show`",
    "watch": "Follow tasks: `pgtask watch`",
    "led": "Show tasks with an LED: `pgtask led`",
    "check": "Look once, for monitoring: `pgtask check`",
}
GENERAL = "Options of every command"
STATUS = "Exit status"
# The sections of the README that become sections of a page, in their order there.
PAGES = {
    "pgtask": ["CA certificates", "Messages"],
    "list": ["JSON"],
    "show": [],
    "watch": [],
    "led": [],
    "check": [],
    "credentials": ["Credentials"],
}
SKIPPED = {"How the program is built"}
CREDENTIALS_SUMMARY = "the keys that pgtask signs its requests with"
ENVIRONMENT = {
    "TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, TENCENTCLOUD_TOKEN":
        "the keys, and the token of temporary ones; see pgtask-credentials(5)",
    "TENCENTCLOUD_SESSION_TOKEN, TENCENTCLOUD_SECURITY_TOKEN, TENCENTCLOUD_SESSIONTOKEN":
        "other names of the token",
    "TENCENTCLOUD_SECRETID, TENCENTCLOUD_SECRETKEY": "other names of the keys",
    "TENCENTCLOUD_CREDENTIALS_FILE": "a file with the keys",
    "TENCENTCLOUD_PROFILE, TCCLI_PROFILE": "the profile, if --profile does not say it",
    "TENCENTCLOUD_ROLE_ARN, TENCENTCLOUD_ROLE_SESSION_NAME":
        "a role to assume, if --role-arn does not say it",
    "TENCENTCLOUD_REGION": "the region, if --region does not say it",
    "PGTASK_ENDPOINT, PGTASK_FALLBACK_ENDPOINT":
        "the hosts, if --endpoint and --fallback-endpoint do not say them",
    "PGTASK_CA_FILE, SSL_CERT_FILE": "trusted CA certificates, if --ca-file does not say them",
    "https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY": "the proxy, if --proxy does not say it",
    "no_proxy, NO_PROXY": "hosts that are reached without the proxy",
    "PGTASK_ASCII": "1 limits the output to ASCII, as --ascii does",
    "HOME": "the folder whose .tencentcloud and .tccli are read",
    "LC_ALL, LC_CTYPE, LANG": "a locale without UTF-8 limits a terminal to ASCII",
    "LC_MESSAGES": "a Chinese locale, here or in LC_ALL or LANG: a terminal gets Chinese texts",
    "NO_COLOR": "if it is set, the live page has no colours",
    "TERM": "dumb: the terminal gets lines instead of a live page",
    "TZ": "the zone of --local",
    "JOURNAL_STREAM, NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, RUNTIME_DIRECTORY":
        "set by systemd for pgtask led",
    "PGTASK_METADATA_ADDRESS, PGTASK_ETC":
        "stand for the metadata service, on this machine alone, and for /etc in tests",
    "PGTASK_LED_SYSFS, PGTASK_LED_DEV": "folders that stand for /sys/class/leds and /dev in tests",
}


def quote_options(text: str) -> str:
    return re.sub(r"(?<![\w-])(--[a-z][\w-]*)", r"`\1`", text)


def option_row(option: Option, tables: Tables) -> list[str]:
    spelling = f"`{' '.join(option.flags[:1] + [option.value] * bool(option.value))}`"
    meaning = quote_options(tables.meaning(option).replace("\n", " ").replace("|", "\\|"))
    api = f" (`{option.api_flag}`)" if option.api_flag else ""
    return [spelling, meaning + api]


def write_readme(text: str, tables: Tables) -> str:
    header = ["option", "meaning"]
    rows = [option_row(option, tables) for option in tables.general_options()]
    text = replace_table(text, GENERAL, header, rows)
    for name, heading in OWN_HEADINGS.items():
        rows = [option_row(option, tables) for option in tables.own_options_of(name)]
        text = replace_table(text, heading, header, rows)
    rows = [[row.status, ", ".join(row.commands), quote_options(row.meaning)]
            for row in tables.statuses]
    return replace_table(text, STATUS, ["status", "commands", "meaning"], rows)


# --- Manual pages ---


def option_entry(option: Option, tables: Tables) -> str:
    spellings = []
    for flag in sorted(option.flags, key=lambda one: one[1] == "-"):
        value = f" \\fI{literal(option.value)}\\fR" if option.value else ""
        spellings.append(f"\\fB{literal(flag)}\\fR{value}")
    return tagged(", ".join(spellings), help_text(tables.meaning(option)))


def option_entries(options: Iterable[Option], tables: Tables) -> str:
    chosen = list(options)
    parts = []
    for section in tables.sections:
        entries = [option_entry(one, tables) for one in chosen if one.section == section]
        parts += [f".SS {section}", *entries] if entries else []
    return "\n".join(parts)


def status_entries(tables: Tables, names: list[str]) -> str:
    parts = []
    for row in tables.statuses:
        chosen = [name for name in row.commands if name in names]
        if chosen:
            who = f" ({', '.join(chosen)})" if len(names) > 1 else ""
            parts.append(tagged(f"\\fB{row.status}\\fR{who}", help_text(row.meaning)))
    return "\n".join(parts)


def see_also(*pages: tuple[str, int]) -> str:
    return ",\n".join(f"\\fB{literal(name)}\\fR({section})" for name, section in pages)


def pages_of(tables: Tables) -> list[tuple[str, int]]:
    return [("pgtask", 1), *((f"pgtask-{name}", 1) for name in tables.names),
            ("pgtask-credentials", 5)]


class Pages:
    """All manual pages, from the tables and the sections of the README."""

    def __init__(self, tables: Tables, readme: str, date: str) -> None:
        self._tables, self._date = tables, date
        self._intro = readme.split("\n## ")[0]
        self._sections = sections(readme)
        taken = {*OWN_HEADINGS.values(), GENERAL, STATUS, *SKIPPED,
                 *(one for some in PAGES.values() for one in some)}
        if lost := set(self._sections) - taken:
            sys.exit(f"make_docs: {README}: PAGES in make_docs.py does not say which manual page "
                     f"takes the sections {sorted(lost)}")

    def _begin(self, name: str, section: int, summary: str) -> Page:
        return Page(name, section, self._date, self._tables.version, summary)

    def _add_sections(self, page: Page, name: str) -> None:
        for heading in PAGES[name]:
            page.add(heading, from_markdown(self._sections[heading]))

    def _others(self, name: str) -> str:
        return see_also(*(one for one in pages_of(self._tables) if one[0] != name))

    def program(self) -> str:
        tables = self._tables
        page = self._begin("pgtask", 1, "the tasks of TencentDB for PostgreSQL")
        page.add("Synopsis", "\n.br\n".join(synopsis(command) for command in tables.commands))
        intro = self._intro.split("\n\n")[1].split(" This page")[0]
        page.add("Description", paragraph(" ".join(intro.split())))
        page.add("Commands", "\n".join(
            tagged(see_also((f"pgtask-{name}", 1)), tables.summary(name)) for name in tables.names))
        page.add("Options", option_entries(tables.general_options(), tables) + "\n.PP\n" +
                 from_markdown(self._sections[GENERAL]))
        page.add("Environment", "\n".join(
            tagged(f"\\fB{literal(names)}\\fR", paragraph(quote_options(meaning)))
            for names, meaning in ENVIRONMENT.items()))
        self._add_sections(page, "pgtask")
        page.add("Exit status", status_entries(tables, tables.names) + "\n.PP\n" +
                 from_markdown(self._sections[STATUS]))
        page.add_examples(tables.examples)
        page.add("See also", self._others("pgtask"))
        return page.text()

    def command(self, command: Command) -> str:
        tables, name = self._tables, command.name
        page = self._begin(f"pgtask-{name}", 1, tables.summary(name))
        page.add("Synopsis", synopsis(command))
        prose = from_markdown(self._sections[OWN_HEADINGS[name]])
        page.add("Description", "\n.PP\n".join(paragraph(one) for one in command.paragraphs) +
                 (f"\n.PP\n{prose}" if prose else ""))
        page.add("Options", option_entries(tables.options_of(name), tables))
        self._add_sections(page, name)
        page.add("Exit status", status_entries(tables, [name]))
        page.add_examples(command.examples)
        page.add("See also", self._others(f"pgtask-{name}"))
        return page.text()

    def library(self, readme: str) -> str:
        """pgtask(3), from the README of the headers."""
        page = self._begin("pgtask", 3, "a client for DescribeTasks of TencentDB for PostgreSQL")
        page.add("Synopsis", "\\fB#include <pgtask/pgtask.h>\\fR\n.PP\n"
                 "\\fBcc \\fIprogram.c\\fB $(pkg\\-config \\-\\-cflags \\-\\-libs pgtask)\\fR")
        intro, *_ = readme.split("\n## ")
        page.add("Description", from_markdown(intro.split("\n", 1)[1]))
        for heading, text in sections(readme).items():
            page.add(heading, from_markdown(text))
        page.add("See also", see_also(("pgtask", 1)))
        return page.text()

    def credentials(self) -> str:
        page = self._begin("pgtask-credentials", 5, CREDENTIALS_SUMMARY)
        page.add("Description", from_markdown(self._sections[PAGES["credentials"][0]]))
        for heading in PAGES["credentials"][1:]:
            page.add(heading, from_markdown(self._sections[heading]))
        page.add("See also", self._others("pgtask-credentials"))
        return page.text()


def synopsis(command: Command) -> str:
    words = command.synopsis.split(" ")
    return f"\\fB{' '.join(words[:2])}\\fR {literal(' '.join(words[2:]))}"


def documents(tables: Tables, root: Path) -> dict[str, str]:
    """The text of each document, by its path below the root."""
    readme = write_readme((root / README).read_text("utf-8"), tables)
    dates = re.findall(r"^## \[[\d.]+\] - (\S+)$", (root / "CHANGELOG.md").read_text("utf-8"),
                       re.MULTILINE)
    pages = Pages(tables, readme, dates[0])
    library = pages.library((root / LIBRARY_README).read_text("utf-8"))
    found = {README: readme, "port/docs/man/pgtask.3": library,
             "port/docs/man/pgtask.1": pages.program(),
             "port/docs/man/pgtask-credentials.5": pages.credentials()}
    for command in tables.commands:
        found[f"port/docs/man/pgtask-{command.name}.1"] = pages.command(command)
    folder = "port/docs/completions"
    return {**found, f"{folder}/pgtask.bash": completions.bash(tables),
            f"{folder}/_pgtask": completions.zsh(tables),
            f"{folder}/pgtask.fish": completions.fish(tables)}


def main(tables: Path, root: Path) -> None:
    for name, text in documents(read(tables), root).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {name}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
