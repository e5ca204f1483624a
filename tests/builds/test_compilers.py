# SPDX-License-Identifier: MIT
"""gcc and clang compile every source for 32 and 64 bits, with warnings as errors."""

from pathlib import Path

from harness.building import Builds
from harness.places import BUILD, JSMN, MBEDTLS, ROOT

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


# A struct and a function share a name here and there, as stat does: -Wshadow of C++ is left out.
CXX_WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
C_WARNINGS = [*CXX_WARNINGS, "-Wshadow", "-Wvla"]
HEADERS = sorted(path.relative_to(ROOT) for pattern in
                 ("include/pgtask/*.h", "port/posix/pgtask_posix.h", "port/at/pgtask_at.h",
                  "port/null/pgtask_null.h") for path in ROOT.glob(pattern))
CXX_PROGRAM = """
#include <pgtask/pgtask.h>
#include <pgtask_posix.h>

int main()
{
    static pgtask_client client;
    static pgtask_posix posix;
    pgtask_config config = {};

    pgtask_posix_open(&posix);
    const pgtask_error error = pgtask_client_open(&client, &config, &posix.port);
    pgtask_posix_close(&posix);
    return error < PGTASK_OK ? 0 : 1; // there is no region, for one
}
"""


class Headers(Builds):
    """Each public header compiles by itself, in C and in C++."""

    def compile(self, compiler: str, standard: str, source: Path, *more: str) -> None:
        warnings = CXX_WARNINGS if "++" in compiler else C_WARNINGS
        self.succeed(compiler, f"-std={standard}", *warnings, f"-I{ROOT}/include",
                     *(f"-I{ROOT}/port/{name}" for name in ("posix", "mbedtls", "at", "null")),
                     "-isystem", str(JSMN),
                     "-isystem", str(MBEDTLS / "include"),
                     '-DMBEDTLS_CONFIG_FILE="pgtask_mbedtls_config.h"', str(source), *more)

    def test_each_alone_as_c_and_as_cpp(self) -> None:
        for header in HEADERS:
            name = header.name if header.parts[0] == "port" else f"pgtask/{header.name}"
            for compiler, standard in (("gcc", "c99"), ("gcc", "c17"), ("clang", "c99"),
                                       ("g++", "c++17"), ("clang++", "c++17")):
                source = self.directory / ("alone.cpp" if "++" in compiler else "alone.c")
                source.write_text(f"#include <{name}>\ntypedef int no_empty_file;\n")
                with self.subTest(header=name, compiler=compiler, standard=standard):
                    self.compile(compiler, standard, source, "-fsyntax-only")

    def test_a_program_in_cpp_links_and_runs(self) -> None:
        source, program = self.directory / "program.cpp", self.directory / "program"
        source.write_text(CXX_PROGRAM)
        self.compile("g++", "c++17", source, "-o", str(program), str(BUILD / "libpgtask.a"),
                     str(BUILD / "libmbedtls.a"))
        self.succeed(str(program))
