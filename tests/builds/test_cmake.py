# SPDX-License-Identifier: MIT
"""A program gets the library by CMake as its page says: from the source tree, and installed."""

import json
import re
from pathlib import Path

from harness.building import Builds, run
from harness.places import BUILD, JSMN, MBEDTLS, ROOT

HEAD = """cmake_minimum_required(VERSION 3.13)
project(consumer LANGUAGES C)
"""
PROGRAM = f"""
add_executable(minimal {ROOT}/examples/minimal.c)
target_compile_options(minimal PRIVATE -Wall -Wextra -Werror)
target_link_libraries(minimal PRIVATE pgtask::pgtask)
"""
PACKAGE = "find_package(pgtask 0.1 REQUIRED)"
SOURCES = [f"-DPGTASK_MBEDTLS_DIR={MBEDTLS}", f"-DPGTASK_JSMN_DIR={JSMN}"]
SERVICE = ("pgtask-led.service", "pgtask-led.init")  # which make alone installs
_COMPILED = re.compile(r" -c -o (?:\S+) (\S+\.c)$")


def kept(command: str) -> list[str]:
    """What decides the meaning of the code: definitions and headers that come before it."""
    return sorted(re.findall(r"(?<= )-include \S+|(?<= )-D\S+", command.replace("\\", "")
                             .replace("'", "").replace('"', "")))


class CMake(Builds):
    def configure(self, name: str, text: str, *more: str) -> Path:
        source = self.directory / name
        source.mkdir()
        (source / "CMakeLists.txt").write_text(HEAD + text + PROGRAM, "ascii")
        self.succeed("cmake", "-S", source, "-B", source / "build", "-DCMAKE_C_FLAGS=-O0", *more)
        return source / "build"

    def assert_runs(self, program: Path) -> None:
        self.assertIn("TENCENTCLOUD_SECRET_ID", run("env", "-i", program).stderr)

    def test_a_program_with_the_tree_in_it_by_fetch_content(self) -> None:
        text = ("include(FetchContent)\nFetchContent_Declare(pgtask SOURCE_SUBDIR port/cmake)\n"
                "FetchContent_MakeAvailable(pgtask)")
        build = self.configure("fetched", text, *SOURCES, f"-DFETCHCONTENT_SOURCE_DIR_PGTASK={ROOT}",
                               "-DPGTASK_OPTIONS=PGTASK_STEPS=4", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
        self.succeed("cmake", "--build", build, "--parallel", "2", "--target", "minimal")
        self.assert_runs(build / "minimal")
        commands = {entry["file"]: entry["command"]
                    for entry in json.loads((build / "compile_commands.json").read_text())}
        self.assertIn("-DPGTASK_STEPS=4", commands[f"{ROOT}/examples/minimal.c"])
        self.assert_same_as_make(commands)

    def assert_same_as_make(self, commands: dict[str, str]) -> None:
        """CMake compiles what make compiles, with the same definitions and headers before it."""
        out = self.succeed("make", "-n", f"BUILD={self.directory}/nowhere",
                           "CPPFLAGS=-DPGTASK_STEPS=4", f"{self.directory}/nowhere/libpgtask.a",
                           f"{self.directory}/nowhere/libmbedtls.a")
        of_make = {str((ROOT / found[1]).resolve()): line
                   for line in out.replace("\\\n", " ").splitlines()
                   if (found := _COMPILED.search(line))}
        of_cmake = {str(Path(file).resolve()): command for file, command in commands.items()
                    if not file.endswith("examples/minimal.c")}
        self.assertGreater(len(of_make), 150)
        self.assertEqual(sorted(of_cmake), sorted(of_make))
        for file, command in of_make.items():
            self.assertEqual(kept(of_cmake[file]), kept(command), file)

    def test_a_program_with_what_make_has_installed(self) -> None:
        prefix = self.directory / "usr"
        self.succeed("make", "-s", "install", f"PREFIX={prefix}")
        build = self.configure("found", PACKAGE, f"-DCMAKE_PREFIX_PATH={prefix}")
        self.succeed("cmake", "--build", build)
        self.assert_runs(build / "minimal")

    def test_another_release_is_not_taken(self) -> None:
        prefix = self.directory / "usr"
        self.succeed("make", "-s", "install", f"PREFIX={prefix}")
        for wanted, fits in (("0.1", True), ("0.1.0", True), ("0.2", False), ("0.0", False),
                             ("1", False), ("0.1.9", False)):
            source = self.directory / wanted
            source.mkdir()
            (source / "CMakeLists.txt").write_text(
                f"{HEAD}find_package(pgtask {wanted} REQUIRED)\n", "ascii")
            done = run("cmake", "-S", source, "-B", source, f"-DCMAKE_PREFIX_PATH={prefix}")
            with self.subTest(wanted):
                self.assertEqual(done.returncode == 0, fits, done.stderr)

    def test_cmake_installs_what_make_installs(self) -> None:
        by_make, by_cmake = self.directory / "make", self.directory / "cmake"
        self.succeed("make", "-s", "install", "PREFIX=/usr", f"DESTDIR={by_make}")
        build = self.directory / "build"
        self.succeed("cmake", "-S", ROOT / "port/cmake", "-B", build, *SOURCES,
                     "-DCMAKE_INSTALL_PREFIX=/usr", "-DCMAKE_INSTALL_LIBDIR=lib")
        for name in ("libpgtask.a", "libpgtask_mbedtls.a", "pgtask"):  # as if they were built
            (build / name).write_bytes((BUILD / name.replace("pgtask_m", "m")).read_bytes())
        self.succeed("env", f"DESTDIR={by_cmake}", "cmake", "--install", build)
        for path in by_make.rglob("*"):
            name = path.relative_to(by_make)
            if path.suffix in (".h", ".pc", ".cmake"):
                self.assertEqual((by_cmake / name).read_text().rstrip(), path.read_text().rstrip())
            elif path.is_file() and path.name not in SERVICE and "man3/pgtask_" not in str(name):
                self.assertTrue((by_cmake / name).exists(), name)

    def test_without_sources_it_says_what_to_set(self) -> None:
        done = run("cmake", "-S", ROOT / "port/cmake", "-B", self.directory,
                   f"-DPGTASK_MBEDTLS_DIR={self.directory}")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"set\s+PGTASK_MBEDTLS_DIR\s+and")
