# SPDX-License-Identifier: MIT
"""The README, in both languages: short, compiled, and with the figures that are measured."""

import re
import unittest
from collections import Counter

from binary import image
from binary.test_budget import LIBRARY, STACK
from builds.papers import Paper, all_papers
from builds.test_led_picture import SHAPES
from builds.test_papers import lines_of
from harness.building import Builds
from harness.places import BUILD, ROOT

ENGLISH = Paper(ROOT / "README.md")
CHINESE = Paper(ROOT / "README.zh-CN.md")
FIGURES = ROOT / "tests/bench/README.md"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wvla", "-Werror")
# As the README's table has them, by the names of the picture.
STATES = {
    "failure": "failure", "needs operator": "needs operator",
    "stale or offline": "stale or offline", "running": "running, 30 %",
    "waits for switch": "waits for switch", "success": "success", "connecting": "connecting",
    "idle": "idle",
}
NUMBERS = {"ten": 10, "nine": 9, "eleven": 11, "twelve": 12}
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def numbers_of(paper: Paper) -> Counter[str]:
    """All figures of the prose; a million is written out."""
    text = re.sub(r"(\d+) million", lambda found: f"{int(found[1]):,},000,000", paper.prose)
    text = re.sub(r"(\d+) 万", lambda found: f"{int(found[1]) * 10_000:,}", text)
    return Counter(_NUMBER.findall(re.sub(r"\]\([^)]*\)", "]", text)))


def define(name: str) -> int:
    """The value of a macro of the public headers."""
    text = "".join(path.read_text() for path in sorted((ROOT / "include/pgtask").glob("*.h")))
    found = re.search(rf"^#define {name} +(?:INT64_C\()?(\d+)", text, re.MULTILINE)
    assert found is not None, name
    return int(found[1])


def kilobytes(size: int) -> str:
    return f"{round(size / 1000)}"


class Readme(Builds):
    def stated(self, pattern: str) -> str:
        """The figure in that sentence; a blank stands for a line's end too."""
        found = re.search(pattern.replace(" ", r"\s+"), ENGLISH.prose)
        self.assertIsNotNone(found, pattern)
        assert found is not None
        return found[1]

    def test_it_is_read_in_three_minutes(self) -> None:
        for paper in (ENGLISH, CHINESE):
            self.assertLessEqual(len(paper.text.splitlines()), 200, paper.name)

    def test_the_programs_it_shows_compile_and_link_without_a_warning(self) -> None:
        for name in ("minimal", "blink"):
            self.assertIn(f"examples/{name}.c", ENGLISH.text)
            for compiler in ("gcc", "clang"):
                self.succeed(compiler, "-std=c99", *WARNINGS, "-D_POSIX_C_SOURCE=200809L",
                             f"-I{ROOT}/include", f"-I{ROOT}/port/posix", "-o",
                             self.directory / name, ROOT / f"examples/{name}.c",
                             BUILD / "libpgtask.a", BUILD / "libmbedtls.a")

    def test_its_patterns_are_those_of_the_led(self) -> None:
        shown = {row[0]: row[1].strip("`") for table in ENGLISH.tables() for row in table
                 if row[0] in STATES}
        self.assertEqual(shown, {state: SHAPES[name] for state, name in STATES.items()})

    def test_its_times_are_the_defaults(self) -> None:
        active = self.stated(r"polls every (\d+) s while")
        idle = self.stated(r"every (\d+) s while nothing runs")
        self.assertEqual(int(active) * 1000, define("PGTASK_WATCH_DEFAULT_ACTIVE_MS"))
        self.assertEqual(int(idle) * 1000, define("PGTASK_WATCH_DEFAULT_IDLE_MS"))

    def test_a_port_has_as_many_functions_as_it_says(self) -> None:
        text = (ROOT / "include/pgtask/port.h").read_text()
        needed = re.sub(r"^#if PGTASK_PULSE$.*?^#endif$", "", text, flags=re.MULTILINE | re.DOTALL)
        functions = re.findall(r"^ +[\w ]+ \(\*\w+\)\(", needed, re.MULTILINE)
        self.assertEqual(len(functions), NUMBERS[self.stated(r"the (\w+) functions of `port.h`")])

    def test_the_library_takes_the_flash_it_says(self) -> None:
        stated = self.stated(r"without TLS takes (\d+) KB of flash")
        self.assertEqual(stated, kilobytes(image.read(LIBRARY).flash_of_library()))

    def test_the_structs_take_the_memory_they_say(self) -> None:
        source = self.directory / "structs.c"
        source.write_text("#include <pgtask/pgtask.h>\nstruct pgtask_client client;\n"
                          "struct pgtask_task record;\nstruct pgtask_watch watch;\n")
        object_file = self.directory / "structs.o"
        self.succeed("arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-std=c99",
                     f"-I{ROOT}/include", "-c", "-o", object_file, source)
        sizes = self.succeed("arm-none-eabi-nm", "-S", object_file)
        total = sum(int(line.split()[1], 16) for line in sizes.splitlines())
        self.assertEqual(self.stated(r"and (\d+) KB of RAM for one client"), kilobytes(total))
        self.assertEqual(int(self.stated(r"a watch of (\d+) tasks")), define("PGTASK_WATCH_TASKS"))

    def test_its_stack_is_the_bound(self) -> None:
        self.assertEqual(int(self.stated(r"at most (\d+) bytes of stack")), STACK)

    def test_its_longest_turns_are_those_measured_with_the_services_chain(self) -> None:
        table = next(table for table in Paper(FIGURES).tables() if table[0][0] == "image, TLS")
        full = max(int(row[1].replace(",", "")) for row in table[1:])
        resumed = {version: max(int(row[4].replace(",", "")) for row in table[1:]
                                if row[0].endswith(version) and row[4])
                   for version in ("TLS 1.2", "TLS 1.3")}
        longest = int(self.stated(r"longest turn of the loop takes (\d+) million instructions"))
        self.assertEqual(longest, -(-full // 1_000_000))
        self.assertEqual(self.stated(r"([\d.]+) s at 100 MHz"), f"{full / 100_000_000:.1f}")
        at_most = int(self.stated(r"A resumed handshake takes at most ([\d,]+)").replace(",", ""))
        self.assertEqual(at_most, -(-resumed["TLS 1.2"] // 100_000) * 100_000)
        newest = int(self.stated(r"with TLS 1.2, and (\d+) million with TLS 1.3"))
        self.assertEqual(newest, -(-resumed["TLS 1.3"] // 1_000_000))

    def test_its_table_rounds_the_measured_figures(self) -> None:
        figures = Paper(FIGURES)
        shown = next(table for table in ENGLISH.tables() if table[0][0] == "image")
        for name, _, _, flash, ram in shown[1:]:
            measured = next(
                dict(zip(table[0], row, strict=True)) for table in figures.tables()
                for row in table[1:] if {"flash", "RAM"} <= set(table[0])
                and re.match(r"[\w-]+", row[0].strip("`"))[0] == name.strip("`"))
            for column, stated in (("flash", flash), ("RAM", ram)):
                with self.subTest(name, column=column):
                    exact = int(measured[column].replace(",", ""))
                    self.assertEqual(stated, kilobytes(exact))


class Chinese(unittest.TestCase):
    """The same page for readers of Chinese."""

    def test_it_has_the_same_headings(self) -> None:
        levels = [[level for level, _ in paper.headings] for paper in (ENGLISH, CHINESE)]
        self.assertEqual(levels[0], levels[1])

    def test_it_has_the_same_code(self) -> None:
        def commands(paper: Paper) -> list[list[str]]:
            return [[re.sub(r"\s+#.*", "", line) for line in lines_of(fence.body)]
                    for fence in paper.fences]

        self.assertEqual(commands(ENGLISH), commands(CHINESE))

    def test_it_has_the_same_words_of_code(self) -> None:
        self.assertEqual(Counter(ENGLISH.spans), Counter(CHINESE.spans))

    def test_it_has_the_same_links(self) -> None:
        own = [(paper.path.name, Counter(paper.links)) for paper in (ENGLISH, CHINESE)]
        for (name, links), (other, _) in zip(own, own[::-1], strict=True):
            self.assertEqual(links.pop(other), 1, f"{name} leads to the other language")
        self.assertEqual(own[0][1], own[1][1])

    def test_it_has_the_same_figures(self) -> None:
        self.assertEqual(numbers_of(ENGLISH), numbers_of(CHINESE))

    def test_its_tables_have_the_same_shape(self) -> None:
        shapes = [[[len(row) for row in table] for table in paper.tables()]
                  for paper in (ENGLISH, CHINESE)]
        self.assertEqual(shapes[0], shapes[1])


if __name__ == "__main__":
    unittest.main()
