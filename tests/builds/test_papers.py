# SPDX-License-Identifier: MIT
"""What every paper of the project names is there: targets, paths, links, options, symbols."""

import re
import subprocess
import unittest
from collections.abc import Callable, Iterable
from pathlib import Path

from builds.papers import Paper, all_papers, files
from harness.places import BUILD, ROOT

COMMANDS = ("list", "show", "watch", "led", "check")
PAPERS = {
    "README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
    "include/README.md", "src/README.md", "port/README.md", "tests/README.md",
    "tests/bench/README.md", "examples/cli/README.md", "examples/firmware/README.md",
    "examples/bare/README.md", "port/zephyr/README.md", "port/esp-idf/README.md",
    "port/openwrt/README.md", "port/buildroot/README.md", "port/yocto/README.md",
    "examples/fleet/README.md",
}
HISTORY = "CHANGELOG.md"  # which also names what is gone
FOLDERS = ("include", "src", "port", "examples", "tests", ".ci")
_PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*{{}},-]*")
_MAKE = re.compile(r"(?:^|[\s;&(])make((?: -\w+| [A-Z_]+=\S*)*) ([a-z][a-z-]*)(?![\w/.=-])")
_OPTION = re.compile(r"(?<![\w-])--[a-zA-Z][\w-]*")
_FUNCTION = re.compile(r"\bpgtask_[a-z0-9_]+(?=\()")
_MACRO = re.compile(r"(?<![\w$])PGTASK_[A-Z][A-Z0-9_]*[A-Z0-9]\b")


def targets() -> set[str]:
    """What make can be asked for by a word."""
    text = "".join(path.read_text() for path in [*files("Makefile"), *files("*.mk")])
    text = text.replace("\\\n", " ")
    heads = re.findall(r"^([a-z][\w -]*?)\s*:(?![:=])", text, re.MULTILINE)
    phony = re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE)
    return {word for line in [*heads, *phony] for word in line.split()}


def text_of_help(*command: str) -> str:
    done = subprocess.run([str(BUILD / "pgtask"), *command, "--help"], capture_output=True,
                          text=True, check=True)
    return done.stdout


def help_of(*command: str) -> set[str]:
    return set(_OPTION.findall(text_of_help(*command)))


def expand(path: str) -> list[str]:
    """a/{b,c}.d as two paths."""
    braces = re.search(r"\{([^}]*)\}", path)
    if not braces:
        return [path]
    return [one for part in braces[1].split(",")
            for one in expand(path[: braces.start()] + part + path[braces.end():])]


def is_there(path: str) -> bool:
    """Whether the path exists; a word in capitals stands for any name."""
    if (ROOT / path).exists():
        return True
    pattern = re.sub(r"[A-Z]{2,}", "*", path)
    return "*" in pattern and any(ROOT.glob(pattern))


def texts(*patterns: str) -> str:
    return "\n".join(path.read_text("utf-8", "replace")
                     for pattern in patterns for path in files(pattern))


def lines_of(code: str) -> list[str]:
    """Lines without comments and indentation, so that a comment may be in another language."""
    plain = re.sub(r"/\*.*?\*/|//.*", "", code, flags=re.DOTALL)
    return [line.strip() for line in plain.splitlines() if line.strip()]


def is_excerpt(code: str, path: Path) -> bool:
    if not path.is_file():
        return False
    part, whole = lines_of(code), lines_of(path.read_text())
    return any(whole[at: at + len(part)] == part for at in range(len(whole)))


def wrong_options(paper: Paper, known: dict[str, set[str]], scripts: str) -> Iterable[str]:
    """Options that pgtask, a script of the project or a Makefile should have and has not."""
    for line in paper.code:
        ours = re.search(r"(?:^|[\s/|&])pgtask (\w+)\b([^|&#]*)", line)
        script = re.search(r"(?:^|\s)([\w./-]+\.py)\b(.*)", line)
        if ours and ours[1] in known:
            yield from set(_OPTION.findall(ours[2])) - known[ours[1]]
        elif script and (ROOT / script[1]).is_file():
            text = (ROOT / script[1]).read_text()
            yield from (one for one in _OPTION.findall(script[2]) if f'"{one}"' not in text)
        elif line.startswith("--"):
            everything = set().union(*known.values())
            yield from (one for one in _OPTION.findall(line)
                        if one not in everything and not re.search(rf"{one}\b", scripts))


def dead_links(paper: Paper) -> Iterable[str]:
    for link in paper.links:
        path, _, anchor = link.partition("#")
        goal = (paper.path.parent / path).resolve() if path else paper.path
        if not re.match(r"https?://", link):
            if not goal.exists() or anchor and anchor not in Paper(goal).anchors:
                yield link


class Papers(unittest.TestCase):
    maxDiff = None

    def assert_faultless(self, faults: Callable[[Paper], Iterable[str]]) -> None:
        found = [f"{paper.name}: {fault}" for paper in all_papers()
                 for fault in sorted(set(faults(paper)))]
        self.assertEqual(found, [])

    def test_there_is_one_beside_each_part(self) -> None:
        names = {paper.name for paper in all_papers()}
        self.assertEqual(PAPERS - names, set())

    def test_each_has_one_title_and_no_heading_twice(self) -> None:
        def faults(paper: Paper) -> Iterable[str]:
            texts = [text for _, text in paper.headings]
            if [level for level, _ in paper.headings].count(1) != 1:
                yield "not one title"
            if paper.name != HISTORY:
                yield from (text for text in texts if texts.count(text) > 1)

        self.assert_faultless(faults)

    def test_each_target_is_in_a_makefile(self) -> None:
        known = targets()
        self.assert_faultless(lambda paper: {
            found[2] for line in paper.code for found in _MAKE.finditer(line)} - known)

    def test_each_path_exists(self) -> None:
        def faults(paper: Paper) -> Iterable[str]:
            named = {path.rstrip(".,") for line in paper.code for path in _PATH.findall(line)}
            return (one for path in named for one in expand(path) if not is_there(one))

        self.assert_faultless(faults)

    def test_each_link_leads_somewhere(self) -> None:
        self.assert_faultless(dead_links)

    def test_each_option_is_one_of_its_command(self) -> None:
        general = help_of()
        known = {command: help_of(command) | general for command in COMMANDS}
        scripts = texts("*.py", "*.sh", "*.mk", "Makefile")
        self.assert_faultless(lambda paper: () if paper.name == HISTORY
                              else wrong_options(paper, known, scripts))

    def test_each_function_and_macro_exists(self) -> None:
        known = set(re.findall(r"\b\w+\b", texts("*.[ch]", "*.mk", "Makefile", "*.py", "*.sh")))
        self.assert_faultless(lambda paper: {
            name for line in paper.code if paper.name != HISTORY
            for name in [*_FUNCTION.findall(line), *_MACRO.findall(line)]} - known)

    def test_each_excerpt_is_a_run_of_lines_of_its_file(self) -> None:
        self.assert_faultless(lambda paper: (
            fence.source for fence in paper.fences
            if fence.source and not is_excerpt(fence.body, ROOT / fence.source)))


def rows_of_help(text: str, column: int) -> dict[str, str]:
    """What the lines of a help text say from that column on, by what is left of it."""
    rows: dict[str, str] = {}
    head = ""
    for line in text.splitlines():
        if re.match(r"  \S", line):
            is_long = len(line) > column and line[column - 1] != " "
            head = (line[2:] if is_long else line[2:column]).strip()
            rows[head] = "" if is_long else line[column:].strip()
        elif head and line.startswith(" " * column):
            rows[head] = f"{rows[head]} {line.strip()}".strip()
        else:
            head = ""
    return rows


class Client(unittest.TestCase):
    """What the client's help says is in its README as well."""

    maxDiff = None

    def setUp(self) -> None:
        self.paper = Paper(ROOT / "examples/cli/README.md")
        self.help = {command: text_of_help(command) for command in COMMANDS}

    def part(self, heading: str) -> dict[str, str]:
        """The rows of the first table below a heading, without back quotes."""
        text = self.paper.text.split(f"\n## {heading}\n")[1]
        rows = re.findall(r"^\| `(--.*?)` \| (.*) \|$", text.split("\n\n## ")[0], re.MULTILINE)
        return {option: meaning.replace("`", "") for option, meaning in rows}

    def test_its_tables_of_options_are_what_help_prints(self) -> None:
        headings = {"list": "List tasks: `pgtask list`", "show": "Show one task: `pgtask show`",
                    "watch": "Follow tasks: `pgtask watch`",
                    "led": "Show tasks with an LED: `pgtask led`",
                    "check": "Look once, for monitoring: `pgtask check`"}
        shared = self.part("Options of every command")
        for command, heading in headings.items():
            said = {option: text for option, text in rows_of_help(self.help[command], 25).items()
                    if option.startswith("--")}
            with self.subTest(command):
                self.assertEqual(self.part(heading) | shared, said)

    def test_its_table_of_exit_statuses_is_what_help_prints(self) -> None:
        table = next(table for table in self.paper.tables() if table[0][0] == "status")
        for command, text in self.help.items():
            said = rows_of_help(text.split("Exit status:\n")[1].split("\n\n")[0], 8)
            mine = {status: meaning.replace("`", "") for status, commands, meaning in table[1:]
                    if command in commands.split(", ")}
            said = {status: meaning for status, meaning in said.items() if status[0].isdigit()}
            with self.subTest(command):
                self.assertEqual(mine, said)

    def test_each_event_is_described(self) -> None:
        events = self.help["watch"].split("Events:")[1].split(".\n")[0]
        named = set(re.findall(r"[a-z_]+", events))
        self.assertGreaterEqual(len(named), 13)
        self.assertEqual(named - set(re.findall(r"[a-z_]+", self.paper.text)), set())


if __name__ == "__main__":
    unittest.main()
