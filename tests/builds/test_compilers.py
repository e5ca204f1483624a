# SPDX-License-Identifier: MIT
"""gcc and clang compile every source for 32 and 64 bits, with warnings as errors."""

from harness.building import Builds
from harness.places import ROOT

SOURCES = [path.relative_to(ROOT).with_suffix("") for pattern in
           ("src/*.c", "port/posix/*.c", "port/mbedtls/*.c", "port/null/*.c", "examples/*.c", "examples/cli/**/*.c")
           for path in sorted(ROOT.glob(pattern))]
TESTS = [path.relative_to(ROOT).with_suffix("") for pattern in
         ("tests/unit/*.c", "tests/support/*.c", "tests/port/*.c", "tests/binary/no_heap.c", "tests/binary/uses_heap.c", "tests/bench/*.c",
          "tests/fuzz/*.c")
         for path in sorted(ROOT.glob(pattern))]

# All x86 share the kernel's headers, which lie with those for 64 bits.
M32 = "-m32 -idirafter /usr/include/x86_64-linux-gnu"


def objects_of(sources: list) -> list[str]:
    return [f"{source}.o" for source in sources]


class Compilers(Builds):
    def test_gcc(self) -> None:
        self.make("werror-gcc", *objects_of(SOURCES + TESTS), CC="gcc")

    def test_clang(self) -> None:
        self.make("werror-clang", *objects_of(SOURCES + TESTS), CC="clang")

    def test_32_bit_gcc(self) -> None:
        self.make("werror-gcc-32", *objects_of(SOURCES), CC="gcc", CFLAGS=M32)

    def test_32_bit_clang(self) -> None:
        self.make("werror-clang-32", *objects_of(SOURCES), CC="clang", CFLAGS=M32)

    def test_unoptimised_and_small(self) -> None:
        for level in ("-O0", "-Os", "-O3"):
            self.make(f"werror{level}", *objects_of(SOURCES), CC="gcc", OPTIMIZE=level)
