# SPDX-License-Identifier: MIT
"""Which mbedTLS the library can be built with. port/mbedtls/README.md promises what is tested here;
`make test-stock` runs the tests of TLS with a library as its makers built it."""

import re

from harness.building import Builds, run
from harness.places import BUILD, JSMN, MBEDTLS, ROOT

LIBRARY = ROOT / "port/mbedtls/library.c"
STOCK = ("gcc", "-std=c99", "-Iinclude", "-Iport/mbedtls", "-Iport/posix", "-isystem", str(JSMN),
         "-isystem", str(MBEDTLS / "include"), "-D_POSIX_C_SOURCE=200809L")
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wvla", "-Werror")

# What mbedTLS 4.0 and 4.1 have in their include/, with TF-PSA-Crypto 1.0.
PUBLIC_IN_4 = set("""asn1 asn1write base64 build_info compat-3-crypto constant_time debug error lms
    mbedtls_config md memory_buffer_alloc net_sockets nist_kw oid pem pk pkcs7 platform platform_time
    platform_util private_access psa_util ssl ssl_cache ssl_ciphersuites ssl_cookie ssl_ticket threading
    timing version x509 x509_crl x509_crt x509_csr""".split())


def rows() -> "list[str]":
    """What a stock mbedTLS lacks."""
    return re.findall(r'^    "(.*)",$', LIBRARY.read_text(), re.MULTILINE)


class Versions(Builds):
    def headers(self, number: str) -> str:
        """A folder with headers of that version."""
        folder = self.directory / number / "mbedtls"
        folder.mkdir(parents=True)
        (folder / "version.h").write_text(f"#define MBEDTLS_VERSION_NUMBER {number}\n")
        return f"-I{folder.parent}"

    def make(self, *settings: str, goal: str = "all"):
        return run("make", "--no-print-directory", "-n", "MBEDTLS=system", "MBEDTLS_LIBS=-lmbedtls",
                   f"BUILD={self.directory}/build", f"JSMN_DIR={JSMN}", *settings, goal)

    def test_an_old_library_is_refused_before_anything_is_compiled(self) -> None:
        for number, version in (("0x021C0300", "2.28.3"), ("0x03060000", "3.6.0")):
            done = self.make(f"MBEDTLS_CFLAGS={self.headers(number)}")
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "")
            self.assertIn(f"MBEDTLS=system: the mbedTLS of this system is {version}, which is too old; "
                          "pgtask needs 3.6.1 or later, or 4.", done.stderr)

    def test_an_old_library_ends_with_a_sentence_of_the_compiler_too(self) -> None:
        done = run("gcc", self.headers("0x021C0300"), "-Iport/mbedtls", "-fsyntax-only",
                   "port/mbedtls/pgtask_mbedtls.h")
        self.assertIn('error: #error "this mbedTLS is too old; use 3.6.1 or later, or 4, or build '
                      'without MBEDTLS=system"', done.stderr)

    def test_a_system_without_mbedtls_is_told_what_to_install(self) -> None:
        done = self.make(f"MBEDTLS_CFLAGS=-I{self.directory}")
        self.assertIn("MBEDTLS=system: found no mbedTLS; install its headers, which are in "
                      "libmbedtls-dev on Debian, or set MBEDTLS_CFLAGS and MBEDTLS_LIBS", done.stderr)

    def test_goals_that_compile_nothing_need_no_mbedtls(self) -> None:
        for goal in ("clean", "help"):
            done = self.make(f"MBEDTLS_CFLAGS=-I{self.directory}", goal=goal)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_another_word_than_system_is_refused(self) -> None:
        done = run("make", "-n", "MBEDTLS=shared")
        self.assertIn("MBEDTLS=shared is not known; use MBEDTLS=system", done.stderr)


class Stock(Builds):
    """mbedTLS 3.6 in its makers' configuration."""

    def test_src_and_port_compile_with_it(self) -> None:
        for source in (*ROOT.glob("src/*.c"), *ROOT.glob("port/mbedtls/*.c")):
            self.assertEqual(self.succeed(*STOCK, *STRICT, "-fsyntax-only", source), "")

    def test_switches_of_an_own_mbedtls_are_refused_with_it(self) -> None:
        for switch, says in (("PGTASK_TLS_RECORD=4096", "leave out PGTASK_TLS_RECORD"),
                             ("PGTASK_PULSE=1", "PGTASK_PULSE=1 needs the source of mbedTLS")):
            done = run(*STOCK, f"-D{switch}", "-fsyntax-only", ROOT / "src/tls.c")
            self.assertIn(says, done.stderr)

    def test_make_the_program_and_the_paper_list_the_same_things_as_missing(self) -> None:
        self.assertGreaterEqual(len(rows()), 5)
        listed = [f"  - {row}" for row in rows()]
        done = run("make", "--no-print-directory", "-n", "MBEDTLS=system", "MBEDTLS_LIBS=-lmbedtls",
                   f"MBEDTLS_CFLAGS=-isystem {MBEDTLS}/include", f"BUILD={self.directory}/build",
                   f"JSMN_DIR={JSMN}")
        says = done.stdout[done.stdout.index("echo 'linked with mbedTLS 3.6."):]
        told = self.succeed("sh", "-c", says).splitlines()
        self.assertRegex(told[0], r"\Alinked with mbedTLS 3\.6\.\d+ of the system, so this is missing:\Z")
        self.assertEqual(told[1:], listed)
        program = self.directory / "missing"
        main = self.directory / "missing.c"
        main.write_text("#include <pgtask/tls.h>\n#include <stdio.h>\n"
                        "unsigned mbedtls_version_get_number(void) { return 0x03060a00; }\n"
                        "int main(void)\n{\n    char version[PGTASK_MBEDTLS_VERSION_BYTES];\n\n"
                        "    pgtask_mbedtls_version(version);\n    puts(version);\n"
                        "    for (unsigned i = 0; pgtask_mbedtls_missing(i) != NULL; i++) {\n"
                        '        printf("  - %s\\n", pgtask_mbedtls_missing(i));\n    }\n}\n')
        self.succeed(*STOCK, main, LIBRARY, "-o", program)
        self.assertEqual(self.succeed(program).splitlines(), ["3.6.10", *listed])
        paper = " ".join((ROOT / "port/mbedtls/README.md").read_text().split())
        for row in rows():
            self.assertIn(f"- **{row}.** ", paper)

    def test_an_own_mbedtls_lacks_nothing(self) -> None:
        out = self.succeed(BUILD / "pgtask", "--version")
        self.assertRegex(out, r"\Apgtask .*\nmbedTLS 3\.6\.\d+\n\Z")


class Private(Builds):
    def test_src_includes_what_version_4_keeps_public_but_for_one_file(self) -> None:
        for file in (*ROOT.glob("src/*.[ch]"), *ROOT.glob("include/pgtask/*.h")):
            used = set(re.findall(r"#\s*include\s*<mbedtls/([\w./-]+)\.h>", file.read_text()))
            if file.name != "tls_mbedtls_private.h":
                self.assertEqual(used - PUBLIC_IN_4, set(), file.name)

    def test_one_file_of_src_knows_private_members_and_versions(self) -> None:
        knowing = [file.name for file in ROOT.glob("src/*.[ch]")
                   if re.search(r"MBEDTLS_(PRIVATE|ALLOW_PRIVATE_ACCESS|VERSION_\w+)\b", file.read_text())]
        self.assertEqual(knowing, ["tls_mbedtls_private.h"])
