# SPDX-License-Identifier: MIT
"""The compiled library calls, defines and keeps only what it may: nm reads its symbols."""

import re
import subprocess
import unittest
from pathlib import Path

from harness.places import BUILD, ROOT

# src/ may call these functions of libc: none uses the locale, the heap or errno.
LIBC_OF_SRC = frozenset(
    "memchr memcmp memcpy memmove memset strchr strcmp strcspn strlen strncmp strspn".split()
)
# Compilers call these by themselves.
OF_COMPILER = re.compile(r"_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__u?div[dt]i3|__u?mod[dt]i3")
OF_LIBRARIES = re.compile(r"(pgtaski?|mbedtls|psa)_\w+")

HEAP = "malloc calloc realloc reallocarray free strdup strndup alloca memalign posix_memalign " \
       "aligned_alloc valloc sbrk brk mmap getline open_memstream"
FORMATS = r"v?(f|s|d|sn|as)?n?printf|__\w*printf_chk|v?(f|s)?scanf|__isoc99_\w*scanf|f?puts|fwrite"
NUMBERS_AND_PLACE = "strtod strtof strtold atof setlocale newlocale localtime localtime_r " \
                    "gmtime gmtime_r mktime tzset strftime ctime asctime"
FORBIDDEN = re.compile(
    rf"({'|'.join(f'{HEAP} {NUMBERS_AND_PLACE}'.split())}|{FORMATS})(@.*)?"
)
# --local prints local time, whose rules only the C library knows.
LOCAL_TIMES = "examples/cli/tasks/times.o"
ERRNO = "__errno_location"

# PSA has no other hook for random bytes: mbedTLS calls this name.
HOOKS = {"mbedtls_psa_external_get_random"}


def nm(path: Path, *options: str) -> list[list[str]]:
    done = subprocess.run(["nm", *options, str(path)], check=True, capture_output=True, text=True)
    return [words for line in done.stdout.splitlines() if len(words := line.split()) > 1]


def undefined(path: Path) -> set[str]:
    return {words[-1] for words in nm(path, "-u")}


def objects(directory: str) -> list[Path]:
    """Returns the objects whose source is still there: a build folder may hold older ones."""
    return sorted(path for path in (BUILD / directory).rglob("*.o")
                  if (ROOT / path.relative_to(BUILD)).with_suffix(".c").exists())


def declared() -> set[str]:
    """Returns the functions of the headers that a program may include."""
    headers = [*(ROOT / "include/pgtask").glob("*.h"), *(ROOT / "port").glob("*/pgtask_*.h")]
    return {name for path in headers for name in re.findall(r"\b(pgtask_\w+)\(", path.read_text())}


def writable(path: Path) -> set[str]:
    """Returns what lies in .data or .bss. Tables of pointers lie in .data.rel.ro, which is constant
    once the dynamic linker is done."""
    done = subprocess.run(["objdump", "-t", str(path)], check=True, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {
        words[-1] for words in lines
        for section in words[:-1]
        if re.match(r"\.t?(data|bss)|\*COM\*", section) and not section.startswith(".data.rel.ro")
        and not words[-1].startswith(".")
    }


class Symbols(unittest.TestCase):
    def test_all_that_was_compiled_is_looked_at(self) -> None:
        for directory in ("src", "port/posix", "port/mbedtls"):
            sources = {path.stem for path in (ROOT / directory).glob("*.c")}
            self.assertTrue(sources)
            self.assertLessEqual(sources, {path.stem for path in objects(directory)})

    def test_src_calls_only_what_it_may(self) -> None:
        for path in objects("src"):
            strange = {
                name for name in undefined(path)
                if name not in LIBC_OF_SRC
                and not OF_LIBRARIES.fullmatch(name) and not OF_COMPILER.fullmatch(name)
            }
            self.assertEqual(strange, set(), path.name)

    def test_no_heap_printf_floating_point_locale_or_time_zone_anywhere(self) -> None:
        paths = [*objects("src"), *objects("port/posix"), *objects("port/mbedtls"),
                 *objects("examples/cli"), BUILD / "libpgtask.a", BUILD / "libmbedtls.a"]
        for path in paths:
            bad = {name for name in undefined(path) if FORBIDDEN.fullmatch(name)}
            allowed = {"localtime_r"} if path == BUILD / LOCAL_TIMES else set()
            self.assertEqual({name.split("@")[0] for name in bad}, allowed, path.name)

    def test_errno_belongs_to_the_posix_port(self) -> None:
        for path in (*objects("src"), *objects("port/mbedtls"), BUILD / "libmbedtls.a"):
            self.assertNotIn(ERRNO, undefined(path), path.name)

    def test_every_global_symbol_says_by_its_prefix_whether_it_is_public(self) -> None:
        names = {words[-1] for words in nm(BUILD / "libpgtask.a", "-g", "--defined-only")
                 if len(words) == 3}
        self.assertIn("pgtask_client_next", names)
        public = {name for name in names if name.startswith("pgtask_")}
        self.assertEqual(public - declared(), set())
        self.assertEqual({name for name in names - public if not name.startswith("pgtaski_")},
                         HOOKS)

    def test_src_keeps_no_writable_data(self) -> None:
        for path in objects("src"):
            self.assertEqual(writable(path), set(), path.name)

    def test_the_check_sees_what_it_looks_for(self) -> None:
        for name in ("malloc", "free", "printf", "__printf_chk", "snprintf", "strtod", "vsnprintf",
                     "__isoc99_sscanf", "malloc@GLIBC_2.2.5"):
            self.assertTrue(FORBIDDEN.fullmatch(name), name)
        for name in ("mbedtls_calloc", "mbedtls_free", "memcpy", "inet_pton"):
            self.assertFalse(FORBIDDEN.fullmatch(name), name)
        self.assertIn(ERRNO, undefined(BUILD / "port/posix/posix.o"))
        self.assertIn("arena", writable(BUILD / "port/mbedtls/arena.o"))


if __name__ == "__main__":
    unittest.main()
