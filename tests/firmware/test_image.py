# SPDX-License-Identifier: MIT
"""What an image holds, and what it must not hold, as binutils read it."""

import re
import subprocess
import unittest
from pathlib import Path

from firmware.bringup import bringup
from harness.building import Builds, run
from harness.qemu import BOARDS, IMAGES

TOOLS = "arm-none-eabi-"
HEAP = "malloc|calloc|realloc|free|memalign|strdup|s?brk"
TEXTS = r"v?(f|s|d|sn|as)?i?printf|v?[fs]?scanf|f?puts|fopen|fwrite|strto[df]\w*|atof"
REST = "exit|abort|signal|raise|time|gettimeofday|setlocale|rand"
FORBIDDEN = re.compile(rf"_*(mb_cur_|svf|vf)?({HEAP}|{TEXTS}|{REST})(_r)?")
GUARD_BYTES = 256
SEMIHOSTING = "bkpt\t0x00ab"


def tool(name: str, *words: str | Path) -> str:
    done = subprocess.run([TOOLS + name, *map(str, words)], check=True, capture_output=True,
                          text=True)
    return done.stdout


def images() -> list[Path]:
    return sorted(IMAGES.glob("*.elf"))


class Images(unittest.TestCase):
    def test_there_is_an_image_for_each_board(self) -> None:
        names = {path.stem for path in images()}
        self.assertLessEqual({*BOARDS, "mps2-an385-tls12", "mps2-an385-private-small"}, names)

    def test_no_image_holds_a_heap_or_formats_of_the_c_library(self) -> None:
        for image in images():
            symbols = {line.split()[-1] for line in tool("nm", image).splitlines()}
            self.assertIn("reset_handler", symbols)
            self.assertEqual({name for name in symbols if FORBIDDEN.fullmatch(name)}, set(), image)

    def test_nothing_that_can_be_written_lies_where_code_runs(self) -> None:
        for image in images():
            flags = re.findall(r"^  LOAD .* ([R ][W ][E ]) 0x\w+$", tool("readelf", "-lW", image),
                               re.MULTILINE)
            self.assertGreaterEqual(len(flags), 2, image)
            self.assertNotIn("RWE", flags, image)

    def test_the_stack_comes_first_in_ram_behind_its_guard(self) -> None:
        for image in images():
            symbols = {name: (int(start, 16), size) for start, size, name in re.findall(
                r"^(\w{8}) (?:(\w{8}) )?\w (\w+)$", tool("nm", "-S", image), re.MULTILINE)}
            bottom, top = symbols["stack_bottom"][0], symbols["stack_top"][0]
            self.assertEqual(bottom, 0x2000_0000, image)
            self.assertEqual(symbols["guard"], (bottom, f"{GUARD_BYTES:08x}"), image)
            self.assertGreater(top, bottom + GUARD_BYTES + 1024, image)
            self.assertGreaterEqual(symbols["data_begin"][0], top, image)


class Products(Builds):
    """Images that are not built for tests."""

    def test_without_semihosting_there_is_no_breakpoint_and_the_end_is_a_reset(self) -> None:
        for board in ("mps2-an385", "lm3s6965evb"):
            goal = f"firmware/bringup-{board}.elf"
            build = self.make("product", goal, FIRMWARE_CFLAGS="-DBOARD_SEMIHOSTING=0")
            with_semihosting = IMAGES / f"bringup-{board}.elf"
            self.assertIn(SEMIHOSTING, tool("objdump", "-d", with_semihosting))
            self.assertNotIn(SEMIHOSTING, tool("objdump", "-d", build / goal))
            with bringup(board, "clock", images=build / "firmware") as machine:
                machine.wait_for("^start 2$")
                self.assertIn("start 1\nother reset\nnothing to try\nstart 2\n", machine.text())

    def test_an_image_over_its_budget_does_not_link(self) -> None:
        for budgets, word in (("256K 2K 2048", "RAM"), ("1K 64K 2048", "FLASH")):
            done = run("make", "-s", f"BUILD={self.directory}", f"profile.bringup={budgets}",
                       f"{self.directory}/firmware/bringup-mps2-an385.elf")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"region `{word}' overflowed by", done.stderr)


if __name__ == "__main__":
    unittest.main()
